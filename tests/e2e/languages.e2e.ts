// The sandbox's own pages are in English.

import { enterPassword, enterUserName } from '../../scripts/journey/sign-in.ts';
import { messagesIn } from '../../scripts/journey/text.ts';
import { localeNames, tagOf } from '../../scripts/locales.ts';
import { expect, test } from './scenario.ts';

/** The language that differs most from English; the others run with `npm run test:long`. */
const first = 'ar';
const number = '+44 •••• 102';

for (const name of localeNames.filter((each) => each !== 'en')) {
  const tag = tagOf(name);
  test.describe(tag, name === first ? {} : { tag: '@long' }, () => {
    test.use({ driverOptions: { locale: tag } });

    test('the extension connects, signs in and enables in this language', async ({ driver, sandbox }, info) => {
      const message = await messagesIn(name);
      const { mobileNotEnabled: employee } = sandbox.employees;

      const options = await driver.openExtensionPage('options.html');
      const ofBrowser = await options.evaluate(() => {
        const { chrome } = globalThis as unknown as { chrome: { i18n: { getUILanguage(): string } } };
        return chrome.i18n.getUILanguage();
      });
      test.skip(!ofBrowser.startsWith(tag), `The browser is in ${ofBrowser}: it does not have ${tag}.`);
      await options.fill({ label: message('connection.tenant') }, sandbox.tenant.domain);
      await options.fill({ label: message('connection.client_id') }, sandbox.tenant.clientId);
      await options.click({ role: 'button', name: message('connection.save') });
      await options.waitForText(message('options.connected', { tenant: sandbox.tenant.domain }));
      await options.close();

      let popup = await driver.openPopup();
      await popup.click({ role: 'button', name: message('action.sign_in') });
      const window = await driver.signInWindow();
      await enterUserName(window, employee.userName);
      await enterPassword(window, employee);
      await window.waitForClosed();
      popup = await driver.reopenedPopup();

      await popup.waitFor({ role: 'heading', name: message('phones.title') });
      await popup.click({ role: 'button', name: message('sms.enable_for', { number }) });
      const question = { role: 'dialog', name: message('enable.title') };
      await popup.click({ role: 'button', name: message('enable.confirm'), within: question });
      await popup.waitForText(message('enable.done', { number }));
      await popup.screenshot(info.outputPath('enabled.png'));

      const page = await popup.evaluate(() => {
        const { lang, dir } = document.documentElement;
        const written = [...document.querySelectorAll('.number')].map((each) => getComputedStyle(each).direction);
        return { lang, dir, written: [...new Set(written)] };
      });
      const dir = name === 'ar' ? 'rtl' : 'ltr';
      expect(page).toEqual({ lang: expect.stringMatching(`^${tag}`), dir, written: ['ltr'] });
    });
  });
}
