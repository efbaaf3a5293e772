// Sends commands to the service worker. Only the row in the outbox proves that a command arrived: the service worker may be
// stopped before it answers.
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { CommandRefusal } from '../../lib/shared/messages/protocol.ts';
import type { Command, CommandMessage, TypedInput } from '../../lib/shared/model/commands.ts';

export interface Asked {
  id: string;
  command: Command;
  /** Why there will be no row: no attempt was answered, or the service worker refused the command. */
  lost: false | 'unanswered' | CommandRefusal;
}

const attempts = 3;
const timeoutMs = 2_000;

/**
 * @param send rejects if the service worker does not answer
 * @param acceptedIds the ids of all commands that the database knows
 */
export function createAsk(
  send: (type: 'command', message: CommandMessage) => Promise<'accepted' | CommandRefusal>,
  acceptedIds: ReadonlySignal<ReadonlySet<string>>,
) {
  const asked = signal<readonly Asked[]>([]);
  const without = (id: string) => asked.peek().filter((command) => command.id !== id);

  function ask(command: Command, input: TypedInput = {}): string {
    const id = crypto.randomUUID();
    // A new command replaces the notes about lost ones.
    asked.value = [...asked.peek().filter(({ lost }) => !lost), { id, command, lost: false }];
    void deliver({ id, command, ...input });
    return id;
  }

  /** Repeats the message until there is a row; a further message with the same id has no effect. */
  async function deliver(message: CommandMessage): Promise<void> {
    const { id, command } = message;
    const refusal = signal<CommandRefusal | undefined>(undefined);
    let isAccepted = false;
    for (let attempt = 1; attempt <= attempts && !refusal.value; attempt += 1) {
      send('command', message).then(
        (answer) => {
          if (answer === 'accepted') isAccepted = true;
          else refusal.value = answer;
        },
        // The row tells whether the command arrived.
        () => {},
      );
      await until(() => acceptedIds.value.has(id) || refusal.value !== undefined);
      // A sign-out may delete the row before the page has seen it.
      if (acceptedIds.value.has(id) || isAccepted) return forget(id);
    }
    asked.value = [...without(id), { id, command, lost: refusal.value ?? 'unanswered' }];
  }

  function forget(id: string): void {
    asked.value = without(id);
  }

  return { ask, asked: asked as ReadonlySignal<readonly Asked[]>, forget };
}

/** Resolves when signals fulfil the condition, or after the timeout. */
async function until(condition: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs);
  const stop = effect(() => {
    if (condition()) resolve();
  });
  await promise;
  clearTimeout(timer);
  stop();
}
