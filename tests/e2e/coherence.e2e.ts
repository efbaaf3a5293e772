// Several windows and several accounts at once, and a service that changes by itself: every window shows the same, without
// a reload, and nothing of one account reaches the other.

import { connect } from '../../scripts/journey/connect.ts';
import { enable, enableRequest, enableRequests, smsSignInOff } from '../../scripts/journey/enable.ts';
import { changes } from '../../scripts/journey/remove.ts';
import { signIn, signInWithAnother } from '../../scripts/journey/sign-in.ts';
import { text } from '../../scripts/journey/text.ts';
import { expect, test } from './scenario.ts';

const on = text('sms.ready');

test('case 58: two windows and two accounts: a change waits for its own account only, and shows everywhere', async ({
  driver,
  sandbox,
}) => {
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
  // Another change of the same account, while one is under way.
  await options.click({ role: 'button', name: text('phones.more', { number: '+1 •••• 109' }) });
  await options.click({ role: 'button', name: text('make_default.action_for', { number: '+1 •••• 109' }) });
  await options.click({ role: 'button', name: text('make_default.action'), within: { role: 'dialog' } });
  await options.waitForText(text('queue.waiting'));
  expect(changes(sandbox)).toEqual([]);
  // The other account waits for nobody.
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

  // What was done in one window is there in the others, and so is what was done at the service.
  await options.click(switchTo(other.name));
  await options.waitForText(text('turn_off.done', { number: '+44 •••• 104' }));
  await options.waitForText(smsSignInOff);
  sandbox.control.setSmsSignInState(other, 'ready');
  await second.click({ role: 'button', name: text('fresh.refresh') });
  await second.waitForText(on);
  await options.waitForText(on);
  await options.waitForGone(text('turn_off.done', { number: '+44 •••• 104' }));
});
