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
    v.object({ token: v.string(), expiresAt: v.number(), scope: v.string(), claims: v.optional(ClaimsSchema) }),
  ),
  /** The unmet claims challenges by resource. `isTried`: they could not be met without the user. */
  challenges: v.optional(v.record(v.string(), v.object({ claims: ClaimsSchema, isTried: v.boolean() })), {}),
});
export type Tokens = v.InferOutput<typeof TokensSchema>;

export type TokenVault = ReturnType<typeof createTokenVault>;

export function createTokenVault(memory: SessionStorage) {
  const keyOf = (accountId: string) => `tokens:${accountId}`;
  return {
    async read(accountId: string): Promise<Tokens | undefined> {
      const key = keyOf(accountId);
      const parsed = v.safeParse(TokensSchema, (await memory.get(key))[key]);
      return parsed.success ? parsed.output : undefined;
    },
    write: (accountId: string, tokens: Tokens) => memory.set({ [keyOf(accountId)]: tokens }),
    forget: (accountId: string) => memory.remove(keyOf(accountId)),
  };
}
