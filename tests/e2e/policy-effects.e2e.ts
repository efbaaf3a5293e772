// The effect of each managed setting. Settings are grouped, because each policy needs a start of a browser.

import type { Surface } from '../../scripts/driver/surface.ts';
import { accountPageOf, bannerOn, hasBanner, offerOf, waitForNoBanner } from '../../scripts/journey/banner.ts';
import { enableButton } from '../../scripts/journey/enable.ts';
import { numberField, phoneChoice } from '../../scripts/journey/registration.ts';
import { changeRows, onlyRow } from '../../scripts/journey/rows.ts';
import { signIn } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { labelled, pattern, startingWith, text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { clientIds, tenantId } from '../../services/sandbox/login/applications.ts';
import { expect, test } from './managed-scenario.ts';

const connection = { tenantId, clientId: clientIds.spa, organizationName: 'Contoso' };
const help = {
  supportText: 'Ask on floor 3.',
  supportUrl: 'https://help.contoso.example/phone',
  supportEmail: 'help@contoso.example',
  supportPhone: '+1 206 555 0100',
};
const reading = {
  learnMoreUrl: 'https://help.contoso.example/sms-sign-in',
  strongerMethodsUrl: 'https://help.contoso.example/passkeys',
};
const hour = 3_600_000;
const day = 24 * hour;
const today = (days: number) => new Date(Date.now() + days * day).toISOString().slice(0, 10);

test.describe('with help and restrictions', () => {
  test.use({
    furtherHosts: [gatewayHost],
    policy: {
      ...connection,
      ...help,
      ...reading,
      cloud: 'global',
      gatewayUrl: `https://${gatewayHost}`,
      gatewayScope: `api://${clientIds.gateway}/PhoneVerification`,
      scopes: ['UserAuthMethod-Phone.ReadWrite'],
      smsSignIn: 'off',
      allowRemove: false,
      allowManualSetup: false,
      tenantLock: true,
      allowedCountries: ['GB', 'US'],
      defaultCountry: 'US',
      syncIntervalHours: 100,
      numberReviewDays: 90,
    },
  });

  test('the pages show the help texts of the policy and offer only what it allows', async ({ driver, sandbox }) => {
    const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
    const options = await driver.openExtensionPage('options.html');
    await options.waitForText(text('policy.locked_by', { organization: 'Contoso' }));
    await options.waitForText(help.supportText);
    for (const { name, address } of [
      { name: text('help.page'), address: help.supportUrl },
      { name: help.supportEmail, address: `mailto:${help.supportEmail}` },
      { name: help.supportPhone, address: 'tel:+12065550100' },
      { name: text('help.learn_more'), address: reading.learnMoreUrl },
      { name: text('help.stronger_link'), address: reading.strongerMethodsUrl },
    ]) {
      await options.waitFor({ role: 'link', name });
      expect(await addresses(options)).toContain(address);
    }
    expect(await options.has({ label: text('connection.tenant') })).toBe(false);
    await options.close();

    const popup = await signIn(driver, employee);
    await popup.waitForText(text('fresh.now'));
    await popup.waitForText(employee.name);
    expect(await popup.has(enableButton)).toBe(false);
    await popup.waitForText(text('phones.not_available'));
    const shown = await popup.text();
    for (const key of ['sms.ready', 'sms.not_enabled'] as const) {
      expect(shown).not.toMatch(labelled(text('sms.label'), text(key)));
    }
    expect(await popup.has({ role: 'button', name: startingWith('remove.action_for') })).toBe(false);
    // The narrower scope cannot read the default method.
    expect(await popup.text()).not.toContain(text('phones.default'));

    const account = await onlyRow(popup, 'accounts');
    const hours = (Number(account.nextSyncAt) - Number(account.syncedAt)) / hour;
    expect(hours).toBeGreaterThan(79);
    expect(hours).toBeLessThan(121);

    await changeRows(popup, 'confirmations', () => ({ confirmedAt: Date.now() - 91 * day }));
    const again = await driver.openPopup();
    await again.waitForText(text('review.title', { number: '+44 •••• 107' }));

    await again.click({ role: 'button', name: specification.addMethod });
    await again.waitFor({ role: 'link', name: text('help.stronger_link') });
    await again.click(phoneChoice);
    await again.waitFor(numberField);
    expect(await again.value({ label: text('number.country') })).toBe('US');
    // Before the phone metadata is loaded, the list has the selected country only.
    await expect.poll(async () => (await countries(again)).sort()).toEqual(['GB', 'US']);
  });
});

test.describe('during a banner campaign', () => {
  test.use({
    policy: {
      ...connection,
      bannerMode: 'until-enabled',
      bannerStart: today(-1),
      bannerEnd: today(1),
      snoozeDays: 14,
      // tenantLock alone also forbids manual setup.
      tenantLock: true,
    },
  });

  test('the banner is shown, and Not now hides it for snoozeDays', async ({ driver, sandbox }) => {
    const popup = await signInWhenReady(driver, sandbox.employees.mobileNotEnabled);
    const page = await accountPageOf(driver);
    const banner = bannerOn(page);
    await banner.waitForText(offerOf('02'));
    await banner.click({ role: 'button', name: text('banner.not_now') });
    await waitForNoBanner(page);
    const options = await driver.openExtensionPage('options.html');
    const { snoozedUntil } = await onlyRow(options, 'answers');
    expect(Math.round((Number(snoozedUntil) - Date.now()) / day)).toBe(14);
    await options.waitForText(text('policy.locked_by', { organization: 'Contoso' }));
    expect(await options.has({ label: text('connection.tenant') })).toBe(false);
    expect(await popup.isClosed()).toBe(true);
  });
});

test.describe('with bannerMode once', () => {
  test.use({ policy: { ...connection, bannerMode: 'once' } });

  test('the banner is not shown again after the snooze has ended', async ({ driver, sandbox }) => {
    test.skip(!process.env.TEST_LONG, 'One more start of a browser, for what a unit test shows as well.');
    await signInWhenReady(driver, sandbox.employees.mobileNotEnabled);
    const page = await accountPageOf(driver);
    const banner = bannerOn(page);
    await banner.waitForText(offerOf('02'));
    await banner.click({ role: 'button', name: text('banner.not_now') });
    await waitForNoBanner(page);
    const options = await driver.openExtensionPage('options.html');
    await onlyRow(options, 'answers');
    await changeRows(options, 'answers', () => ({ snoozedUntil: Date.now() - day }));
    // Each start evaluates the offers again.
    await driver.restart();
    const again = await accountPageOf(driver);
    const popup = await driver.openPopup();
    await popup.waitForText(text('sms.label'));
    expect(await hasBanner(again)).toBe(false);
  });
});

for (const [when, banner] of Object.entries({
  'is switched off': { bannerMode: 'off' },
  'has not begun': { bannerStart: today(2) },
  'is over': { bannerEnd: today(-2) },
})) {
  test.describe(`with a banner that ${when}`, () => {
    test.use({ policy: { ...connection, ...banner } });

    test('no page has the banner', async ({ driver, sandbox }) => {
      test.skip(!process.env.TEST_LONG, 'Three more starts of a browser, for what unit tests show as well.');
      await signInWhenReady(driver, sandbox.employees.mobileNotEnabled);
      const page = await accountPageOf(driver);
      // When the popup shows Enable, the number has been read. Without the policy, the banner would be shown by now.
      const popup = await driver.openPopup();
      await popup.waitFor(enableButton);
      expect(await hasBanner(page)).toBe(false);
    });
  });
}

test.describe('with a paused extension', () => {
  test.use({ policy: { ...connection, ...help, paused: true } });

  test('the pages say so, no request is sent, and the extension works after the pause', async ({
    driver,
    sandbox,
    setPolicy,
  }) => {
    const popup = await driver.openPopup();
    await popup.waitForText(text('inert.paused_by', { organization: 'Contoso' }));
    await popup.waitForText(help.supportText);
    expect(await popup.has({ role: 'button', name: text('action.sign_in') })).toBe(false);
    expect(sandbox.requests).toEqual([]);

    await setPolicy(connection);
    if (driver.name === 'firefox') await driver.restart();
    const after = driver.name === 'firefox' ? await driver.openPopup() : popup;
    await after.waitFor({ role: 'button', name: text('action.sign_in') });
    await driver.closePopup();

    await setPolicy(undefined);
    if (driver.name === 'firefox') await driver.restart();
    const options = await driver.openExtensionPage('options.html');
    // Without a change event, an empty policy in Chromium is confirmed after half a minute.
    await options.waitForText(text('policy.none'));
    await (await driver.openPopup()).waitFor({ role: 'button', name: text('welcome.set_up') });
  });
});

test.describe('with a key missing', () => {
  test.use({ policy: { tenantId, gatewayUrl: `https://${gatewayHost}`, ...help } });

  test('the pages name the missing keys', async ({ driver }) => {
    const popup = await driver.openPopup();
    await popup.waitForText(text('inert.missing'));
    await popup.waitForText('clientId');
    await popup.waitForText(help.supportText);
    const options = await driver.openExtensionPage('options.html#policy');
    await options.waitForText(labelled('clientId', text('policy.state.missing')));
    await options.waitForText(labelled('gatewayUrl', text('policy.state.needs', { key: 'gatewayScope' })));
  });
});

test.describe('in another cloud', () => {
  test.use({ policy: { ...connection, cloud: 'usgov' } });

  test('@long the consent link leads to that cloud', async ({ driver }) => {
    const options = await driver.openExtensionPage('options.html');
    await options.waitForText(`https://login.microsoftonline.us/${tenantId}/adminconsent`);
  });
});

test.describe('with additional account pages', () => {
  test.use({ policy: { ...connection, accountPages: ['https://account.contoso.example/profile'] } });

  test('the options page asks the user for access to them', async ({ driver, sandbox }) => {
    await signInWhenReady(driver, sandbox.employees.mobileNotEnabled);
    const options = await driver.openExtensionPage('options.html');
    await options.waitForText(pattern('pages.permission', { pages: '*account.contoso.example' }));
    await options.waitFor({ role: 'button', name: text('pages.allow') });
  });
});

async function signInWhenReady(...[driver, employee]: Parameters<typeof signIn>): Promise<Surface> {
  const before = await driver.openPopup();
  await before.waitFor({ role: 'button', name: text('action.sign_in') });
  const popup = await signIn(driver, employee);
  await popup.waitForText(text('fresh.now'));
  await driver.closePopup();
  return popup;
}

function addresses(page: Surface): Promise<string[]> {
  return page.evaluate(() => [...document.querySelectorAll('a')].map(({ href }) => href));
}

function countries(page: Surface): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('option')].map(({ value }) => value).filter((value) => /^[A-Z]{2}$/.test(value)),
  );
}
