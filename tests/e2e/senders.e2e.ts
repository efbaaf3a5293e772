// Messages from every kind of sender that a browser has. The content scripts are those of the extension: one of its pages
// injects functions into the pages and frames.
import { join } from 'node:path';
import { extensionPageKinds } from '../../lib/background/message-senders.ts';
import { BannerMessageSchema } from '../../lib/shared/messages/banner-messages.ts';
import { chromiumId, chromiumPublicKey, geckoId } from '../../lib/shared/model/extension-ids.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { until } from '../../scripts/driver/until.ts';
import { accountPageOf, bannerOn, offerOf } from '../../scripts/journey/banner.ts';
import { enableRequests } from '../../scripts/journey/enable.ts';
import { onlyRow, rowsOf } from '../../scripts/journey/rows.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { organizationSite } from '../../services/sandbox/account-page/other-pages.ts';
import { expect, test } from './scenario.ts';

type Api = typeof import('wxt/browser').browser;

/** What a sender learns: why the message was refused, or that it was accepted. */
type Outcome = string;

interface Message {
  type: string;
  data: unknown;
}

const host = 'account.contoso.example';
test.use({
  sandboxOptions: { extraHosts: { [host]: organizationSite } },
  driverOptions: { optionalHost: `https://${host}/*`, otherExtension: join(import.meta.dirname, 'other-extension') },
});

test('cases 82, 12, 13, 15, 16 and 17: the extension refuses every message of every wrong sender', async ({
  driver,
  sandbox,
}) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  const control = await driver.openExtensionPage('options.html');
  const method = await onlyRow(control, 'methods');
  const about = { accountId: method.accountId, methodId: method.id };
  const enable = { id: crypto.randomUUID(), command: { kind: 'enable', ...about } };
  const ofPages: Message[] = extensionPageKinds.map((type) => ({ type, data: type === 'command' ? enable : {} }));
  const ofBanner: Message[] = BannerMessageSchema.options.flatMap(({ entries: { say } }) =>
    ('options' in say ? say.options : [say.literal]).map((each) => ({
      type: 'banner',
      data: each === 'shown' ? { say: each, path: '/security-info' } : { say: each, about },
    })),
  );
  expect(ofBanner.length).toBeGreaterThan(3);
  const shown = ofBanner.slice(0, 1);
  const all = [...ofPages, ...ofBanner, { type: 'another', data: {} }];
  const refusals = (page: string, banner: string) => [
    ...ofPages.map(() => page),
    ...ofBanner.map(() => banner),
    'no answer',
  ];
  const onlyPages = 'only for pages of this extension';
  const onlyBanner = 'only for the banner on an account page';
  const onlyTopFrame = 'only for the banner in the top frame';

  const page = await accountPageOf(driver);
  await bannerOn(page).waitForText(offerOf('02'));
  await page.evaluate(() => {
    const add = (attributes: object) =>
      document.body.append(Object.assign(document.createElement('iframe'), attributes));
    add({ src: '/security-info' });
    add({ src: 'about:blank' });
    add({ srcdoc: 'A frame.' });
  });
  const atAccountPage = (messages: Message[], frameIds?: number[]) =>
    sendFrom(control, 'https://mysignins.microsoft.com/*', messages, frameIds);
  const frames = await until('the frames to load', async () => {
    const found = await atAccountPage([]);
    return found.length === 4 && found;
  });
  const subFrames = frames.map(({ frameId }) => frameId).filter((frameId) => frameId !== 0);
  expect(subFrames).toHaveLength(3);
  const [top] = await atAccountPage([...ofPages, ...shown], [0]);
  expect(top?.outcomes).toEqual([...ofPages.map(() => onlyPages), 'accepted']);
  for (const { frameId, outcomes } of await atAccountPage(all, subFrames)) {
    expect(outcomes, `frame ${frameId}`).toEqual(refusals(onlyPages, onlyTopFrame));
  }

  if (driver.name === 'firefox') await driver.allowHost(`https://${host}/*`);
  await driver.openPage(`https://${host}/`);
  const [other] = await sendFrom(control, `https://${host}/*`, all);
  expect(other?.outcomes).toEqual(refusals(onlyPages, onlyBanner));

  const [ownPage] = await sendFrom(control, undefined, [...ofBanner, { type: 'visible', data: {} }]);
  expect(ownPage?.outcomes).toEqual([...ofBanner.map(() => onlyBanner), 'accepted']);

  expect(await page.evaluate(() => typeof (globalThis as never as { chrome?: Api }).chrome?.runtime?.sendMessage)).toBe(
    'undefined',
  );

  const id = driver.name === 'chromium' ? chromiumId(chromiumPublicKey) : geckoId;
  const foreign = await sendFromOtherExtension(page, id, all);
  expect(foreign).toHaveLength(2 * all.length);
  expect(foreign.filter((answer) => answer !== null && 'res' in answer)).toEqual([]);

  expect((await rowsOf(control, 'outbox')).filter(({ id }) => id === enable.id)).toEqual([]);
  expect(await rowsOf(control, 'answers')).toEqual([]);
  expect(await driver.hasPopup()).toBe(false);
  expect(enableRequests(sandbox)).toEqual([]);
});

interface Sent {
  frameId: number;
  outcomes: Outcome[];
}

/**
 * Sends the messages from content scripts of the extension in frames of the only tab with this address, all by default, or
 * from the page of the extension itself.
 */
function sendFrom(
  control: Surface,
  address: string | undefined,
  messages: Message[],
  frameIds?: number[],
): Promise<Sent[]> {
  return control.evaluate(
    async ({ url, given, frames }) => {
      const sendAll = (all: Message[]): Promise<Outcome[]> =>
        Promise.all(
          all.map(async (message) => {
            const { chrome: api } = globalThis as never as { chrome: Api };
            try {
              const answer = await api.runtime.sendMessage({ ...message, id: 1, timestamp: Date.now() });
              if (!answer) return 'no answer';
              return answer.err ? String(answer.err.message) : 'accepted';
            } catch (error) {
              return String(error);
            }
          }),
        );
      if (!url) return [{ frameId: 0, outcomes: await sendAll(given) }];
      const { chrome } = globalThis as never as { chrome: Api };
      const [tab] = await chrome.tabs.query({ url });
      const results = await chrome.scripting.executeScript({
        target: { tabId: tab?.id as number, ...(frames ? { frameIds: frames } : { allFrames: true }) },
        func: sendAll as never,
        args: [given] as never,
      });
      return results.map(({ frameId, result }) => ({ frameId, outcomes: result as Outcome[] }));
    },
    { url: address ?? '', given: messages, frames: frameIds },
  );
}

type Answer = { thrown: string } | { err: object } | { res: unknown } | null;

/** Sends the messages from a content script and from the background of the second extension. */
function sendFromOtherExtension(page: Surface, id: string, messages: Message[]): Promise<Answer[]> {
  return page.evaluate(
    ({ extension, given }) =>
      new Promise<Answer[]>((done) => {
        addEventListener('message', ({ data }) => data.answers && done(data.answers));
        postMessage({ id: extension, messages: given }, '*');
      }),
    { extension: id, given: messages.map((message) => ({ ...message, id: 1, timestamp: Date.now() })) },
  );
}
