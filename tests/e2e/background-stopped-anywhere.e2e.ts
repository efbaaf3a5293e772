// The browser stops the service worker at each kind of point, for each family of commands. tests/withstand/stopped.test.ts stops it
// at every point, without a browser.

import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import { until } from '../../scripts/driver/until.ts';
import { connectAs } from '../../scripts/journey/connect.ts';
import { enable, enableRequest, smsSignInOff } from '../../scripts/journey/enable.ts';
import {
  codeField,
  gatewayRequests,
  holdSentText,
  next,
  numberField,
  textMeACode,
  toNumberStep,
  verified,
} from '../../scripts/journey/registration.ts';
import {
  askToRemove,
  confirmRemoval,
  defaultRequest,
  makeDefaultInstead,
  removeRequest,
} from '../../scripts/journey/remove.ts';
import { holdTable, rowsOf } from '../../scripts/journey/rows.ts';
import { codeByText, connectAndSignIn, enterPassword, enterUserName } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { endAccessTokens } from '../../scripts/journey/stored.ts';
import { pattern, text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import type { Organization } from '../../services/sandbox/organization.ts';
import type { Employee, RequestMatch } from '../../services/sandbox/sandbox.ts';
import { expect, test } from './scenario.ts';

const login = 'login.microsoftonline.com';
const graph = 'graph.microsoft.com';
const tokenRequest = { host: login, method: 'POST', path: /\/token$/ };
/** Sent by the extension: the requests of the gateway name the user in their path. */
const reading = { host: graph, method: 'GET', path: /\/me\/authentication\/phoneMethods$/ };
const interrupted = text('error.interrupted.title');
const refresh = { role: 'button', name: text('fresh.refresh') };
const long = { tag: '@long' };

/** Counts requests of the extension by their ids: browsers repeat a request on a broken connection under the same id. */
function countOf({ requests }: Organization, { host, method, path }: RequestMatch & { path: RegExp }): number {
  const asked = requests.filter((each) => each.host === host && each.method === method && path.test(each.path));
  // A request without an id counts as one.
  return new Set(asked.map((each) => each.clientRequestId ?? each)).size;
}

interface Family {
  name: string;
  employee: keyof Organization['employees'];
  /** The clicks that send the command. */
  click(popup: Surface): Promise<void>;
  /** The first request of the command. */
  request: RequestMatch & { path: RegExp };
  done: string;
  /** Restores the state of the service before the click. */
  undo(sandbox: Organization, employee: Employee): void;
}

const families: Family[] = [
  {
    name: specification.enable,
    employee: 'mobileNotEnabled',
    click: enable,
    request: enableRequest,
    done: text('enable.done', { number: '+44 •••• 102' }),
    undo: ({ control }, employee) => control.setSmsSignInState(employee, 'notEnabled'),
  },
  {
    name: text('turn_off.confirm'),
    employee: 'mobileReady',
    async click(popup) {
      await popup.click({ role: 'button', name: text('phones.more', { number: '+44 •••• 104' }) });
      await popup.click({ role: 'button', name: text('sms.turn_off_for', { number: '+44 •••• 104' }) });
      await popup.click({ role: 'button', name: text('turn_off.confirm'), within: { role: 'dialog' } });
    },
    request: { host: graph, method: 'POST', path: /\/disableSmsSignIn$/ },
    done: text('turn_off.done', { number: '+44 •••• 104' }),
    undo: ({ control }, employee) => control.setSmsSignInState(employee, 'ready'),
  },
  {
    name: text('make_default.action'),
    employee: 'mobileAlternateAndOffice',
    async click(popup) {
      await popup.click({ role: 'button', name: text('phones.more', { number: '+1 •••• 109' }) });
      await popup.click({ role: 'button', name: text('make_default.action_for', { number: '+1 •••• 109' }) });
      await popup.click({ role: 'button', name: text('make_default.action'), within: { role: 'dialog' } });
    },
    request: defaultRequest,
    done: text('make_default.done', { number: '+1 •••• 109' }),
    undo: ({ control }, employee) => control.setDefaultMethod(employee, 'push'),
  },
  {
    name: 'Remove, with the default changed first',
    employee: 'defaultIsMobileWithAuthenticator',
    async click(popup) {
      await askToRemove(popup, '+44 •••• 107');
      await makeDefaultInstead(popup, text('make_default.push'));
    },
    request: defaultRequest,
    done: text('remove.done', { number: '+44 •••• 107' }),
    undo({ control }, employee) {
      control.setPhone(employee, 'mobile', employee.mobile);
      control.setDefaultMethod(employee, 'sms');
    },
  },
  {
    name: text('remove.action'),
    employee: 'mobileReady',
    async click(popup) {
      await askToRemove(popup, '+44 •••• 104');
      await confirmRemoval(popup);
    },
    request: removeRequest,
    done: text('remove.done', { number: '+44 •••• 104' }),
    undo: ({ control }, employee) => control.setPhone(employee, 'mobile', employee.mobile),
  },
];

/** Lets the answer go and stops the service worker before it can write to the table. */
async function stopBetweenWritings(driver: BrowserDriver, page: Surface, letAnswer: () => void, table = 'outbox') {
  const held = await holdTable(page, table);
  letAnswer();
  await driver.stopBackground();
  await held.letGo();
}

for (const { name, employee: whom, click, request, done, undo } of families) {
  test(
    `[case 54] ${name} ends in the state of the service after a stop at any point, with one request`,
    long,
    async ({ driver, sandbox }) => {
      const employee = sandbox.employees[whom];
      sandbox.control.allowSelfDefault(true);
      if (name === text('remove.action')) sandbox.control.setDefaultMethod(employee, undefined);
      let popup = await connectAndSignIn(driver, sandbox, employee);
      const page = await driver.openExtensionPage('options.html');

      const outboxSays = (...states: unknown[]) =>
        until('the outbox to say so', async () =>
          (await rowsOf(page, 'outbox')).some(({ state }) => states.includes(state)),
        );

      const point = async (kind: string, meet: () => Promise<void>) =>
        test.step(kind, async () => {
          undo(sandbox, employee);
          popup = await driver.openPopup();
          await popup.click(refresh);
          await popup.waitForGone(text('fresh.updating'));
          const before = countOf(sandbox, request);
          await meet();
          await popup.waitForText(done);
          expect(countOf(sandbox, request) - before).toBe(1);
          await popup.click({ role: 'button', name: text('action.close') });
          await popup.waitForGone(done);
        });

      await point('the service has acted, the answer is on its way', async () => {
        const held = sandbox.control.hold({ ...request, when: 'after' });
        await click(popup);
        await held.arrived;
        await driver.stopBackground();
        await held.dropWhenAbandoned();
        popup = await driver.openPopup();
      });
      await point('between two writings to the database', async () => {
        const held = sandbox.control.hold({ ...request, when: 'after' });
        await click(popup);
        await held.arrived;
        await stopBetweenWritings(driver, page, held.release);
        popup = await driver.openPopup();
      });
      await point('while the effect is looked for', async () => {
        sandbox.control.setPropagation(5_000);
        await click(popup);
        await outboxSays('settling');
        await driver.stopBackground();
        popup = await driver.openPopup();
        await popup.waitForText(done);
        sandbox.control.setPropagation(0);
      });
      await point('the request is on its way, and arrives after all', async () => {
        const held = sandbox.control.hold({ ...request, when: 'before' });
        await click(popup);
        await held.arrived;
        await driver.stopBackground();
        popup = await driver.openPopup();
        held.release();
      });
      await point('before the request leaves', async () => {
        await page.evaluate(endAccessTokens);
        const held = sandbox.control.hold({ ...tokenRequest, when: 'before' });
        await click(popup);
        await held.arrived;
        // The request may belong to a sync; the open popup repeats a command without a row.
        await outboxSays('accepted', 'requested');
        await driver.stopBackground();
        await held.dropWhenAbandoned();
        // Nothing was sent, so the next start carries the command out.
        popup = await driver.openPopup();
      });
    },
  );
}

test(
  '[case 54] the popup shows the state of the service after a stop during a sync',
  long,
  async ({ driver, sandbox }) => {
    const employee = sandbox.employees.mobileNotEnabled;
    let popup = await connectAndSignIn(driver, sandbox, employee);
    const page = await driver.openExtensionPage('options.html');
    const shows = { ready: text('sms.ready'), notEnabled: smsSignInOff };

    const point = async (kind: string, state: keyof typeof shows, stop: () => Promise<void>) =>
      test.step(kind, async () => {
        sandbox.control.setSmsSignInState(employee, state);
        popup = await driver.openPopup();
        await stop();
        popup = await driver.openPopup();
        await popup.waitForText(shows[state]);
        await popup.waitForGone(text('fresh.updating'));
        await popup.waitForText(text('fresh.now'));
      });
    const stopAt = async (match: RequestMatch, when: 'before' | 'after') => {
      const held = sandbox.control.hold({ ...match, when });
      await popup.click(refresh);
      await held.arrived;
      return held;
    };
    await point('the request is on its way', 'ready', async () => {
      const held = await stopAt(reading, 'before');
      await driver.stopBackground();
      await held.dropWhenAbandoned();
    });
    await point('the answer is on its way', 'notEnabled', async () => {
      const held = await stopAt(reading, 'after');
      await driver.stopBackground();
      await held.dropWhenAbandoned();
    });
    await point('before it is written down', 'ready', async () => {
      const held = await stopAt(reading, 'after');
      await stopBetweenWritings(driver, page, held.release, 'methods');
    });
    await point('while new tokens come', 'notEnabled', async () => {
      await page.evaluate(endAccessTokens);
      const held = await stopAt(tokenRequest, 'after');
      await driver.stopBackground();
      await held.dropWhenAbandoned();
    });
  },
);

test.describe('[case 54] a registration', () => {
  test.use({ furtherHosts: [gatewayHost] });

  test(
    'sends one text message per click and registers one number, with a stop at each kind of point',
    long,
    async ({ driver, sandbox }) => {
      const { noPhoneYet: employee } = sandbox.employees;
      const { mobile } = employee;
      let popup = await toNumberStep(driver, sandbox, employee);
      const page = await driver.openExtensionPage('options.html');
      popup = await driver.openPopup();
      const texts = () => sandbox.handsets.texts(mobile).length;
      const verifying = (method: string, path: RegExp) => ({ host: gatewayHost, method, path });
      const send = verifying('PUT', /./);
      const resend = verifying('POST', /\/resend$/);
      const confirm = verifying('POST', /\/confirm$/);

      await test.step('the text request never arrives, and the typed number is kept', async () => {
        const held = sandbox.control.hold({ ...send, when: 'before' });
        await textMeACode(popup, mobile);
        await held.arrived;
        await driver.stopBackground();
        await held.dropWhenAbandoned();
        popup = await driver.openPopup();
        await popup.waitForText(interrupted);
        expect(await popup.value(numberField)).toMatch(/900\D?101$/);
        expect(texts()).toBe(0);
      });
      await test.step('the text message was sent, before the row is written', async () => {
        const held = await holdSentText(popup, sandbox, mobile);
        await stopBetweenWritings(driver, page, held.release, 'verifications');
        popup = await driver.openPopup();
        await popup.waitForText(pattern('code.sent_to', { number: '+44 •••• 101' }));
        expect(texts()).toBe(1);
      });
      await test.step('another text message was sent, before the answer', async () => {
        await popup.waitForText(text('code.resend_ready'));
        const held = sandbox.control.hold({ ...resend, when: 'after' });
        await popup.click({ role: 'button', name: text('code.resend') });
        await held.arrived;
        await driver.stopBackground();
        await held.dropWhenAbandoned();
        popup = await driver.openPopup();
        await popup.waitForText(text('code.resent'));
        expect(texts()).toBe(2);
      });
      await test.step('the code never arrives, and can be entered again', async () => {
        const held = sandbox.control.hold({ ...confirm, when: 'before' });
        await next(popup, await codeByText(sandbox, mobile));
        await held.arrived;
        await driver.stopBackground();
        await held.dropWhenAbandoned();
        popup = await driver.openPopup();
        await popup.waitForText(interrupted);
        await popup.waitFor(codeField);
      });
      // The extension does not see the number yet.
      const behind = sandbox.control.fault({ ...reading, answer: { status: 200, body: { value: [] } } });
      await test.step('the number is registered, before the answer', async () => {
        sandbox.control.setPropagation(5_000);
        const held = sandbox.control.hold({ ...confirm, when: 'after' });
        await next(popup, await codeByText(sandbox, mobile));
        await held.arrived;
        await driver.stopBackground();
        await held.dropWhenAbandoned();
        popup = await driver.openPopup();
        await popup.waitForText(verified);
      });
      await test.step('while the directory does not show the number', async () => {
        await popup.waitForText(text('registered.appearing'));
        await driver.stopBackground();
        behind.remove();
        popup = await driver.openPopup();
        await popup.waitFor({ role: 'button', name: text('add.finish') });
        await popup.click({ role: 'button', name: text('add.finish') });
        await popup.waitFor({ role: 'button', name: text('remove.action_for', { number: '+44 •••• 101' }) });
      });
      expect(texts()).toBe(2);
      expect(new Set(gatewayRequests(sandbox, 'PUT').map(({ path }) => path)).size, 'the other never arrived').toBe(1);
    },
  );
});

test('[case 54] connecting and signing in can be repeated after a stop', long, async ({ driver, sandbox }) => {
  const { mobileNotEnabled: employee } = sandbox.employees;
  const { domain, clientId } = sandbox.tenant;
  await test.step('during a connection, which then continues', async () => {
    const options = await driver.openExtensionPage('options.html');
    const held = sandbox.control.hold({ host: login, path: /openid-configuration$/, when: 'before' });
    await connectAs(options, domain, clientId);
    await held.arrived;
    await driver.stopBackground();
    await held.dropWhenAbandoned();
    const again = await driver.openExtensionPage('options.html');
    await again.waitForText(text('options.connected', { tenant: domain }));
    await again.close();
    await options.close();
  });
  await test.step('during the token request of a sign-in', async () => {
    const popup = await driver.openPopup();
    await popup.click({ role: 'button', name: text('action.sign_in') });
    const window = await driver.signInWindow();
    const held = sandbox.control.hold({ ...tokenRequest, when: 'after' });
    await enterUserName(window, employee.userName);
    await enterPassword(window, employee);
    await held.arrived;
    await driver.stopBackground();
    await held.dropWhenAbandoned();
    const again = await driver.openPopup();
    await again.waitForText(text('error.sign_in_not_finished.title'));
    await again.click({ role: 'button', name: text('action.sign_in') });
    const next = await driver.signInWindow();
    await next.click({ role: 'button', name: `Continue as ${employee.userName}` });
    await next.waitForClosed();
    await (await driver.reopenedPopup()).waitForText(text('fresh.now'));
  });
  await test.step('during a step-up, and the change resumes after the next one', async () => {
    sandbox.control.ageSignIns(employee, 11 * 60_000);
    const popup = await driver.openPopup();
    await enable(popup);
    await popup.click({ role: 'button', name: text('action.sign_in_again') });
    const window = await driver.signInWindow();
    const held = sandbox.control.hold({ ...tokenRequest, when: 'before' });
    await enterPassword(window, employee);
    await held.arrived;
    await driver.stopBackground();
    await held.dropWhenAbandoned();
    const again = await driver.openPopup();
    sandbox.control.ageSignIns(employee, 11 * 60_000);
    await again.click({ role: 'button', name: text('action.sign_in_again') });
    const next = await driver.signInWindow();
    await enterPassword(next, employee);
    await next.waitForClosed();
    await (await driver.reopenedPopup()).waitForText(text('enable.done', { number: '+44 •••• 102' }));
    // One was refused because of the old sign-in, one was carried out.
    expect(countOf(sandbox, enableRequest)).toBe(2);
  });
});
