// The diagnostic log: the last lines, in `storage.session`, so that they outlive a stop of the service worker.

import { detailsOf, type ErrorDetails } from '../shared/model/errors.ts';
import { logLineOf, parseLog } from '../shared/model/log-format.ts';
import { type Constant, type LogLine, logKey, maxLogLines } from '../shared/model/log-line.ts';
import { illegalTransition } from '../shared/model/state-machines.ts';
import type { SessionStorage } from './session-storage.ts';

let session: Pick<SessionStorage, 'get' | 'set'> | undefined;
let writing: Promise<void> = Promise.resolve();

/** Lines logged earlier are dropped. */
export function startLog(area: Pick<SessionStorage, 'get' | 'set'>): void {
  session = area;
  illegalTransition.report = () => log('A row changed to a state that its state machine does not allow.', new Error());
  globalThis.addEventListener('error', (event) => logUncaught(event, event.error));
  globalThis.addEventListener('unhandledrejection', (event) => logUncaught(event, event.reason));
}

/** The console would show the message. */
function logUncaught(event: Event, thrown: unknown): void {
  event.preventDefault();
  log('An error was not caught.', thrown);
}

export function log<const Text extends string>(text: Constant<Text>, thrown: unknown): void {
  void addLogLine(logLineOf(text, thrown, Date.now()));
}

/** The details of an exception. It is logged, unless the service, the network or the user is its cause. */
export function loggedDetails<const Text extends string>(text: Constant<Text>, thrown: unknown): ErrorDetails {
  const details = detailsOf(thrown);
  if (['internal-error', 'unexpected-answer'].includes(details.kind)) log(text, thrown);
  return details;
}

export function addLogLine(line: LogLine): Promise<void> {
  writing = writing
    .then(async () => {
      if (!session) return;
      const lines = parseLog((await session.get(logKey))[logKey]);
      await session.set({ [logKey]: [...lines, line].slice(-maxLogLines) });
    })
    // A failure of the log has no other place to be recorded.
    .catch(() => {});
  return writing;
}
