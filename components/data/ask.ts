// A page asks for something. Whether the message arrived is told by the outbox's row alone: the background may be stopped
// between taking the message and answering it, so a lost answer says nothing. The same id is sent again, which is harmless.
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { CommandRefusal } from '../../lib/shared/messages/protocol.ts';
import type { Command, CommandMessage } from '../../lib/shared/model/commands.ts';

/** A command that has no row yet. */
export interface Asked {
  id: string;
  command: Command;
  at: number;
  /** No row came after all attempts, or none could be written. */
  lost: false | 'unanswered' | CommandRefusal;
}

const attempts = 3;
const rowWithinMs = 2_000;

/**
 * @param send answers how the message was taken; rejects when the background was not there to answer
 * @param ids the ids of the rows there are now
 */
export function createAsk(
  send: (message: CommandMessage) => Promise<'accepted' | CommandRefusal>,
  ids: ReadonlySignal<ReadonlySet<string>>,
  withinMs = rowWithinMs,
) {
  const asked = signal<readonly Asked[]>([]);
  const without = (id: string) => asked.peek().filter((one) => one.id !== id);

  /**
   * @param secret what the command needs but what must not be written down: a full number, or a code
   * @returns the command's id at once; its row is followed by live query
   */
  function ask(command: Command, secret?: string): string {
    const id = crypto.randomUUID();
    const one: Asked = { id, command, at: Date.now(), lost: false };
    // What was asked before and got lost is not shown beside what is asked now.
    asked.value = [...asked.peek().filter(({ lost }) => !lost), one];
    void insist(one, secret);
    return id;
  }

  async function insist(one: Asked, secret: string | undefined): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      let answer: 'accepted' | CommandRefusal | undefined;
      const refused = new Promise<boolean>((resolve) => {
        send({ id: one.id, command: one.command, ...(secret === undefined ? {} : { secret }) }).then(
          (taken) => {
            answer = taken;
            if (taken !== 'accepted') resolve(false);
          },
          () => {},
        );
      });
      // A row can be gone again before it was seen here: signing out wipes the account's outbox.
      if ((await Promise.race([appears(ids, one.id, withinMs), refused])) || answer === 'accepted') {
        asked.value = without(one.id);
        return;
      }
      if (answer) return lose(one, answer);
    }
    lose(one, 'unanswered');
  }

  function lose(one: Asked, why: Asked['lost']): void {
    asked.value = [...without(one.id), { ...one, lost: why }];
  }

  /** The person has seen that it got lost. */
  function forget(id: string): void {
    asked.value = without(id);
  }

  return { ask, asked: asked as ReadonlySignal<readonly Asked[]>, forget };
}

function appears(ids: ReadonlySignal<ReadonlySet<string>>, id: string, withinMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(false), withinMs);
    const stop = effect(() => {
      if (ids.value.has(id)) queueMicrotask(() => end(true));
    });
    function end(there: boolean): void {
      clearTimeout(timer);
      stop();
      resolve(there);
    }
  });
}
