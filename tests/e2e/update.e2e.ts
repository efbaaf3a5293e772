// An update from the previous release keeps what the user has stored and what is under way, in a real browser profile.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { until } from '../../scripts/driver/until.ts';
import { accountPageOf, bannerOn, waitForNoBanner } from '../../scripts/journey/banner.ts';
import { connectWithGateway } from '../../scripts/journey/connect.ts';
import { enable, enableRequests } from '../../scripts/journey/enable.ts';
import { next, phoneChoice, textMeACode, verified } from '../../scripts/journey/registration.ts';
import { codeByText, signIn } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { pattern, text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { builtExtension } from './extension-under-test.ts';
import { test } from './managed-scenario.ts';
import { buildPrevious, replaceFolder } from './previous-build.ts';
import { browserOf, expect, expectNoSideEffects, startBrowser } from './scenario.ts';

/** Where functions sent to a page of the extension run, not here. */
declare const chrome: typeof import('wxt/browser').browser;

const reminder = { label: text('settings.reminder') };
const version = () => chrome.runtime.getManifest().version;
const policy = { snoozeDays: 30, supportText: 'Ask the service desk.' };
/** Reserved for fiction; no employee of the sandbox has it. */
const phoneNumber = '+447700900188';
type Row = { id: string; state: string; command: { kind: string } };

test.use({ policy });

test('an update keeps a waiting verification, an Enable that settles, a snooze, a setting and the policy', async ({
  sandbox,
  driverOptions,
}, info) => {
  const folder = await mkdtemp(join(tmpdir(), 'phone-sign-in-update-'));
  const name = browserOf(info.project.name);
  const previous = (await buildPrevious(folder))[name];
  const driver = await startBrowser(name, sandbox, {
    ...driverOptions,
    extension: previous,
    keepsFirstPage: true,
    isDeveloperProfile: true,
  });
  try {
    const options = await connectWithGateway(driver, sandbox);
    let popup = await signIn(driver, sandbox.employees.mobileNotEnabled);
    await popup.waitForText(text('fresh.now'));
    await driver.closePopup();
    await options.click(reminder);
    const page = await accountPageOf(driver);
    await bannerOn(page).click({ role: 'button', name: text('banner.not_now') });
    await waitForNoBanner(page);
    await page.close();
    popup = await driver.openPopup();
    await popup.click({ role: 'button', name: specification.addMethod });
    await popup.click(phoneChoice);
    await textMeACode(popup, phoneNumber);
    await popup.waitForText(pattern('code.sent_to', { number: '+44 •••• 188' }));
    await driver.closePopup();
    await until('the setting to be stored', async () =>
      JSON.stringify(await rowsIn(options, 'settings')).includes('"numberReminder":false'),
    );
    await until('the policy to be stored', async () => (await rowsIn(options, 'policy')).length > 0);
    const before = {
      answers: await rowsIn(options, 'answers'),
      settings: await rowsIn(options, 'settings'),
      policy: await rowsIn(options, 'policy'),
    };
    expect(before).toMatchObject({ answers: [{ snoozedUntil: expect.any(Number) }], policy: [{ values: policy }] });
    sandbox.control.setPropagation(20_000);
    await enable(options);
    await until('the Enable to settle', async () =>
      (await rowsIn<Row>(options, 'journal')).some(
        ({ command, state }) => command.kind === 'enable' && state === 'settling',
      ),
    );
    const others = (await rowsIn<Row>(options, 'journal')).filter(({ command }) => command.kind !== 'text-code');
    expect(await options.evaluate(version)).toBe('0.0.1');
    await options.close();

    await update(driver, previous);

    const after = await driver.openExtensionPage('options.html');
    await after.waitForText(text('options.connected', { tenant: sandbox.tenant.domain }));
    expect(await after.evaluate(version)).not.toBe('0.0.1');
    expect(await rowsIn(after, 'answers')).toEqual(before.answers);
    expect(await rowsIn(after, 'settings')).toEqual(before.settings);
    expect(await rowsIn(after, 'policy')).toMatchObject([{ values: policy }]);
    expect(await after.evaluate(isChecked, reminder.label)).toBe(false);
    await until('the Enable to be done', async () =>
      (await rowsIn<Row>(after, 'outbox')).some(({ command, state }) => command.kind === 'enable' && state === 'done'),
    );
    expect(enableRequests(sandbox)).toHaveLength(1);
    const kept = (await rowsIn<Row>(after, 'outbox')).map(({ id }) => id);
    expect(kept).toEqual(expect.arrayContaining(others.map(({ id }) => id)));

    popup = await driver.openPopup();
    await popup.waitForText(pattern('code.sent_to', { number: '+44 •••• 188' }));
    await next(popup, await codeByText(sandbox, phoneNumber));
    await popup.waitForText(verified);
    expect(sandbox.handsets.texts(phoneNumber)).toHaveLength(1);
    await expectNoSideEffects(driver, sandbox, [gatewayHost]);
  } finally {
    await driver.close();
    await rm(folder, { recursive: true });
  }
});

async function rowsIn<Stored = object>(page: Surface, table: string): Promise<Stored[]> {
  return JSON.parse(await page.evaluate(rowsOf, table));
}

/** Updates as the store does, and restarts the browser. */
async function update(driver: BrowserDriver, previous: string): Promise<void> {
  if (driver.name === 'firefox') await driver.offerUpdate(builtExtension().firefox);
  else {
    // Opened before the files change: a page opened later would mix both versions.
    const page = await driver.openExtensionPage('options.html');
    await replaceFolder(previous, builtExtension().chromium);
    // A restart alone does not start the new service worker of an unpacked extension.
    await driver.reopenTabsAfter?.(() => void page.evaluate(() => chrome.runtime.reload()).catch(() => {}));
  }
  await driver.restart();
}

/** The rows of a table in any version of the database, as JSON. Runs in a page of the extension. */
async function rowsOf(table: string): Promise<string> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('phone-sign-in');
    request.onsuccess = () => resolve(request.result);
  });
  const rows = await new Promise<unknown>((resolve) => {
    const request = database.transaction(table).objectStore(table).getAll();
    request.onsuccess = () => resolve(request.result);
  });
  database.close();
  return JSON.stringify(rows);
}

function isChecked(label: string): boolean | undefined {
  const labels = [...document.querySelectorAll('label')];
  const control = labels.find((each) => each.textContent?.includes(label))?.control;
  return control instanceof HTMLInputElement ? control.checked : undefined;
}
