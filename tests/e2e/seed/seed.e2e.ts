// Every sentence of the page that people knew before (sentences.ts), as it is kept here.

import type { Surface } from '../../../scripts/driver/surface.ts';
import { openAccountPage } from '../../../scripts/journey/account-page.ts';
import { accountPageOf, bannerOn, offerOf } from '../../../scripts/journey/banner.ts';
import { connectWithGateway } from '../../../scripts/journey/connect.ts';
import { enableButton, enableRequests, smsSignInOff } from '../../../scripts/journey/enable.ts';
import {
  codeField,
  gatewayRequests,
  next,
  numberField,
  phoneChoice,
  register,
  textMeACode,
  toNumberStep,
  verified,
} from '../../../scripts/journey/registration.ts';
import {
  askToRemove,
  changes,
  confirmRemoval,
  makeDefaultInstead,
  removeQuestion,
} from '../../../scripts/journey/remove.ts';
import { codeByText, connectAndSignIn, enterNumberAndCode, signIn } from '../../../scripts/journey/sign-in.ts';
import { specification } from '../../../scripts/journey/specification.ts';
import { labelled, pattern, startingWith, text } from '../../../scripts/journey/text.ts';
import { gatewayHost } from '../../../services/sandbox/gateway.ts';
import { expect, test } from '../scenario.ts';
import { chapter } from './chapter.ts';
import { sentences } from './sentences.ts';

const on = text('sms.ready');
const notAvailable = text('phones.not_available');
/** Of a page in a tab, so that its picture stays small. */
const inTheTable = [800, 560] as const;
const refresh = { role: 'button', name: text('fresh.refresh') };
const question = { role: 'dialog', name: text('enable.title') };

test.describe('Use your phone number as a user name', () => {
  const scenario = chapter([gatewayHost]);

  scenario('administrators', async ({ driver, sandbox }) => {
    const options = await connectWithGateway(driver, sandbox);
    await options.setSize(...inTheTable);
    await options.click({ role: 'link', name: text('options.for_it') });
    await options.waitFor({ role: 'link', name: specification.guide });
    return options;
  });

  scenario('not-available', async ({ driver, sandbox }) => {
    const { notAvailableByPolicy: employee } = sandbox.employees;
    sandbox.control.removePhone(employee, 'mobile');
    const popup = await signIn(driver, employee);
    await popup.click({ role: 'button', name: specification.addMethod });
    await noOption(popup);
    await popup.click(phoneChoice);
    await popup.waitFor(numberField);
    await noOption(popup);
    await register(popup, sandbox, employee.mobile);
    await popup.waitForText(notAvailable);
    await noOption(popup);
    await popup.click({ role: 'button', name: text('add.finish') });
    await popup.waitForText(notAvailable);
    await noOption(popup);
    return popup;
  });
});

test.describe('When you have a new phone number', () => {
  const scenario = chapter([gatewayHost]);
  const further = '+44 7700 900151';
  let popup: Surface;

  scenario('normal-process', async ({ driver, sandbox }) => {
    await (await connectWithGateway(driver, sandbox)).close();
    popup = await signIn(driver, sandbox.employees.noPhoneYet);
    await popup.waitForText(text('phones.none'));
    await popup.waitFor({ role: 'button', name: specification.addMethod });
    return popup;
  });

  scenario('add-method', async () => {
    await popup.click({ role: 'button', name: specification.addMethod });
    await popup.waitFor({ role: 'heading', name: text('add.title') });
    return popup;
  });

  scenario('phone', async () => {
    await popup.click(phoneChoice);
    await popup.waitFor(numberField);
    return popup;
  });

  scenario('reassurance', async () => {
    await popup.waitForText(sentences.reassurance.text);
    return popup;
  });

  scenario('text-me-a-code', async ({ sandbox }) => {
    await popup.fill(numberField, '+44 (0) 7700 900101');
    await popup.waitForText(text('number.preview', { number: '+44 7700 900101', country: 'United Kingdom' }));
    expect(await popup.value(numberField), 'what was typed is never rewritten').toBe('+44 (0) 7700 900101');
    expect(sandbox.handsets.texts('+44 7700 900101')).toHaveLength(0);
    await popup.click({ role: 'button', name: specification.textMeACode });
    await popup.waitForText(pattern('code.sent_to', { number: '+44 •••• 101' }));
    return popup;
  });

  scenario('next', async ({ sandbox }) => {
    const code = await codeByText(sandbox, '+44 7700 900101');
    await next(popup, `${code.slice(0, 3)}-${code.slice(3)}`);
    await popup.waitForGone(codeField);
    expect(gatewayRequests(sandbox, 'PUT')).toMatchObject([{ status: 401 }, { status: 200 }]);
    return popup;
  });

  scenario('verified', async () => {
    await popup.waitForText(verified);
    await popup.waitForText('+44 •••• 101');
    await popup.waitForText(on);
    return popup;
  });

  scenario('known-issue', async ({ sandbox }) => {
    const { noPhoneYet } = sandbox.employees;
    sandbox.control.removePhone(noPhoneYet, 'mobile');
    sandbox.control.setStateOfNewNumbers('notConfigured');
    await popup.click({ role: 'button', name: text('add.finish') });
    await popup.click(refresh);
    await popup.waitForText(text('phones.none'));
    await popup.click({ role: 'button', name: specification.addMethod });
    await popup.click(phoneChoice);
    await register(popup, sandbox, further);
    await popup.waitForText(labelled(text('sms.label'), text('sms.not_configured')));
    await popup.waitForText(text('sms.finish_help'));
    return popup;
  });

  scenario('sign-in-to-finish', async ({ driver, sandbox }) => {
    await driver.closePopup();
    sandbox.control.endSessions(sandbox.employees.noPhoneYet);
    const page = await openAccountPage(driver);
    await enterNumberAndCode(page, sandbox, { mobile: further });
    await page.click({ role: 'button', name: 'Register this number' });
    await page.waitForText(`Signed in as ${sandbox.employees.noPhoneYet.userName}`);
    popup = await driver.openPopup();
    await popup.waitForText(on);
    return popup;
  });
});

test.describe('When the phone number is in use', () => {
  const scenario = chapter([gatewayHost]);
  let popup: Surface;

  scenario('in-use', async ({ driver, sandbox }) => {
    const { noPhoneYet, mobileReady } = sandbox.employees;
    popup = await toNumberStep(driver, sandbox, noPhoneYet);
    await textMeACode(popup, mobileReady.mobile);
    await popup.waitFor(codeField);
    expect(await popup.text(), 'whose number it is comes out only once it is proven').not.toContain(
      text('error.number_in_use.title'),
    );
    await next(popup, await codeByText(sandbox, mobileReady.mobile));
    await popup.waitForText(text('error.number_in_use.title'));
    const words = await popup.text();
    expect(words).not.toContain(mobileReady.name);
    expect(words).not.toContain(mobileReady.userName);
    return popup;
  });

  scenario('reach-out', async () => {
    await popup.waitForText(text('error.number_in_use.help'));
    await popup.waitFor({ role: 'button', name: text('action.copy_details') });
    return popup;
  });
});

test.describe('When you have an existing number', () => {
  const scenario = chapter();
  let popup: Surface;

  scenario('becomes-available', async ({ driver, sandbox }) => {
    const { mobileNotEnabled: employee } = sandbox.employees;
    sandbox.control.setSmsSignInState(employee, 'notAllowedByPolicy');
    popup = await connectAndSignIn(driver, sandbox, employee);
    await popup.waitForText(notAvailable);
    await noOption(popup);
    sandbox.control.setSmsSignInState(employee, 'notEnabled');
    await popup.click(refresh);
    await popup.waitForText(smsSignInOff);
    await popup.waitForGone(notAvailable);
    return popup;
  });

  scenario('banner', async ({ driver }) => {
    await driver.closePopup();
    const page = await accountPageOf(driver);
    const banner = bannerOn(page);
    await banner.waitForText(offerOf('02'));
    await banner.waitFor({ role: 'button', name: specification.enable });
    await page.setSize(...inTheTable);
    return page;
  });

  scenario('tile', async ({ driver }) => {
    popup = await driver.openPopup();
    await popup.click({ role: 'button', name: text('phones.more', { number: '+44 •••• 102' }) });
    await popup.waitForText(text('phones.purpose.mobile'));
    await popup.waitFor({ ...enableButton, within: { role: 'article', name: startingWith('phones.type.mobile') } });
    return popup;
  });

  scenario('select-enable', async () => {
    await popup.click(enableButton);
    await popup.waitFor(question);
    return popup;
  });

  scenario('confirm', async ({ sandbox }) => {
    const { mobileNotEnabled: employee } = sandbox.employees;
    await popup.waitFor({ role: 'button', name: specification.enable, within: question });
    await popup.waitFor({ role: 'button', name: text('action.cancel'), within: question });
    const words = await popup.text();
    expect(words).toContain('+44 •••• 102');
    expect(words).toContain(employee.userName);
    expect(enableRequests(sandbox)).toHaveLength(0);
    return popup;
  });

  scenario('enable', async ({ sandbox }) => {
    await popup.click({ role: 'button', name: specification.enable, within: question });
    await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
    await popup.waitForText(on);
    expect(enableRequests(sandbox)).toHaveLength(1);
    return popup;
  });
});

test.describe('When you remove your phone number', () => {
  const scenario = chapter();
  const app = text('make_default.push');
  const number = '+44 •••• 107';
  let popup: Surface;

  scenario('delete-button', async ({ driver, sandbox }) => {
    const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
    sandbox.control.setDefaultMethod(employee, 'push');
    popup = await connectAndSignIn(driver, sandbox, employee);
    await askToRemove(popup, number);
    expect(await popup.focused()).toEqual({ role: 'button', name: text('action.cancel') });
    await popup.waitForText(employee.userName);
    await popup.waitForText(text('remove.no_sign_in'));
    await popup.press('Escape');
    await popup.waitForGone(removeQuestion);
    expect(await popup.focused()).toEqual({ role: 'button', name: text('remove.action_for', { number }) });
    expect(changes(sandbox)).toEqual([]);
    await askToRemove(popup, number);
    return popup;
  });

  scenario('ok', async ({ sandbox }) => {
    await confirmRemoval(popup);
    await popup.waitForText(text('remove.done', { number }));
    await popup.waitForText(text('phones.none'));
    expect(await popup.focused()).toEqual({ role: 'heading', name: text('phones.title') });
    expect(changes(sandbox)).toEqual(['DELETE']);
    expect(await popup.has({ role: 'button', name: text('remove.action_for', { number }) })).toBe(false);
    return popup;
  });

  scenario('is-default', async ({ sandbox }) => {
    const { defaultIsMobileWithAuthenticator: employee } = sandbox.employees;
    sandbox.control.setPhone(employee, 'mobile', employee.mobile);
    sandbox.control.setDefaultMethod(employee, 'sms');
    await popup.click(refresh);
    await popup.waitFor({ role: 'article', name: `${text('phones.type.mobile')} ${text('phones.default')}` });
    await askToRemove(popup, number);
    await popup.waitForText(sentences['is-default'].text);
    await popup.waitFor({
      role: 'button',
      name: text('remove.make_default', { method: app }),
      within: removeQuestion,
    });
    expect(await popup.has({ role: 'button', name: 'OK', within: removeQuestion })).toBe(false);
    expect(await popup.focused()).toEqual({ role: 'button', name: text('action.cancel') });
    expect(changes(sandbox)).toEqual(['DELETE']);
    return popup;
  });

  scenario('change-default-first', async ({ sandbox }) => {
    sandbox.control.allowSelfDefault(true);
    sandbox.control.setPropagation(3_000);
    await makeDefaultInstead(popup, app);
    await popup.waitForText(text('remove.step_default', { method: app }));
    await popup.waitForText(text('remove.step_then'));
    await popup.waitForText(text('remove.step_default_done', { method: app }));
    await popup.waitForText(text('remove.done', { number }));
    expect(changes(sandbox)).toEqual(['DELETE', 'PATCH', 'DELETE']);
    return popup;
  });
});

/** Nothing to switch on, to switch off, or to hope for. */
async function noOption(popup: Surface): Promise<void> {
  expect(await popup.has(enableButton)).toBe(false);
  const shown = await popup.text();
  for (const key of ['sms.ready', 'sms.not_enabled', 'sms.not_configured'] as const) {
    expect(shown).not.toMatch(labelled(text('sms.label'), text(key)));
  }
}
