// Sends commands. A lost answer does not tell whether the command arrived, because the service worker may stop between
// writing the row and answering: the command counts as accepted once its row is there, and is sent again under the same id.
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { CommandRefusal } from '../../lib/shared/messages/protocol.ts';
import type { Command, CommandMessage, TypedInput } from '../../lib/shared/model/commands.ts';

/** A command that has no row yet. */
export interface Asked {
  id: string;
  command: Command;
  at: number;
  /** `unanswered`: no row appeared after all attempts. */
  lost: false | 'unanswered' | CommandRefusal;
}

type Answer = 'accepted' | CommandRefusal;

const attempts = 3;
const timeoutMs = 2_000;

/**
 * @param send rejects if the service worker did not answer
 * @param acceptedIds the ids of all commands that the database knows
 */
export function createAsk(
  send: (message: CommandMessage) => Promise<Answer>,
  acceptedIds: ReadonlySignal<ReadonlySet<string>>,
) {
  const asked = signal<readonly Asked[]>([]);
  const without = (id: string) => asked.peek().filter((one) => one.id !== id);

  /** @returns the id of the command */
  function ask(command: Command, input: TypedInput = {}): string {
    const id = crypto.randomUUID();
    const one: Asked = { id, command, at: Date.now(), lost: false };
    // A new command replaces the notes about lost ones.
    asked.value = [...asked.peek().filter(({ lost }) => !lost), one];
    void untilAccepted(id, acceptedIds, () => send({ id, command, ...input })).then((lost) => {
      asked.value = lost ? [...without(id), { ...one, lost }] : without(id);
    });
    return id;
  }

  /** The user has seen that the command was lost. */
  function forget(id: string): void {
    asked.value = without(id);
  }

  return { ask, asked: asked as ReadonlySignal<readonly Asked[]>, forget };
}

async function untilAccepted(
  id: string,
  acceptedIds: ReadonlySignal<ReadonlySet<string>>,
  send: () => Promise<Answer>,
): Promise<Asked['lost']> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    let answer: Answer | undefined;
    const isRefused = new Promise<boolean>((resolve) => {
      send().then(
        (given) => {
          answer = given;
          if (given !== 'accepted') resolve(false);
        },
        // The row tells whether the command arrived.
        () => {},
      );
    });
    const hasRow = await Promise.race([rowAppears(acceptedIds, id), isRefused]);
    // A sign-out may delete the row before the page has seen it.
    if (hasRow || answer === 'accepted') return false;
    if (answer) return answer;
  }
  return 'unanswered';
}

function rowAppears(acceptedIds: ReadonlySignal<ReadonlySet<string>>, id: string): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(false), timeoutMs);
    const stop = effect(() => {
      if (acceptedIds.value.has(id)) queueMicrotask(() => end(true));
    });
    function end(isThere: boolean): void {
      clearTimeout(timer);
      stop();
      resolve(isThere);
    }
  });
}
