// Full numbers and codes on their way to the gateway: in memory storage, so that a stopped background finds them and nothing
// else does. They go as soon as they were used.
import * as v from 'valibot';
import type { SessionStorage } from '../session-storage.ts';

export interface Secrets {
  keep(commandId: string, secret: string): Promise<void>;
  read(commandId: string): Promise<string | undefined>;
  forget(commandId: string): Promise<void>;
}

export function createSecrets(memory: SessionStorage): Secrets {
  const keyOf = (commandId: string) => `secret:${commandId}`;
  return {
    keep: (commandId, secret) => memory.set({ [keyOf(commandId)]: secret }),
    async read(commandId) {
      const key = keyOf(commandId);
      const parsed = v.safeParse(v.string(), (await memory.get(key))[key]);
      return parsed.success ? parsed.output : undefined;
    },
    forget: (commandId) => memory.remove(keyOf(commandId)),
  };
}
