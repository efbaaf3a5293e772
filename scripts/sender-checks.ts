// Proves that a scenario in real browsers depends on each check of a sender: builds the extension without that check and
// expects the scenario to fail. `npm run test:long -- senders` runs it.
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BuiltExtension, buildExtension } from './build.ts';
import { playScenarios } from './play-scenarios.ts';
import { check, type Steps } from './steps.ts';

/** Everything that a build reads. */
const sources = [
  ...['components', 'entrypoints', 'lib', 'public', 'scripts'],
  ...['package.json', 'tsconfig.json', 'wxt.config.ts'],
];
const scenario = 'senders.e2e.ts';
const senders = 'lib/background/message-senders.ts';
const inbox = 'lib/background/inbox.ts';

interface Change {
  file: string;
  text: string;
  instead: string;
}

/** Delivers messages of other extensions to the same listeners, which no browser does. */
const foreignMessages: Change[] = [
  {
    file: 'lib/shared/messages/protocol.ts',
    text: "from '@webext-core/messaging'",
    instead: "from './messaging/index.mjs'",
  },
  {
    file: 'lib/shared/messages/messaging/index.mjs',
    text: 'chrome.runtime.onMessage.addListener(listener);',
    instead: 'chrome.runtime.onMessage.addListener(listener); chrome.runtime.onMessageExternal?.addListener(listener);',
  },
];

const without = (file: string, text: string, instead = ''): Change[] => [{ file, text, instead }];

/** What a build lacks, and its changes. The scenario passes in the first build and fails in all others. */
const builds: [string, Change[]][] = [
  ['a change other than that messages of other extensions arrive', foreignMessages],
  [
    'the check of the id',
    [
      ...foreignMessages,
      ...without(senders, "if (id !== extension.id) throw new NotAllowed('only for this extension');"),
    ],
  ],
  [
    'the check of the origin of an extension page',
    without(
      senders,
      "if (originOfSender(sender) !== extension.origin) throw new NotAllowed('only for pages of this extension');",
    ),
  ],
  [
    'the check of the origin of an account page',
    without(senders, "if (!origins.has(origin)) throw new NotAllowed('only for the banner on an account page');"),
  ],
  ['the check of the frame', without(senders, 'frameId !== 0 || ')],
  ['the call for extension pages', without(inbox, 'requireExtensionPage(sender, own);')],
  [
    'the call for account pages',
    without(
      inbox,
      'requireAccountPage(sender, own, new Set((await accountPages()).map(originOfUrl)))',
      "{ origin: originOfUrl((await accountPages())[0] ?? ''), windowId: sender.tab?.windowId ?? 0 }",
    ),
  ],
];

export async function proveSenderChecks(steps: Steps, projects: string[]): Promise<void> {
  for (const [index, [missing, changes]] of builds.entries()) {
    await steps.take(`a build without ${missing}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'phone-sign-in-senders-'));
      try {
        const extension = await buildChanged(folder, changes);
        const played = await playScenarios([scenario, ...projects], {
          EXTENSION_UNDER_TEST: JSON.stringify(extension),
        });
        return check(played.length > 0 && played.every(({ passed }) => passed === (index === 0)));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
}

/** @throws Error if the code has changed, so that a change no longer applies to exactly one place */
async function buildChanged(folder: string, changes: Change[]): Promise<BuiltExtension> {
  for (const source of sources) cpSync(source, join(folder, source), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  cpSync('node_modules/@webext-core/messaging/dist', join(folder, 'lib/shared/messages/messaging'), {
    recursive: true,
  });
  for (const { file, text, instead } of changes) {
    const path = join(folder, file);
    const parts = readFileSync(path, 'utf8').split(text);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times: ${text}`);
    writeFileSync(path, parts.join(instead));
  }
  return buildExtension(join(folder, '.output'), folder);
}
