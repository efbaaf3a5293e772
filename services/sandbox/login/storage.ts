// The storage of oidc-provider, in memory. oidc-provider uses real time, so that a row ages by as much as the sandbox's clock
// was advanced since the row was stored.
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { Clock } from '../types.ts';

interface Stored {
  payload: AdapterPayload;
  offset: number;
}

/** Members in seconds since 1970. */
const times = ['iat', 'exp', 'iiat', 'loginTs', 'authTime', 'consumed'] as const;

export class LoginStorage {
  #models = new Map<string, Map<string, Stored>>();
  /** Entra's error for these differs from the one for unknown tokens. */
  readonly revokedRefreshTokens = new Set<string>();
  #clock: Clock;
  #reusableRefreshTokens: boolean;

  constructor(clock: Clock, options: { reusableRefreshTokens: boolean }) {
    this.#clock = clock;
    this.#reusableRefreshTokens = options.reusableRefreshTokens;
  }

  clear(): void {
    this.#models.clear();
    this.revokedRefreshTokens.clear();
  }

  endSessions(accountId: string): void {
    this.#remove('Session', (payload) => payload.accountId === accountId);
  }

  revokeRefreshTokens(accountId: string): void {
    for (const id of this.#remove('RefreshToken', (payload) => payload.accountId === accountId)) {
      this.revokedRefreshTokens.add(id);
    }
  }

  /** One adapter per model. */
  adapter = (model: string): Adapter => {
    const rows = () => this.#rows(model);
    return {
      upsert: async (id, payload) => {
        rows().set(id, { payload, offset: this.#clock.offset });
      },
      find: async (id) => this.#aged(rows().get(id)),
      findByUid: async (uid) => this.#aged([...rows().values()].find((row) => row.payload.uid === uid)),
      findByUserCode: async () => undefined,
      // Entra issues a new refresh token with each use and accepts the older ones until they expire.
      consume: async (id) => {
        const row = rows().get(id);
        if (row && !(model === 'RefreshToken' && this.#reusableRefreshTokens)) {
          row.payload = { ...row.payload, consumed: Math.floor(Date.now() / 1000) };
        }
      },
      destroy: async (id) => {
        rows().delete(id);
      },
      revokeByGrantId: async (grantId) => {
        this.#remove(model, (payload) => payload.grantId === grantId);
      },
    };
  };

  #aged(row: Stored | undefined): AdapterPayload | undefined {
    if (!row) return undefined;
    const age = Math.round((this.#clock.offset - row.offset) / 1000);
    const payload = { ...row.payload };
    for (const field of times) {
      const value = payload[field];
      if (typeof value === 'number') payload[field] = value - age;
    }
    return payload;
  }

  #remove(model: string, matches: (payload: AdapterPayload) => boolean): string[] {
    const rows = this.#rows(model);
    const ids = [...rows].filter(([, row]) => matches(row.payload)).map(([id]) => id);
    for (const id of ids) rows.delete(id);
    return ids;
  }

  #rows(model: string): Map<string, Stored> {
    let rows = this.#models.get(model);
    if (!rows) {
      rows = new Map();
      this.#models.set(model, rows);
    }
    return rows;
  }
}
