// What each managed setting does, by real policy files. Those of one group are set together: a start of a browser is dear.

import type { Surface } from '../../scripts/driver/surface.ts';
import { accountPageOf, bannerOn, hasBanner, offerOf, waitForNoBanner } from '../../scripts/journey/banner.ts';
import { enableButton } from '../../scripts/journey/enable.ts';
import { numberField } from '../../scripts/journey/registration.ts';
import { changeRows, onlyRow } from '../../scripts/journey/rows.ts';
import { signIn } from '../../scripts/journey/sign-in.ts';
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

test.describe('what people may do, and whom they ask', () => {
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

  test('only what the organization allows, in its words', async ({ driver, sandbox }) => {
    const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
    const options = await driver.openExtensionPage('options.html');
    await options.waitForText('Set by Contoso', { limit: 20_000 });
    await options.waitForText(help.supportText);
    for (const { name, address } of [
      { name: 'Help page', address: help.supportUrl },
      { name: help.supportEmail, address: `mailto:${help.supportEmail}` },
      { name: help.supportPhone, address: 'tel:+12065550100' },
      { name: 'Learn more about SMS sign-in', address: reading.learnMoreUrl },
      { name: 'Set up a safer way to sign in', address: reading.strongerMethodsUrl },
    ]) {
      await options.waitFor({ role: 'link', name });
      expect(await addresses(options)).toContain(address);
    }
    expect(await options.has({ label: 'Domain or directory (tenant) ID' })).toBe(false);
    await options.close();

    const popup = await signIn(driver, employee);
    await popup.waitForText('Updated just now');
    await popup.waitForText(employee.name);
    expect(await popup.has(enableButton)).toBe(false);
    await popup.waitForText('Your organization has not made SMS sign-in available.');
    expect(await popup.text()).not.toMatch(/SMS sign-in\s+(On|Off)/);
    expect(await popup.has({ role: 'button', name: /^Remove / })).toBe(false);
    // The narrower permission does not open the default method.
    expect(await popup.text()).not.toContain('Default');

    const account = await onlyRow(popup, 'accounts');
    const hours = (Number(account.nextSyncAt) - Number(account.syncedAt)) / hour;
    expect(hours).toBeGreaterThan(79);
    expect(hours).toBeLessThan(121);

    await changeRows(popup, 'confirmations', () => ({ confirmedAt: Date.now() - 91 * day }));
    const again = await driver.openPopup();
    await again.waitForText('Is +44 •••• 107 still your number?');

    await again.click({ role: 'button', name: 'Add method' });
    await again.waitFor({ role: 'link', name: 'Set up a safer way to sign in' });
    await again.click({ role: 'button', name: /^Phone/ });
    await again.waitFor(numberField);
    expect(await again.value({ label: 'Country' })).toBe('US');
    // The list comes with the metadata; before, there is the chosen one alone.
    await expect.poll(async () => (await countries(again)).sort()).toEqual(['GB', 'US']);
  });
});

test.describe('the banner while a campaign runs', () => {
  test.use({
    policy: {
      ...connection,
      bannerMode: 'until-enabled',
      bannerStart: today(-1),
      bannerEnd: today(1),
      snoozeDays: 14,
      // Alone, it also takes setting up by hand away.
      tenantLock: true,
    },
  });

  test('asks, and Not now lasts as long as the organization says', async ({ driver, sandbox }) => {
    const popup = await signInWhenReady(driver, sandbox.employees.mobileNotEnabled);
    const page = await accountPageOf(driver);
    const banner = bannerOn(page);
    await banner.waitForText(offerOf('02'));
    await banner.click({ role: 'button', name: 'Not now' });
    await waitForNoBanner(page);
    const options = await driver.openExtensionPage('options.html');
    const { snoozedUntil } = await onlyRow(options, 'answers');
    expect(Math.round((Number(snoozedUntil) - Date.now()) / day)).toBe(14);
    await options.waitForText('Set by Contoso');
    expect(await options.has({ label: 'Domain or directory (tenant) ID' })).toBe(false);
    expect(await popup.isClosed()).toBe(true);
  });
});

test.describe('the banner that asks once', () => {
  test.use({ policy: { ...connection, bannerMode: 'once' } });

  test('does not come back when the time of Not now is over', async ({ driver, sandbox }) => {
    test.skip(!process.env.TEST_LONG, 'One more start of a browser, for what a unit test shows as well.');
    await signInWhenReady(driver, sandbox.employees.mobileNotEnabled);
    const page = await accountPageOf(driver);
    const banner = bannerOn(page);
    await banner.waitForText(offerOf('02'));
    await banner.click({ role: 'button', name: 'Not now' });
    await waitForNoBanner(page);
    const options = await driver.openExtensionPage('options.html');
    await onlyRow(options, 'answers');
    await changeRows(options, 'answers', () => ({ snoozedUntil: Date.now() - day }));
    // A new start looks at everything anew.
    await driver.restart();
    const again = await accountPageOf(driver);
    const popup = await driver.openPopup();
    await popup.waitForText('SMS sign-in');
    expect(await hasBanner(again)).toBe(false);
  });
});

for (const [when, banner] of Object.entries({
  'is switched off': { bannerMode: 'off' },
  'has not begun': { bannerStart: today(2) },
  'is over': { bannerEnd: today(-2) },
})) {
  test.describe(`the banner when it ${when}`, () => {
    test.use({ policy: { ...connection, ...banner } });

    test('is on no page', async ({ driver, sandbox }) => {
      test.skip(!process.env.TEST_LONG, 'Three more starts of a browser, for what unit tests show as well.');
      await signInWhenReady(driver, sandbox.employees.mobileNotEnabled);
      const page = await accountPageOf(driver);
      // What would bring it is done once the number is known.
      const popup = await driver.openPopup();
      await popup.waitFor(enableButton);
      expect(await hasBanner(page)).toBe(false);
    });
  });
}

test.describe('paused', () => {
  test.use({ policy: { ...connection, ...help, paused: true } });

  test('nothing is asked, and it says so; afterwards it goes on', async ({ driver, sandbox, setPolicy }) => {
    const popup = await driver.openPopup();
    await popup.waitForText('Contoso has paused this extension.', { limit: 20_000 });
    await popup.waitForText(help.supportText);
    expect(await popup.has({ role: 'button', name: 'Sign in' })).toBe(false);
    expect(sandbox.requests).toEqual([]);

    await setPolicy(connection);
    if (driver.name === 'firefox') await driver.restart();
    const after = driver.name === 'firefox' ? await driver.openPopup() : popup;
    await after.waitFor({ role: 'button', name: 'Sign in' }, { limit: 20_000 });
    await driver.closePopup();

    await setPolicy(undefined);
    if (driver.name === 'firefox') await driver.restart();
    const options = await driver.openExtensionPage('options.html');
    // Chromium says that it is gone only by an event, or after half a minute in which it says nothing.
    await options.waitForText('Your organization has not set anything for this extension.', { limit: 60_000 });
    await (await driver.openPopup()).waitFor({ role: 'button', name: 'Set up' });
  });
});

test.describe('with a key missing', () => {
  test.use({ policy: { tenantId, gatewayUrl: `https://${gatewayHost}`, ...help } });

  test('nothing works, and it is said which', async ({ driver }) => {
    const popup = await driver.openPopup();
    await popup.waitForText('This extension is not set up completely.', { limit: 20_000 });
    await popup.waitForText('clientId');
    await popup.waitForText(help.supportText);
    const options = await driver.openExtensionPage('options.html#policy');
    await options.waitForText(/clientId\s+Missing/);
    await options.waitForText(/gatewayUrl\s+Not used: gatewayScope is missing/);
  });
});

test.describe('in another cloud', () => {
  test.use({ policy: { ...connection, cloud: 'usgov' } });

  test('the organization is there', async ({ driver }) => {
    const options = await driver.openExtensionPage('options.html');
    await options.waitForText(`https://login.microsoftonline.us/${tenantId}/adminconsent`, { limit: 20_000 });
  });
});

test.describe('pages of the organization', () => {
  test.use({ policy: { ...connection, accountPages: ['https://account.contoso.example/profile'] } });

  test('are offered to be allowed, by the one click that only a person can make', async ({ driver, sandbox }) => {
    await signInWhenReady(driver, sandbox.employees.mobileNotEnabled);
    const options = await driver.openExtensionPage('options.html');
    await options.waitForText(
      /To offer SMS sign-in on \S*account\.contoso\.example, the browser asks for your permission\./,
    );
    await options.waitFor({ role: 'button', name: 'Allow' });
  });
});

async function signInWhenReady(...[driver, employee]: Parameters<typeof signIn>): Promise<Surface> {
  const before = await driver.openPopup();
  await before.waitFor({ role: 'button', name: 'Sign in' }, { limit: 20_000 });
  const popup = await signIn(driver, employee);
  await popup.waitForText('Updated just now');
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
