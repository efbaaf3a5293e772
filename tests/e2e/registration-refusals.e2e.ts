// Each refusal of a registration has its own text and way out, and the typed number is kept. The pictures are in
// .screenshots/refusals/.

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
import { specification } from '../../scripts/journey/specification.ts';
import { counted, pattern, startingWith, text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { expect, test } from './scenario.ts';

test.use({ furtherHosts: [gatewayHost] });

const picture = (driver: BrowserDriver, popup: Surface, name: string) =>
  popup.screenshot(`.screenshots/refusals/${driver.name}/${name}.png`);
const otherThan = (code: string) => (code === '123456' ? '123457' : '123456');

test('an invalid number and a landline number are refused at the field, and kept there', async ({
  driver,
  sandbox,
}) => {
  const popup = await toNumberStep(driver, sandbox, sandbox.employees.noPhoneYet);
  await popup.click({ role: 'button', name: specification.textMeACode });
  await popup.waitForText(text('number.missing'));
  await picture(driver, popup, 'no-number');
  await textMeACode(popup, '+44 77');
  await popup.waitForText(text('error.invalid_number.title'));
  expect(await popup.value(numberField)).toBe('+44 77');
  expect((await popup.focused())?.name).toMatch(startingWith('number.label'));
  await picture(driver, popup, 'invalid-number');
  await textMeACode(popup, '+44 20 7946 0150');
  await popup.waitForText(text('error.cannot_receive_texts.title'));
  expect(await popup.value(numberField)).toBe('+44 20 7946 0150');
  await picture(driver, popup, 'landline');
});

test.describe('countries', () => {
  test.use({
    gatewayChanges: {
      destinations: {
        allowedCountries: undefined,
        refusedCountries: ['GB'],
        additionalMobileRanges: ['+447700900xxx'],
      },
    },
  });

  test('@long a number of a country that the organization does not allow is refused', async ({ driver, sandbox }) => {
    const { noPhoneYet } = sandbox.employees;
    const popup = await toNumberStep(driver, sandbox, noPhoneYet);
    await textMeACode(popup, noPhoneYet.mobile);
    await popup.waitForText(text('error.country_refused.title'));
    expect(sandbox.handsets.texts(noPhoneYet.mobile)).toHaveLength(0);
    await picture(driver, popup, 'country-refused');
  });
});

test('wrong, replaced and used codes are refused with their own texts', async ({ driver, sandbox }) => {
  const { mobile } = sandbox.employees.noPhoneYet;
  const popup = await toNumberStep(driver, sandbox, sandbox.employees.noPhoneYet);
  await textMeACode(popup, mobile);
  await popup.waitFor(codeField);
  await popup.click({ role: 'button', name: specification.next });
  await popup.waitForText(counted('code.incomplete', 6));
  const first = await codeByText(sandbox, mobile);
  await next(popup, otherThan(first));
  await popup.waitForText(counted('code.attempts_left', 4));
  expect(await popup.value(codeField), 'what was typed stays').toBe(otherThan(first));
  await picture(driver, popup, 'wrong-code');

  await popup.waitForText(text('code.resend_ready'));
  const [last] = sandbox.handsets.texts(mobile);
  await popup.click({ role: 'button', name: text('code.resend') });
  await sandbox.handsets.waitForText(mobile, last ? { after: last } : {});
  await popup.waitForText(text('code.resent'));
  await next(popup, first);
  await popup.waitForText(text('error.code_replaced.title'));
  await picture(driver, popup, 'code-replaced');

  const wrong = otherThan(await codeByText(sandbox, mobile));
  for (const words of [
    counted('code.attempts_left', 3),
    counted('code.attempts_left', 2),
    counted('code.attempts_left', 1),
  ]) {
    await next(popup, wrong);
    await popup.waitForText(words);
  }
  await next(popup, wrong);
  await popup.waitForText(text('error.too_many_attempts.title'));
  await picture(driver, popup, 'too-many-attempts');
});

test('after a code has expired, a new one can be requested with the kept number', async ({ driver, sandbox }) => {
  const { mobile } = sandbox.employees.noPhoneYet;
  const popup = await toNumberStep(driver, sandbox, sandbox.employees.noPhoneYet);
  await textMeACode(popup, mobile);
  await popup.waitFor(codeField);
  const code = await codeByText(sandbox, mobile);
  sandbox.control.clock.advance(11 * 60_000);
  await next(popup, code);
  await popup.waitForText(text('error.code_expired.title'));
  await picture(driver, popup, 'code-expired');
  await popup.click({ role: 'button', name: text('code.start_again') });
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
        site: [{ limit: 10, windowMs: 3_600_000 }],
        country: [{ limit: 10, windowMs: 3_600_000 }],
        total: [{ limit: 10, windowMs: 3_600_000 }],
      },
    },
  });

  test('after too many text messages the page shows when to try again, and that the last code is valid', async ({
    driver,
    sandbox,
  }) => {
    const { mobile } = sandbox.employees.noPhoneYet;
    const popup = await toNumberStep(driver, sandbox, sandbox.employees.noPhoneYet);
    await textMeACode(popup, mobile);
    await popup.waitForText(pattern('code.resend_later', { when: 'in * minutes' }));
    await picture(driver, popup, 'send-throttled');
    expect(sandbox.handsets.texts(mobile)).toHaveLength(1);
    await next(popup, await codeByText(sandbox, mobile));
    await popup.waitForText(verified);
  });
});

test('@long a number that the account already has is refused', async ({ driver, sandbox }) => {
  const { mobileNotEnabled } = sandbox.employees;
  const popup = await toNumberStep(driver, sandbox, mobileNotEnabled);
  await textMeACode(popup, mobileNotEnabled.mobile);
  await popup.waitForText(text('error.already_registered.title'));
  await picture(driver, popup, 'already-registered');
  expect(sandbox.handsets.texts(mobileNotEnabled.mobile)).toHaveLength(0);
});
