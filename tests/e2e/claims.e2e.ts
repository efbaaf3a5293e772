// Claims challenges of the token endpoint and of Graph, which the sandbox ends only after an authorize request with the claims.
import { enable, enableRequests } from '../../scripts/journey/enable.ts';
import { next, textMeACode, toNumberStep, verified } from '../../scripts/journey/registration.ts';
import { codeByText, connectAndSignIn, enterPassword } from '../../scripts/journey/sign-in.ts';
import { startingWith, text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import type { Sandbox } from '../../services/sandbox/sandbox.ts';
import { expect, test } from './scenario.ts';

const acrs = (value: string) => ({ acrs: { essential: true, value } });
const policies = { polids: { essential: true, values: ['c2d5c1b6-3d9a-4d2c-9a5c-0a9d4f5b7b11'] } };
const address = { xms_rp_ipaddr: { value: '203.0.113.7' } };
const signIn = { role: 'button', name: text('action.sign_in') };
const signInAgain = { role: 'button', name: text('action.sign_in_again') };
const refresh = { role: 'button', name: text('fresh.refresh') };
const tile = { role: 'article', name: startingWith('phones.type.mobile') };
const done = text('enable.done', { number: '+44 •••• 102' });

/** Sign-ins that the user completed. Firefox asks once by itself before it opens a window, so authorize requests do not count. */
const signInsAt = ({ requests }: Sandbox) =>
  requests.filter(({ purpose, completesSignIn }) => completesSignIn && purpose !== 'authorize silently').length;

test.describe('the token endpoint demands claims for the gateway', () => {
  test.use({ furtherHosts: [gatewayHost] });

  test('one sign-in meets them, and the registration goes on (S1)', async ({ driver, sandbox }) => {
    const { noPhoneYet: employee } = sandbox.employees;
    const resource = sandbox.tenant.gateway.scope.replace(/\/[^/]+$/, '');
    sandbox.control.demandClaims([{ where: 'token', resource, claims: policies }]);
    const before = await toNumberStep(driver, sandbox, employee);
    await textMeACode(before, employee.mobile);
    await before.waitForText(text('step_up.title'));
    expect(sandbox.handsets.texts(employee.mobile)).toHaveLength(0);
    // Otherwise the service may answer without asking, and its window is gone before the driver finds it.
    sandbox.control.endSessions(employee);
    const signIns = signInsAt(sandbox);
    await before.click(signInAgain);
    const window = await driver.signInWindow();
    await enterPassword(window, employee);
    await window.waitForClosed();
    const popup = await driver.reopenedPopup();
    await next(popup, await codeByText(sandbox, employee.mobile));
    await popup.waitForText(verified);
    expect(signInsAt(sandbox) - signIns).toBe(1);
    expect(sandbox.handsets.texts(employee.mobile)).toHaveLength(1);
  });
});

test('a demand on reads that a refresh meets opens no window (S2)', async ({ driver, sandbox }) => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  const popup = await connectAndSignIn(driver, sandbox, employee);
  const signIns = signInsAt(sandbox);
  sandbox.control.demandClaims([{ where: 'graph-read', claims: address, isMetSilently: true }]);
  sandbox.control.setSmsSignInState(employee, 'ready');
  await popup.click(refresh);
  await popup.waitForText(text('sms.ready'));
  expect(await popup.text()).not.toContain(text('sign_in.again'));
  expect(signInsAt(sandbox)).toBe(signIns);
});

test('a demand on reads that only the user can meet keeps the numbers and takes one sign-in (S2)', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  const before = await connectAndSignIn(driver, sandbox, employee);
  const signIns = signInsAt(sandbox);
  sandbox.control.demandClaims([{ where: 'graph-read', claims: address }]);
  sandbox.control.setSmsSignInState(employee, 'ready');
  await before.click(refresh);
  await before.waitForText(text('sign_in.again'));
  await before.waitFor(tile);
  sandbox.control.endSessions(employee);
  await before.click(signIn);
  const window = await driver.signInWindow();
  await enterPassword(window, employee);
  await window.waitForClosed();
  const popup = await driver.reopenedPopup();
  await popup.waitForText(text('sms.ready'));
  await popup.waitForGone(text('sign_in.again'));
  expect(signInsAt(sandbox) - signIns).toBe(1);
});

test('each new demand on a change gets its sign-in, up to three, and the change is made once (S5)', async ({
  driver,
  sandbox,
}) => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  let popup = await connectAndSignIn(driver, sandbox, employee);
  const signIns = signInsAt(sandbox);
  sandbox.control.demandClaims(
    [acrs('c1'), address, policies].map((claims) => ({ where: 'graph-write', claims, encoding: 'base64url' })),
  );
  await enable(popup);
  for (let demand = 0; demand < 3; demand += 1) {
    await popup.waitForText(text('step_up.title'));
    await popup.click(signInAgain);
    const window = await driver.signInWindow();
    await enterPassword(window, employee);
    await window.waitForClosed();
    popup = await driver.reopenedPopup();
    expect(await popup.text()).not.toContain(text('error.not_permitted.title'));
  }
  await popup.waitForText(done);
  expect(signInsAt(sandbox) - signIns).toBe(3);
  expect(enableRequests(sandbox).map(({ status }) => status)).toEqual([401, 401, 401, 204]);
});

for (const [morning, claims] of [
  ['', []],
  [' and the service demands claims', [acrs('c1')]],
] as const) {
  test(`the first change of the day takes one sign-in if the last one is old${morning} (S5, S6)`, async ({
    driver,
    sandbox,
  }) => {
    const { mobileNotEnabled: employee } = sandbox.employees;
    await connectAndSignIn(driver, sandbox, employee);
    sandbox.control.ageSignIns(employee, 15 * 3_600_000);
    sandbox.control.demandClaims(claims.map((each) => ({ where: 'graph-write', claims: each })));
    await driver.restart();
    const signIns = signInsAt(sandbox);
    const before = await driver.openPopup();
    await enable(before);
    await before.click(signInAgain);
    const window = await driver.signInWindow();
    await enterPassword(window, employee);
    await window.waitForClosed();
    const popup = await driver.reopenedPopup();
    await popup.waitForText(done);
    expect(await popup.text()).not.toContain(text('error.not_permitted.title'));
    expect(signInsAt(sandbox) - signIns).toBe(1);
  });
}
