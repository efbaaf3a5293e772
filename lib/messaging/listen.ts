// Takes messages in: who sent it is looked at first, then what it says, and then it waits until what an earlier run of the
// background left half done is taken up.
import * as v from 'valibot';
import { type BannerAnswer, type BannerMessage, BannerMessageSchema } from './banner-messages.ts';
import { type CommandMessage, CommandMessageSchema } from './commands.ts';
import { onMessage } from './protocol.ts';
import { originOf, requireAccountPage, requireOwnPage } from './trust.ts';

const DismissSchema = v.object({ id: v.string() });

/** Listens from this moment on, as a worker that is woken by a message needs it. */
export function listen(to: {
  /** Of this extension. */
  own: { id: string; origin: string };
  ready: Promise<void>;
  background: {
    journal: { accept(message: CommandMessage): Promise<void> };
    visible(): Promise<void>;
    dismiss(id: string): Promise<void>;
  };
  /** Addresses of the account pages there are at the moment. */
  accountPages(): Promise<string[]>;
  converse(message: BannerMessage, page: { origin: string; windowId: number }): Promise<BannerAnswer>;
}): void {
  const { own, ready, background } = to;
  onMessage('command', async ({ data, sender }) => {
    requireOwnPage(sender, own);
    const message = v.parse(CommandMessageSchema, data);
    await ready;
    await background.journal.accept(message);
    return 'accepted' as const;
  });
  onMessage('visible', async ({ sender }) => {
    requireOwnPage(sender, own);
    // Nobody waits for what it leads to: that shows in the database.
    void ready.then(background.visible);
  });
  onMessage('dismiss', async ({ data, sender }) => {
    requireOwnPage(sender, own);
    const { id } = v.parse(DismissSchema, data);
    await ready;
    await background.dismiss(id);
  });
  onMessage('banner', async ({ data, sender }) => {
    const page = requireAccountPage(sender, own, new Set((await to.accountPages()).map(originOf)));
    const message = v.parse(BannerMessageSchema, data);
    await ready;
    return to.converse(message, page);
  });
}
