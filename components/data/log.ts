// The diagnostic log as pages use it. The service worker writes it, so that no line of another page is lost.
import { type ReadonlySignal, signal } from '@preact/signals';
import { browser } from '../../lib/shared/browser.ts';
import { sendMessage } from '../../lib/shared/messages/protocol.ts';
import { type Constant, type LogLine, logKey } from '../../lib/shared/model/log-line.ts';

const logFormat = () => import('../../lib/shared/model/log-format.ts');

export function log<const Text extends string>(text: Constant<Text>, thrown: unknown): void {
  logFormat()
    .then(({ logLineOf }) => sendMessage('log', logLineOf(text, thrown, Date.now())))
    .catch(() => {
      // Without the service worker there is no log: the extension was updated or removed.
    });
}

export function logUncaughtErrors(): void {
  window.addEventListener('error', (event) => logUncaught(event, event.error));
  window.addEventListener('unhandledrejection', (event) => logUncaught(event, event.reason));
}

/** The console would show the message. */
function logUncaught(event: Event, thrown: unknown): void {
  event.preventDefault();
  log('An error of a page was not caught.', thrown);
}

/** The log is read from the storage only while a component uses it; most pages never do. */
export function liveLog(): ReadonlySignal<readonly LogLine[]> {
  const { session } = browser.storage;
  async function read(): Promise<void> {
    const { [logKey]: stored } = await session.get(logKey);
    if (stored) lines.value = (await logFormat()).parseLog(stored);
  }
  const update = () => void read().catch((error) => log('The log could not be read.', error));
  const onChanged = (changes: object) => logKey in changes && update();
  const lines = signal<readonly LogLine[]>([], {
    watched() {
      session.onChanged.addListener(onChanged);
      update();
    },
    unwatched: () => session.onChanged.removeListener(onChanged),
  });
  return lines;
}
