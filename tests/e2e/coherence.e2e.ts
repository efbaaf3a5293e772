// Several windows and several accounts at once, and a service that changes by itself: every window shows the same, without
// a reload, and nothing of one account reaches the other.
import { connect } from '../../scripts/journey/connect.ts';
import { enable, enableRequest, enableRequests } from '../../scripts/journey/enable.ts';
import { changes } from '../../scripts/journey/remove.ts';
import { signIn, signInWithAnother } from '../../scripts/journey/sign-in.ts';
import { expect, test } from './scenario.ts';

const on = 'On: you can sign in with this number';
const off = /SMS sign-in\s+Off/;

test('case 58: two windows and two accounts: a change waits for its own account only, and shows everywhere', async ({
  driver,
  sandbox,
}) => {
  const { mobileAlternateAndOffice: one, mobileReady: other } = sandbox.employees;
  const options = await connect(driver, sandbox);
  await (await signIn(driver, one)).waitForText('Updated just now');
  await driver.closePopup();
  await signInWithAnother(driver, options, other);
  const switchTo = (name: string) => ({ role: 'button', name: new RegExp(`^.*${name}`) });
  await options.click(switchTo(one.name));
  await options.waitForText('+44 •••• 109');
  const second = await driver.openExtensionPage('popup.html', { width: 360 });
  await second.choose({ label: 'Account' }, other.userName);
  await second.waitForText('+44 •••• 104');

  const held = sandbox.control.hold({ ...enableRequest, when: 'before' });
  await enable(options);
  await held.arrived;
  // Another change of the same account, while one is under way.
  await options.click({ role: 'button', name: 'More about +1 •••• 109' });
  await options.click({ role: 'button', name: 'Make default: +1 •••• 109' });
  await options.click({ role: 'button', name: 'Make default', within: { role: 'dialog' } });
  await options.waitForText('Waiting for another change to end…');
  expect(changes(sandbox)).toEqual([]);
  // The other account waits for nobody.
  await second.click({ role: 'button', name: 'More about +44 •••• 104' });
  await second.click({ role: 'button', name: 'Turn off SMS sign-in for +44 •••• 104' });
  await second.click({ role: 'button', name: 'Turn off', within: { role: 'dialog' } });
  await second.waitForText('You can no longer sign in with +44 •••• 104.');
  expect(await second.text()).not.toContain('•••• 109');
  expect(await options.text()).not.toContain('•••• 104');
  held.release();
  await options.waitForText('You can now sign in with +44 •••• 109.');
  await options.waitForText('+1 •••• 109 is your default sign-in method now.');
  expect(enableRequests(sandbox)).toHaveLength(1);
  expect(changes(sandbox)).toEqual(['PATCH']);

  // What was done in one window is there in the others, and so is what was done at the service.
  await options.click(switchTo(other.name));
  await options.waitForText('You can no longer sign in with +44 •••• 104.');
  await options.waitForText(off);
  sandbox.control.setSmsSignInState(other, 'ready');
  await second.click({ role: 'button', name: 'Refresh' });
  await second.waitForText(on);
  await options.waitForText(on);
  await options.waitForGone('You can no longer sign in with +44 •••• 104.');
});
