// Several windows and accounts at once.

import { connect } from '../../scripts/journey/connect.ts';
import { enable, enableRequest, enableRequests, smsSignInOff } from '../../scripts/journey/enable.ts';
import { changes } from '../../scripts/journey/remove.ts';
import { signIn, signInWithAnother } from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const on = text('sms.ready');

test('case 58: with two windows and two accounts, a change waits only for its own account and shows in every window', async ({
  driver,
  sandbox,
}) => {
  sandbox.control.allowSelfDefault(true);
  const { mobileAlternateAndOffice: one, mobileReady: other } = sandbox.employees;
  const options = await connect(driver, sandbox);
  await (await signIn(driver, one)).waitForText(text('fresh.now'));
  await driver.closePopup();
  await signInWithAnother(driver, options, other);
  const switchTo = (name: string) => ({ role: 'button', name: new RegExp(`^.*${name}`) });
  await options.click(switchTo(one.name));
  await options.waitForText('+44 •••• 109');
  const second = await driver.openExtensionPage('popup.html', { width: 360 });
  await second.choose({ label: text('account.label') }, other.userName);
  await second.waitForText('+44 •••• 104');

  const held = sandbox.control.hold({ ...enableRequest, when: 'before' });
  await enable(options);
  await held.arrived;
  // A second change of the same account, while the first is running.
  await options.click({ role: 'button', name: text('phones.more', { number: '+1 •••• 109' }) });
  await options.click({ role: 'button', name: text('make_default.action_for', { number: '+1 •••• 109' }) });
  await options.click({ role: 'button', name: text('make_default.action'), within: { role: 'dialog' } });
  await options.waitForText(text('queue.waiting'));
  expect(changes(sandbox)).toEqual([]);
  // The other account does not wait.
  await second.click({ role: 'button', name: text('phones.more', { number: '+44 •••• 104' }) });
  await second.click({ role: 'button', name: text('sms.turn_off_for', { number: '+44 •••• 104' }) });
  await second.click({ role: 'button', name: text('turn_off.confirm'), within: { role: 'dialog' } });
  await second.waitForText(text('turn_off.done', { number: '+44 •••• 104' }));
  expect(await second.text()).not.toContain('•••• 109');
  expect(await options.text()).not.toContain('•••• 104');
  held.release();
  await options.waitForText(text('enable.done', { number: '+44 •••• 109' }));
  await options.waitForText(text('make_default.done', { number: '+1 •••• 109' }));
  expect(enableRequests(sandbox)).toHaveLength(1);
  expect(changes(sandbox)).toEqual(['PATCH']);

  // Every window shows changes of other windows and of the service.
  await options.click(switchTo(other.name));
  await options.waitForText(text('turn_off.done', { number: '+44 •••• 104' }));
  await options.waitForText(smsSignInOff);
  sandbox.control.setSmsSignInState(other, 'ready');
  await second.click({ role: 'button', name: text('fresh.refresh') });
  await second.waitForText(on);
  await options.waitForText(on);
  await options.waitForGone(text('turn_off.done', { number: '+44 •••• 104' }));
});
