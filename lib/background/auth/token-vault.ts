// Tokens and claims challenges are kept in `storage.session` only: they outlive the service worker but not the browser session.
import * as v from 'valibot';
import type { SessionStorage } from '../session-storage.ts';
import { ClaimsSchema } from './claims.ts';

const TokensSchema = v.object({
  clientId: v.string(),
  refreshToken: v.optional(v.string()),
  /** What the sign-in asked for that the refresh token came from. */
  signInClaims: v.optional(ClaimsSchema),
  /** By resource. `claims`: what the token was requested with. */
  access: v.record(
    v.string(),
    v.object({ token: v.string(), renewAt: v.number(), scope: v.string(), claims: v.optional(ClaimsSchema) }),
  ),
  /** The unmet claims challenges by resource. `isTried`: they could not be met without the user. */
  challenges: v.optional(v.record(v.string(), v.object({ claims: ClaimsSchema, isTried: v.boolean() })), {}),
});
export type Tokens = v.InferOutput<typeof TokensSchema>;

/** Of one command with its sign-ins, so that a service that demands something else each time causes no loop. */
const maxRequests = 6;
/** Without a command, one token request more is allowed after this time. */
const requestRefillMs = 10 * 60_000;
const AllowanceSchema = v.object({ left: v.number(), at: v.number() });

export type TokenVault = ReturnType<typeof createTokenVault>;

export function createTokenVault(memory: SessionStorage, now: () => number) {
  const keyOf = (accountId: string) => `tokens:${accountId}`;
  const allowanceKeyOf = (accountId: string) => `allowance:${accountId}`;

  /** How many token requests the account may send. */
  async function requestsLeft(accountId: string): Promise<number> {
    const key = allowanceKeyOf(accountId);
    const parsed = v.safeParse(AllowanceSchema, (await memory.get(key))[key]);
    if (!parsed.success) return maxRequests;
    const { left, at } = parsed.output;
    return Math.min(maxRequests, left + Math.max(0, now() - at) / requestRefillMs);
  }
  const setRequestsLeft = (accountId: string, left: number) =>
    memory.set({ [allowanceKeyOf(accountId)]: { left, at: now() } });

  return {
    async read(accountId: string): Promise<Tokens | undefined> {
      const key = keyOf(accountId);
      const parsed = v.safeParse(TokensSchema, (await memory.get(key))[key]);
      return parsed.success ? parsed.output : undefined;
    },
    write: (accountId: string, tokens: Tokens) => memory.set({ [keyOf(accountId)]: tokens }),
    async forget(accountId: string): Promise<void> {
      await memory.remove(keyOf(accountId));
      await memory.remove(allowanceKeyOf(accountId));
    },
    requestsLeft,
    /** @param left less than one */
    allowedAgainAt: (left: number) => now() + (1 - left) * requestRefillMs,
    /** @param sent token requests of the command so far */
    startCommand: (accountId: string, sent = 0) => setRequestsLeft(accountId, maxRequests - sent),
    /** Called before each token request. */
    async countRequest(accountId: string): Promise<void> {
      await setRequestsLeft(accountId, (await requestsLeft(accountId)) - 1);
    },
  };
}
