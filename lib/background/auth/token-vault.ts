// Tokens, in memory storage only: they survive a stopped background, and end with the browser.
import * as v from 'valibot';

const TokensSchema = v.object({
  /** The application they were issued to: another one can do nothing with them. */
  clientId: v.string(),
  refreshToken: v.optional(v.string()),
  /** By resource: one access token serves one. */
  access: v.record(v.string(), v.object({ token: v.string(), expiresAt: v.number(), scope: v.string() })),
});
export type Tokens = v.InferOutput<typeof TokensSchema>;

/** The part of `browser.storage.session` that is used. */
export interface MemoryStorage {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  remove(key: string): Promise<void>;
}

export interface TokenVault {
  read(accountId: string): Promise<Tokens | undefined>;
  write(accountId: string, tokens: Tokens): Promise<void>;
  forget(accountId: string): Promise<void>;
}

export function createTokenVault(memory: MemoryStorage): TokenVault {
  const keyOf = (accountId: string) => `tokens:${accountId}`;
  return {
    async read(accountId) {
      const key = keyOf(accountId);
      const parsed = v.safeParse(TokensSchema, (await memory.get(key))[key]);
      return parsed.success ? parsed.output : undefined;
    },
    write: (accountId, tokens) => memory.set({ [keyOf(accountId)]: tokens }),
    forget: (accountId) => memory.remove(keyOf(accountId)),
  };
}
