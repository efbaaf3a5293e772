// A sign-in service that is busy: the real CORS checks of the browsers decide what the extension can read.
import { connectAndSignIn } from '../../scripts/journey/sign-in.ts';
import { pattern, text } from '../../scripts/journey/text.ts';
import type { FaultRule } from '../../services/sandbox/types.ts';
import { expect, test } from './scenario.ts';

const signInHost = 'https://login.microsoftonline.com/*';
const reading = { host: 'graph.microsoft.com', method: 'GET', path: /\/phoneMethods$/ };
const tokenRequests = { host: 'login.microsoftonline.com', method: 'POST', path: /\/token$/ };
const refresh = { role: 'button', name: text('fresh.refresh') };
const tryAgain = { role: 'button', name: text('action.try_again') };
const inMinutes = (count: number) => text('error.later', { when: `in ${count} minute${count === 1 ? '' : 's'}` });

const busy: Record<string, FaultRule> = {
  'a readable 429': { throttle: { retryAfter: 990 } },
  'a 503 that the browser hides': { answer: { status: 503, headers: { 'retry-after': '990' } }, unreadable: true },
};
for (const [name, fault] of Object.entries(busy)) {
  test(`${name.startsWith('a 503') ? '@long ' : ''}after ${name} the pages show the time, and no click sends a request before it, also after a stop`, async ({
    driver,
    sandbox,
  }) => {
    const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
    await popup.waitForText(text('fresh.now'));
    const rule = sandbox.control.fault({ ...tokenRequests, ...fault });
    sandbox.control.fault({ ...reading, answer: { status: 401 }, times: 1 });
    await popup.click(refresh);
    await popup.waitForText(inMinutes(1));
    await popup.waitForText(text('error.service_unavailable.title'));
    expect(rule.hits).toBe(1);
    expect(await popup.has(tryAgain)).toBe(false);

    await driver.stopBackground();
    await popup.click(refresh);
    await popup.waitForGone(text('fresh.updating'));
    await popup.waitForText(inMinutes(1));
    expect(rule.hits).toBe(1);
  });
}

test.describe('with the permission that the user has granted', () => {
  test.use({ driverOptions: { optionalHost: signInHost } });
  test('a busy sign-in service is left alone as long as it says', async ({ driver, sandbox }) => {
    await driver.allowHost(signInHost);
    const popup = await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
    await popup.waitForText(text('fresh.now'));
    const rule = sandbox.control.fault({ ...tokenRequests, throttle: { retryAfter: 990 } });
    sandbox.control.fault({ ...reading, answer: { status: 401 }, times: 1 });
    await popup.click(refresh);
    await popup.waitForText(pattern('error.later'));
    await popup.waitForText(inMinutes(16));
    expect(rule.hits).toBe(1);
  });
});
