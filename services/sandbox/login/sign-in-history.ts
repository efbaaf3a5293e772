// When employees signed in, and which access tokens came of it: so that a test can make a sign-in look older and end tokens.
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

  /** Of a sign-in just made: seconds on the sandbox's clock, later than any that was aged, so that the two stay apart. */
  record(oid: string): number {
    const agedUpTo = Math.max(0, ...this.#aged.filter((entry) => entry.oid === oid).map((entry) => entry.upTo));
    const at = Math.max(Math.floor(this.#clock.now() / 1000), agedUpTo + 1);
    this.#lastOf.set(oid, at);
    return at;
  }

  /** All sign-ins of the employee so far look older. */
  age(oid: string, milliseconds: number): void {
    const upTo = Math.max(Math.floor(this.#clock.now() / 1000), this.#lastOf.get(oid) ?? 0);
    this.#aged.push({ oid, upTo, seconds: Math.round(milliseconds / 1000) });
  }

  /** When the sign-in looks to have been, in seconds. */
  apparent(oid: string, signedInAt: number): number {
    return this.#aged.reduce(
      (at, entry) => (entry.oid === oid && signedInAt <= entry.upTo ? at - entry.seconds : at),
      signedInAt,
    );
  }

  issued(tokenId: string, token: IssuedToken): void {
    this.#issued.set(tokenId, token);
  }

  /** When the sign-in behind an access token looks to have been, in seconds. */
  signInOf(tokenId: string): number | undefined {
    const token = this.#issued.get(tokenId);
    return token && this.apparent(token.oid, token.signedInAt);
  }

  revokeTokens(oid: string): void {
    for (const [tokenId, token] of this.#issued) if (token.oid === oid) this.#revoked.add(tokenId);
  }

  isRevoked(tokenId: string): boolean {
    return this.#revoked.has(tokenId);
  }
}
