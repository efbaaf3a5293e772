// Receives messages: checks the sender, parses the content, and waits for the start of the service worker.
import * as v from 'valibot';
import { type BannerAnswer, type BannerMessage, BannerMessageSchema } from '../shared/messages/banner-messages.ts';
import { onMessage, type Protocol } from '../shared/messages/protocol.ts';
import { type CommandMessage, CommandMessageSchema, isVerificationCommand } from '../shared/model/commands.ts';
import { IdentityError } from '../shared/model/errors.ts';
import { LogLineSchema } from '../shared/model/log-format.ts';
import { isDomException } from './db/browser-error.ts';
import { addLogLine, log } from './log.ts';
import { extensionPageKinds, originOfUrl, requireAccountPage, requireExtensionPage } from './message-senders.ts';

interface Running {
  background: {
    outbox: { accept(message: CommandMessage): Promise<void> };
    verifications: { accept(message: CommandMessage): Promise<void> };
    visible(): Promise<void>;
    dismiss(id: string): Promise<void>;
  };
  repair(): Promise<boolean>;
  accountPages(): Promise<string[]>;
  answerBanner(message: BannerMessage, page: { origin: string; windowId: number }): Promise<BannerAnswer>;
}

type Answer<Kind extends keyof Protocol> = ReturnType<Protocol[Kind]>;

/**
 * @param ready rejects with `storage-unavailable` if the browser opens no database
 * @param accountPage address for users whose browser opens no database
 */
export function listen(
  runtime: { id: string; getURL(path: '/popup.html'): string },
  ready: () => Promise<Running>,
  accountPage: () => Promise<string | undefined>,
): void {
  const own = { id: runtime.id, origin: originOfUrl(runtime.getURL('/popup.html')) };
  const handlers: { [Kind in (typeof extensionPageKinds)[number]]: (data: unknown) => Promise<Answer<Kind>> } = {
    async command(data) {
      const message = v.parse(CommandMessageSchema, data);
      try {
        const { outbox, verifications } = (await ready()).background;
        await (isVerificationCommand(message.command) ? verifications : outbox).accept(message);
      } catch (error) {
        if (isStorageUnavailable(error)) return 'storage-unavailable';
        if (isDomException(error, 'QuotaExceededError')) return 'no-room';
        throw error;
      }
      return 'accepted';
    },
    async visible() {
      try {
        const running = await ready();
        running.background.visible().catch((error) => {
          log('The work for a visible page failed.', error);
          repairAndSync(running).catch((reason) => log('The database could not be repaired.', reason));
        });
        return { isAvailable: true };
      } catch (error) {
        if (!isStorageUnavailable(error)) throw error;
        return { isAvailable: false, accountPage: await accountPage() };
      }
    },
    async dismiss(data) {
      const { id } = v.parse(v.object({ id: v.string() }), data);
      await (await ready()).background.dismiss(id);
    },
    repair: async () => repairAndSync(await ready()),
    log: (data) => addLogLine(v.parse(LogLineSchema, data)),
  };
  for (const kind of extensionPageKinds) {
    onMessage(kind, async ({ data, sender }) => {
      requireExtensionPage(sender, own);
      return (await handlers[kind](data)) as never;
    });
  }
  onMessage('banner', async ({ data, sender }) => {
    const { accountPages, answerBanner } = await ready();
    const page = requireAccountPage(sender, own, new Set((await accountPages()).map(originOfUrl)));
    return answerBanner(v.parse(BannerMessageSchema, data), page);
  });
}

async function repairAndSync({ background, repair }: Running): Promise<boolean> {
  const isRepaired = await repair();
  if (isRepaired) background.visible().catch((error) => log('The sync after a repair failed.', error));
  return isRepaired;
}

function isStorageUnavailable(error: unknown): boolean {
  return error instanceof IdentityError && error.kind === 'storage-unavailable';
}
