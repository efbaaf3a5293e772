// Takes messages in: who sent it is looked at first, then what it says, and then it waits until what an earlier run of the
// background left half done is taken up.
import * as v from 'valibot';
import { type BannerAnswer, type BannerMessage, BannerMessageSchema } from '../shared/messages/banner-messages.ts';
import { onMessage } from '../shared/messages/protocol.ts';
import { type CommandMessage, CommandMessageSchema } from '../shared/model/commands.ts';
import { originOf, requireAccountPage, requireOwnPage } from './message-senders.ts';

const DismissSchema = v.object({ id: v.string() });

/** What messages are for. */
interface Running {
  background: {
    outbox: { accept(message: CommandMessage): Promise<void> };
    visible(): Promise<void>;
    dismiss(id: string): Promise<void>;
  };
  /** Takes out what nobody can read. */
  mend(): Promise<void>;
  /** Addresses of the account pages there are at the moment. */
  accountPages(): Promise<string[]>;
  converse(message: BannerMessage, page: { origin: string; windowId: number }): Promise<BannerAnswer>;
}

/**
 * Listens from this moment on, as a worker that is woken by a message needs it.
 * @param own what this extension is known by
 */
export function listen(own: { id: string; origin: string }, ready: Promise<Running>): void {
  onMessage('command', async ({ data, sender }) => {
    requireOwnPage(sender, own);
    const message = v.parse(CommandMessageSchema, data);
    const { background } = await ready;
    try {
      await background.outbox.accept(message);
    } catch (error) {
      if (isFull(error)) return 'no-room' as const;
      throw error;
    }
    return 'accepted' as const;
  });
  onMessage('visible', async ({ sender }) => {
    requireOwnPage(sender, own);
    // Nobody waits for what it leads to: that shows in the database.
    void ready.then((running) => running.background.visible().catch(() => visibleOnceMended(running)));
  });
  onMessage('dismiss', async ({ data, sender }) => {
    requireOwnPage(sender, own);
    const { id } = v.parse(DismissSchema, data);
    const { background } = await ready;
    await background.dismiss(id);
  });
  onMessage('undrawable', async ({ sender }) => {
    requireOwnPage(sender, own);
    // Nobody waits for this either.
    void ready.then(visibleOnceMended);
  });
  onMessage('banner', async ({ data, sender }) => {
    const { accountPages, converse } = await ready;
    const page = requireAccountPage(sender, own, new Set((await accountPages()).map(originOf)));
    return converse(v.parse(BannerMessageSchema, data), page);
  });
}

/** What was taken out is read again; also where another page's call has mended it in the same moment. */
async function visibleOnceMended({ background, mend }: Running): Promise<void> {
  await mend();
  await background.visible();
}

/** A transaction that ends for lack of room is told by what it ended for. */
function isFull(error: unknown): boolean {
  const { name, inner } = Object(error) as { name?: unknown; inner?: unknown };
  return name === 'QuotaExceededError' || (inner !== undefined && inner !== error && isFull(inner));
}
