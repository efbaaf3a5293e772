// Answers of Graph that its documents allow and that are rare.

import type { Surface } from '../../scripts/driver/surface.ts';
import { enable, enableRequests } from '../../scripts/journey/enable.ts';
import { askToRemove, confirmRemoval, remove } from '../../scripts/journey/remove.ts';
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { labelled, text } from '../../scripts/journey/text.ts';
import type { Sandbox } from '../../services/sandbox/sandbox.ts';
import { expect, test } from './scenario.ts';

test('a number that is null and methods of other types hide no phone, and Enable works (G1)', async ({
  driver,
  sandbox,
}) => {
  const { mobileAlternateAndOffice: employee } = sandbox.employees;
  sandbox.control.showPhoneAs(employee, 'office', { phoneNumber: null });
  const method = { '@odata.type': '#microsoft.graph.emailAuthenticationMethod', id: 'email', emailAddress: null };
  sandbox.control.addMethod(employee, { lists: ['phoneMethods', 'methods'], method });
  const popup = await connectAndSignIn(driver, sandbox, employee);
  for (const type of ['mobile', 'alternate_mobile', 'office'] as const)
    await popup.waitFor({ role: 'article', name: text(`phones.type.${type}`) });
  await popup.waitForText('+44 •••• 119');
  await enable(popup);
  await popup.waitForText(text('enable.done', { number: '+44 •••• 109' }));
  expect(enableRequests(sandbox)).toHaveLength(1);
});

test('a number that was enabled and removed stays so while replicas answer with old states', async ({
  driver,
  sandbox,
}) => {
  sandbox.control.flipReads(45_000);
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await enable(popup);
  await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  await refreshed(popup, sandbox);
  await popup.waitForText(labelled(text('sms.label'), text('sms.ready')));
  await remove(popup, '+44 •••• 102');
  await popup.waitForText(text('remove.done', { number: '+44 •••• 102' }));
  await refreshed(popup, sandbox);
  await popup.waitForText(text('phones.none'));
  expect(await popup.has({ role: 'article', name: text('phones.type.mobile') })).toBe(false);
});

/** Refreshes until Graph has answered a read with the old state. */
async function refreshed(popup: Surface, sandbox: Sandbox): Promise<void> {
  const reads = () =>
    sandbox.requests.filter(({ purpose, path }) => purpose === 'read' && path.endsWith('/phoneMethods'));
  const before = reads().length;
  await popup.click({ role: 'button', name: text('fresh.refresh') });
  await expect.poll(() => reads().length).toBeGreaterThanOrEqual(before + 2);
  await popup.waitForText(text('fresh.now'));
}

test('sign-in preferences that fail all day change neither the first load, nor Enable, nor Remove (G2)', async ({
  driver,
  sandbox,
}) => {
  sandbox.control.failPreferences(503);
  const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await popup.waitFor({ role: 'article', name: text('phones.type.mobile') });
  expect(await popup.text()).not.toContain(text('error.service_unavailable.title'));
  await enable(popup);
  await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  await popup.waitForText(labelled(text('sms.label'), text('sms.ready')));
  await askToRemove(popup, '+44 •••• 102');
  await popup.waitForText(text('remove.last'));
  await confirmRemoval(popup);
  await popup.waitForText(text('remove.done', { number: '+44 •••• 102' }));
});
