// The sign-ins and their access tokens, so that tests can age sign-ins and revoke tokens.
import type { Clock } from '../types.ts';

interface IssuedToken {
  oid: string;
  /** Seconds, on the sandbox's clock. */
  signedInAt: number;
}

export class SignIns {
  #clock: Clock;
  #lastOf = new Map<string, number>();
  #aged: { oid: string; upTo: number; seconds: number }[] = [];
  #issued = new Map<string, IssuedToken>();
  #revoked = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  reset(): void {
    this.#lastOf.clear();
    this.#aged = [];
    this.#issued.clear();
    this.#revoked.clear();
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

  recordToken(tokenId: string, token: IssuedToken): void {
    this.#issued.set(tokenId, token);
  }

  /** The time of an access token's sign-in after ageing, in seconds. */
  signInOf(tokenId: string): number | undefined {
    const token = this.#issued.get(tokenId);
    return token && this.agedTime(token.oid, token.signedInAt);
  }

  revokeTokens(oid: string): void {
    for (const [tokenId, token] of this.#issued) if (token.oid === oid) this.#revoked.add(tokenId);
  }

  isRevoked(tokenId: string): boolean {
    return this.#revoked.has(tokenId);
  }
}
