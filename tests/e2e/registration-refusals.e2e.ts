// Whatever stands in the way of a registration is said in words of its own, with its way out, and nothing typed is lost.
// A picture of each is in .screenshots/refusals/.

import type { BrowserDriver } from '../../scripts/driver/browser-driver.ts';
import type { Surface } from '../../scripts/driver/surface.ts';
import {
  codeField,
  next,
  numberField,
  textMeACode,
  toNumberStep,
  verified,
} from '../../scripts/journey/registration.ts';
import { codeByText } from '../../scripts/journey/sign-in.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { expect, test } from './scenario.ts';

test.use({ furtherHosts: [gatewayHost] });

const picture = (driver: BrowserDriver, popup: Surface, name: string) =>
  popup.screenshot(`.screenshots/refusals/${driver.name}/${name}.png`);
const otherThan = (code: string) => (code === '123456' ? '123457' : '123456');

test('a number that is none, a landline: refused at the field before anything is sent, and kept', async ({
  driver,
  sandbox,
}) => {
  const popup = await toNumberStep(driver, sandbox, sandbox.employees.noPhoneYet);
  await popup.click({ role: 'button', name: 'Text me a code' });
  await popup.waitForText('Enter your phone number.');
  await picture(driver, popup, 'no-number');
  await textMeACode(popup, '+44 77');
  await popup.waitForText('This is not a complete phone number.');
  expect(await popup.value(numberField)).toBe('+44 77');
  expect((await popup.focused())?.name).toMatch(/^Phone number/);
  await picture(driver, popup, 'invalid-number');
  await textMeACode(popup, '+44 20 7946 0150');
  await popup.waitForText("This number can't receive text messages.");
  expect(await popup.value(numberField)).toBe('+44 20 7946 0150');
  await picture(driver, popup, 'landline');
});

test.describe('countries', () => {
  test.use({
    gatewayChanges: { destinations: { refusedCountries: ['GB'], additionalMobileRanges: ['+447700900xxx'] } },
  });

  test('a country the organization does not allow', async ({ driver, sandbox }) => {
    const { noPhoneYet } = sandbox.employees;
    const popup = await toNumberStep(driver, sandbox, noPhoneYet);
    await textMeACode(popup, noPhoneYet.mobile);
    await popup.waitForText("Numbers of this country can't be used here.");
    expect(sandbox.handsets.texts(noPhoneYet.mobile)).toHaveLength(0);
    await picture(driver, popup, 'country-refused');
  });
});

test('wrong, replaced and used-up codes', async ({ driver, sandbox }) => {
  const { mobile } = sandbox.employees.noPhoneYet;
  const popup = await toNumberStep(driver, sandbox, sandbox.employees.noPhoneYet);
  await textMeACode(popup, mobile);
  await popup.waitFor(codeField);
  await popup.click({ role: 'button', name: 'Next' });
  await popup.waitForText('Enter all 6 digits from the text message.');
  const first = await codeByText(sandbox, mobile);
  await next(popup, otherThan(first));
  await popup.waitForText('4 tries are left.');
  expect(await popup.value(codeField), 'what was typed stays').toBe(otherThan(first));
  await picture(driver, popup, 'wrong-code');

  await popup.waitForGone(/You can ask for another in/, { limit: 45_000 });
  const [last] = sandbox.handsets.texts(mobile);
  await popup.click({ role: 'button', name: 'Text me a new code' });
  await sandbox.handsets.waitForText(mobile, last ? { after: last } : {});
  await popup.waitForText('Only the newest code counts.');
  await next(popup, first);
  await popup.waitForText('This is the code of an earlier text message.');
  await picture(driver, popup, 'code-replaced');

  const wrong = otherThan(await codeByText(sandbox, mobile));
  for (const words of [/3 tries are left/, /2 tries are left/, /1 try is left/]) {
    await next(popup, wrong);
    await popup.waitForText(words);
  }
  await next(popup, wrong);
  await popup.waitForText('Too many wrong codes.');
  await picture(driver, popup, 'too-many-attempts');
});

test('an expired code: a new one is asked for with the number kept', async ({ driver, sandbox }) => {
  const { mobile } = sandbox.employees.noPhoneYet;
  const popup = await toNumberStep(driver, sandbox, sandbox.employees.noPhoneYet);
  await textMeACode(popup, mobile);
  await popup.waitFor(codeField);
  const code = await codeByText(sandbox, mobile);
  sandbox.control.clock.advance(11 * 60_000);
  await next(popup, code);
  await popup.waitForText(/This code has expired/);
  await picture(driver, popup, 'code-expired');
  await popup.click({ role: 'button', name: 'Ask for a new code' });
  await popup.waitFor(numberField);
  expect(await popup.value(numberField)).toBe(mobile);
});

test.describe('caps', () => {
  test.use({
    gatewayChanges: {
      caps: {
        user: [{ limit: 1, windowMs: 3_600_000 }],
        number: [{ limit: 10, windowMs: 3_600_000 }],
        address: [{ limit: 10, windowMs: 3_600_000 }],
        country: [{ limit: 10, windowMs: 3_600_000 }],
      },
    },
  });

  test('too many texts: when to try again, and which code counts', async ({ driver, sandbox }) => {
    const { mobile } = sandbox.employees.noPhoneYet;
    const popup = await toNumberStep(driver, sandbox, sandbox.employees.noPhoneYet);
    await textMeACode(popup, mobile);
    await popup.waitForText(/You can ask for another in \d+ minutes/);
    await picture(driver, popup, 'send-throttled');
    expect(sandbox.handsets.texts(mobile)).toHaveLength(1);
    await next(popup, await codeByText(sandbox, mobile));
    await popup.waitForText(verified);
  });
});

test('a number that is yours already', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  const popup = await toNumberStep(driver, sandbox, mobileNotEnabled);
  await textMeACode(popup, mobileNotEnabled.mobile);
  await popup.waitForText('This number is already on your account.');
  await picture(driver, popup, 'already-registered');
  expect(sandbox.handsets.texts(mobileNotEnabled.mobile)).toHaveLength(0);
});
