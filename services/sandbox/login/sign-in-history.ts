// The sign-ins and their access tokens, so that tests can age sign-ins and revoke tokens.
import type { Clock } from '../types.ts';

interface IssuedToken {
  oid: string;
  /** Seconds, on the sandbox's clock. */
  signedInAt: number;
  /** The last second factor of the session, in seconds; absent: none. */
  secondFactorAt?: number | undefined;
}

export class SignIns {
  #clock: Clock;
  #lastOf = new Map<string, number>();
  #aged: { oid: string; upTo: number; seconds: number }[] = [];
  #issued = new Map<string, IssuedToken>();
  #revoked = new Set<string>();
  /** By the id of a session, in seconds. */
  #secondFactorOf = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  reset(): void {
    this.#lastOf.clear();
    this.#aged = [];
    this.#issued.clear();
    this.#revoked.clear();
    this.#secondFactorOf.clear();
  }

  /** Records a new sign-in. @returns its time in seconds, later than all aged sign-ins of the employee */
  record(oid: string): number {
    const agedUpTo = Math.max(0, ...this.#aged.filter((entry) => entry.oid === oid).map((entry) => entry.upTo));
    const at = Math.max(Math.floor(this.#clock.now() / 1000), agedUpTo + 1);
    this.#lastOf.set(oid, at);
    return at;
  }

  /** Makes the existing sign-ins of the employee appear older. */
  age(oid: string, milliseconds: number): void {
    const upTo = Math.max(Math.floor(this.#clock.now() / 1000), this.#lastOf.get(oid) ?? 0);
    this.#aged.push({ oid, upTo, seconds: Math.round(milliseconds / 1000) });
  }

  /** The time of a sign-in after ageing, in seconds. */
  agedTime(oid: string, signedInAt: number): number {
    return this.#aged.reduce(
      (at, entry) => (entry.oid === oid && signedInAt <= entry.upTo ? at - entry.seconds : at),
      signedInAt,
    );
  }

  /** Records that the sign-in of the employee that was recorded last had a second factor. */
  recordSecondFactor(oid: string, sessionId: string): void {
    const at = this.#lastOf.get(oid);
    if (at !== undefined) this.#secondFactorOf.set(sessionId, at);
  }

  /** The time of a session's last second factor, in seconds. A sign-in without one leaves it as it is. */
  secondFactorOf(sessionId: string): number | undefined {
    return this.#secondFactorOf.get(sessionId);
  }

  recordToken(tokenId: string, token: IssuedToken): void {
    this.#issued.set(tokenId, token);
  }

  /** The time of the second factor behind an access token after ageing, in seconds; undefined: there was none. */
  secondFactorOfToken(tokenId: string): number | undefined {
    const token = this.#issued.get(tokenId);
    return token?.secondFactorAt === undefined ? undefined : this.agedTime(token.oid, token.secondFactorAt);
  }

  revokeTokens(oid: string): void {
    for (const [tokenId, token] of this.#issued) if (token.oid === oid) this.#revoked.add(tokenId);
  }

  isRevoked(tokenId: string): boolean {
    return this.#revoked.has(tokenId);
  }
}
