// The tables of a browser that opens no database, in memory storage: the background writes them, pages read them there.
import * as v from 'valibot';
import type { SessionStorage } from '../session-storage.ts';
import type { MemoryTables, TablesKept } from './memory-indexed-db.ts';

const key = 'database';

const TablesSchema = v.record(v.string(), v.array(v.record(v.string(), v.unknown())));

export function keptInMemory(memory: Pick<SessionStorage, 'get' | 'set'>): TablesKept {
  return {
    async read(): Promise<MemoryTables | undefined> {
      const parsed = v.safeParse(TablesSchema, (await memory.get(key))[key]);
      return parsed.success ? parsed.output : undefined;
    },
    write: (tables) => memory.set({ [key]: tables }),
  };
}
