// Wrong answers to a read and to a write, in real browsers. tests/withstand/expected-outcomes.md says what the user sees.

import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { until } from '../../scripts/driver/until.ts';
import { enable, enableButton, enableRequest } from '../../scripts/journey/enable.ts';
import { changeRows } from '../../scripts/journey/rows.ts';
import { connectAndSignIn, enterPassword } from '../../scripts/journey/sign-in.ts';
import { pattern, text } from '../../scripts/journey/text.ts';
import type { Organization } from '../../services/sandbox/organization.ts';
import type { Employee } from '../../services/sandbox/sandbox.ts';
import { expectedOutcomes } from '../withstand/expected-outcomes.ts';
import { type FaultClass, faultClasses } from '../withstand/fault-classes.ts';
import { expect, test } from './scenario.ts';

const reading = { host: 'graph.microsoft.com', method: 'GET', path: /\/phoneMethods$/ };
const number = '+44 •••• 102';
const refresh = { role: 'button', name: text('fresh.refresh') };
const tryAgain = { role: 'button', name: text('action.try_again') };
const close = { role: 'button', name: text('action.close') };
const enabled = text('enable.done', { number: '+44 •••• 102' });

/** After these the outcome is unknown until the change must have had effect. */
const slowToSettle = ['connection refused', 'time-out', '500', '503 with Retry-After', '504'];
/** The faults that `npm test` has time for. */
const quick = ['connection refused', 'cut midway', '500', 'truncated JSON', 'HTML', 'wrong types', 'everything twice'];

interface Scene {
  driver: BrowserDriver;
  sandbox: Organization;
  employee: Employee;
  popup: Surface;
}

async function signInAgain({ driver, employee, popup }: Scene, button: string): Promise<Surface> {
  await popup.click({ role: 'button', name: button });
  const window = await driver.signInWindow();
  await enterPassword(window, employee);
  await window.waitForClosed();
  return driver.reopenedPopup();
}

const ofReading = expectedOutcomes('Refresh: phone numbers');
const ofEnable = expectedOutcomes('Enable');
const applies = (cells: typeof ofEnable, name: string) => !cells.get(name)?.sees.startsWith('(');

/** @returns whether the popup shows when to try again; it then has no retry button */
async function mustWait(popup: Surface, person: string): Promise<boolean> {
  if (!person.startsWith('Try again, after')) return false;
  await popup.waitForText(pattern('error.later'));
  expect(await popup.has(tryAgain)).toBe(false);
  return true;
}

async function meetReading(scene: Scene, fault: FaultClass): Promise<void> {
  const { sandbox, employee, popup } = scene;
  const { sees, person } = ofReading.get(fault.name) ?? { sees: '', person: '' };
  const { answer, times } = fault;
  const rule = sandbox.control.fault({ ...reading, interfere: answer, ...(times ? { times } : {}) });
  // A click during a sync joins that sync; only the next one meets the fault.
  await until('the fault to be met', async () => {
    await popup.click(refresh);
    await popup.waitForGone(text('fresh.updating'));
    return rule.hits > 0;
  });
  if (sees === 'Done.') {
    await popup.waitForGone(text('fresh.updating'));
    await popup.waitForText(text('fresh.now'));
  } else {
    await popup.waitForText(sees);
    await popup.waitForText(person === 'sign in' ? text('sign_in.again_help') : text('fresh.stale'));
  }
  await popup.waitForText(number);

  if (person === 'sign in') {
    sandbox.control.endSessions(employee);
    rule.remove();
    scene.popup = await signInAgain(scene, text('action.sign_in'));
  } else if (await mustWait(popup, person)) {
    const { hits } = rule;
    await popup.click(refresh);
    await popup.waitForGone(text('fresh.updating'));
    expect(rule.hits, 'nothing is asked until then').toBe(hits);
    rule.remove();
    await changeRows<{ syncError: object }>(popup, 'accounts', ({ syncError }) => ({
      syncError: { ...syncError, retryAt: 0 },
    }));
    await popup.click(refresh);
  } else {
    rule.remove();
    await popup.click(person === text('action.try_again') ? tryAgain : refresh);
  }
  await scene.popup.waitForGone(sees === 'Done.' ? text('fresh.updating') : sees);
  await scene.popup.waitForText(text('fresh.now'));
}

async function meetEnable(scene: Scene, fault: FaultClass): Promise<void> {
  const { sandbox, employee } = scene;
  const { sees, person } = ofEnable.get(fault.name) ?? { sees: '', person: '' };
  const { answer, times } = fault;
  const rule = sandbox.control.fault({ ...enableRequest, interfere: answer, ...(times ? { times } : {}) });
  const [first = '', second] = sees.split(' Then: ');
  // Without a session, a sign-in asks for the password.
  sandbox.control.endSessions(employee);
  await enable(scene.popup);
  await scene.popup.waitForText(first === 'Done.' ? enabled : first);
  if (second) {
    scene.popup = await signInAgain(scene, text('action.sign_in_again'));
    await scene.popup.waitForText(second);
  }
  // Chromium repeats a request if a reused connection closes without an answer.
  if (fault.name !== 'connection refused')
    expect(rule.hits, 'asked for once, or once more with a new token').toBe(
      fault.name === '401' || fault.times === 2 ? 2 : 1,
    );
  rule.remove();
  if (person === 'sign in') {
    scene.popup = await signInAgain(scene, text('action.sign_in_again'));
    await scene.popup.waitForText(enabled);
  } else if (person === text('action.try_again')) {
    await scene.popup.click(tryAgain);
    await scene.popup.waitForText(enabled);
  } else if (second || (await mustWait(scene.popup, person))) {
    await scene.popup.click(close);
    await scene.popup.waitFor(enableButton);
  }

  // Restore the state for the next fault.
  sandbox.control.setSmsSignInState(employee, 'notEnabled');
  await scene.popup.click(refresh);
  await scene.popup.waitFor(enableButton);
  await scene.popup.waitForGone(enabled);
}

async function begin(driver: BrowserDriver, sandbox: Organization): Promise<Scene> {
  const employee = sandbox.employees.mobileNotEnabled;
  return { driver, sandbox, employee, popup: await connectAndSignIn(driver, sandbox, employee) };
}

test('[case 56] a sync with a wrong answer is reported beside the last known state until the next sync', async ({
  driver,
  sandbox,
}) => {
  const scene = await begin(driver, sandbox);
  for (const fault of faultClasses.filter(({ name }) => quick.includes(name)))
    await test.step(fault.name, () => meetReading(scene, fault));
});

test('[case 56] a sync with any other wrong answer is reported and can be repeated', {
  tag: '@long',
}, async ({ driver, sandbox }) => {
  const scene = await begin(driver, sandbox);
  for (const fault of faultClasses.filter(({ name }) => !quick.includes(name) && applies(ofReading, name)))
    await test.step(fault.name, () => meetReading(scene, fault));
});

test('[case 56] Enable with a wrong answer is settled by reading and sent once', {
  tag: '@long',
}, async ({ driver, sandbox }) => {
  const scene = await begin(driver, sandbox);
  const faults = faultClasses.filter(({ name }) => applies(ofEnable, name) && !slowToSettle.includes(name));
  for (const fault of faults) await test.step(fault.name, () => meetEnable(scene, fault));
});

for (const fault of faultClasses.filter(({ name }) => slowToSettle.includes(name))) {
  test(
    `[case 56] Enable with the answer ${fault.name} is settled once the change must have had effect`,
    { tag: '@long' },
    async ({ driver, sandbox }) => meetEnable(await begin(driver, sandbox), fault),
  );
}
