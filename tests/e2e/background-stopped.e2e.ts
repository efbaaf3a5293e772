// Stops the service worker or restarts the browser at the points of Enable: the page shows the state of the service, and the
// request was sent at most once.

import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import { enable, enableButton, enableRequest, enableRequests } from '../../scripts/journey/enable.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const done = text('enable.done', { number: '+44 •••• 102' });
const on = text('sms.ready');

type Interruption = (driver: BrowserDriver) => Promise<void>;
const interruptions: Record<string, Interruption> = {
  'the background stops': (driver) => driver.stopBackground(),
  'the browser restarts': (driver) => driver.restart(),
};

for (const [name, interrupt] of Object.entries(interruptions)) {
  test.describe(name, name === 'the browser restarts' ? { tag: '@long' } : {}, () => {
    test('@long before Enable, and Enable succeeds', async ({ driver, sandbox }) => {
      await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
      await interrupt(driver);
      const popup = await driver.openPopup();
      await enable(popup);
      await popup.waitForText(done);
      await popup.waitForText(on);
      expect(enableRequests(sandbox)).toHaveLength(1);
    });

    test('while the request is on its way and never arrives, and nothing is changed', async ({ driver, sandbox }) => {
      const before = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
      const held = sandbox.control.hold({ ...enableRequest, when: 'before' });
      await enable(before);
      await held.arrived;
      await interrupt(driver);
      await held.dropWhenAbandoned();
      const popup = await driver.openPopup();
      await popup.waitForText(text('enable.checking'));
      await popup.waitForText(text('error.interrupted.title'));
      await popup.waitForText(text('error.interrupted.help'));
      expect(enableRequests(sandbox)).toHaveLength(1);
      await popup.click({ role: 'button', name: text('action.try_again') });
      await popup.waitForText(done);
      await popup.waitForText(on);
      expect(enableRequests(sandbox)).toHaveLength(2);
    });

    test('while the request is on its way and arrives later, and the number is enabled', async ({
      driver,
      sandbox,
    }) => {
      const before = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
      const held = sandbox.control.hold({ ...enableRequest, when: 'before' });
      await enable(before);
      await held.arrived;
      await interrupt(driver);
      const popup = await driver.openPopup();
      await popup.waitForText(text('enable.checking'));
      held.release();
      await popup.waitForText(done);
      await popup.waitForText(on);
      expect(enableRequests(sandbox)).toHaveLength(1);
    });

    test('while the answer is on its way, and the number is shown as enabled', async ({ driver, sandbox }) => {
      const before = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
      const held = sandbox.control.hold({ ...enableRequest, when: 'after' });
      await enable(before);
      await held.arrived;
      await interrupt(driver);
      await held.dropWhenAbandoned();
      const popup = await driver.openPopup();
      await popup.waitForText(done);
      await popup.waitForText(on);
      expect(enableRequests(sandbox)).toHaveLength(1);
    });

    test('@long after Enable, and the number is shown as enabled', async ({ driver, sandbox }) => {
      const before = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
      await enable(before);
      await before.waitForText(done);
      await interrupt(driver);
      const popup = await driver.openPopup();
      await popup.waitForText(done);
      await popup.waitForText(on);
      expect(await popup.has(enableButton)).toBe(false);
      expect(enableRequests(sandbox)).toHaveLength(1);
    });
  });
}
