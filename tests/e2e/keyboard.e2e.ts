// The main journey by keyboard alone, with the accessibility tree at each step (accessibility/*.txt).

import { until } from '../../scripts/driver/until.ts';
import { accountPageOf, bannerOn, waitForNoBanner } from '../../scripts/journey/banner.ts';
import { enterOn, tabTo, typeInto, waitForFocus } from '../../scripts/journey/keyboard.ts';
import { codeField, numberField, phoneChoice, verified } from '../../scripts/journey/registration.ts';
import { sandboxText } from '../../scripts/journey/sandbox-text.ts';
import { codeByText, connectAndSignIn, enterPassword, enterUserName } from '../../scripts/journey/sign-in.ts';
import { specification } from '../../scripts/journey/specification.ts';
import { text } from '../../scripts/journey/text.ts';
import { gatewayHost } from '../../services/sandbox/gateway.ts';
import { expectTree } from './accessibility-tree.ts';
import { expect, test } from './scenario.ts';

test.use({ furtherHosts: [gatewayHost] });

const button = <Name extends string | RegExp>(name: Name) => ({ role: 'button', name });
const mobile = '+44 •••• 101';
const office = '+1 •••• 142';

test('the keyboard alone sets up, signs in, adds, enables, makes default and removes', async ({ driver, sandbox }) => {
  const { noPhoneYet: employee } = sandbox.employees;
  const { tenant, gatewayOrigin } = sandbox;
  sandbox.control.setPhone(employee, 'office', '+1 2065550142');

  let popup = await driver.openPopup();
  await popup.waitFor(button(text('welcome.set_up')));
  await expectTree(popup, 'first-run');
  await driver.closePopup();

  const options = await driver.openExtensionPage('options.html');
  await options.waitFor(button(text('connection.save')));
  await expectTree(options, 'settings');
  await enterOn(options, button(text('connection.save')));
  await waitForFocus(options, 'textbox', text('connection.tenant'));
  await expectTree(options, 'settings-missing');
  await options.type(tenant.domain);
  await typeInto(options, text('connection.client_id'), tenant.clientId);
  await enterOn(options, button(text('connection.gateway')));
  await typeInto(options, text('connection.gateway_url'), gatewayOrigin);
  await typeInto(options, text('connection.gateway_scope'), tenant.gateway.scope);
  await enterOn(options, button(text('connection.save')));
  await options.waitForText(text('options.connected', { tenant: tenant.domain }));
  await options.close();

  popup = await driver.openPopup();
  await popup.waitFor(button(text('action.sign_in')));
  await expectTree(popup, 'signed-out');
  await enterOn(popup, button(text('action.sign_in')));
  const window = await driver.signInWindow();
  await enterUserName(window, employee.userName);
  await enterPassword(window, employee);
  await window.waitForClosed();

  popup = await driver.reopenedPopup();
  await popup.waitFor(button(text('remove.action_for', { number: office })));
  await popup.waitForText(text('fresh.now'));
  await expectTree(popup, 'home');

  await enterOn(popup, button(specification.addMethod));
  await waitForFocus(popup, 'heading', text('add.title'));
  await expectTree(popup, 'add-method');
  await enterOn(popup, phoneChoice);
  await waitForFocus(popup, 'heading', text('add.phone_title'));
  await enterOn(popup, button(specification.textMeACode));
  await waitForFocus(popup, 'textbox', text('number.label'));
  await expectTree(popup, 'number-missing');
  await popup.type('+44 7700 900101');
  await popup.waitForText(text('number.preview', { number: '+44 7700 900101', country: 'United Kingdom' }));
  await expectTree(popup, 'number');
  await popup.press('Enter');
  await popup.waitFor(codeField);
  await waitForFocus(popup, 'heading', text('code.title'));
  await expectTree(popup, 'code');
  await typeInto(popup, text('code.label'), '000000');
  await popup.press('Enter');
  await popup.waitForText(text('error.wrong_code.title'));
  await waitForFocus(popup, 'textbox', text('code.label'));
  await expectTree(popup, 'code-wrong');
  for (let digits = 0; digits < 6; digits += 1) await popup.press('Backspace');
  await popup.type(await codeByText(sandbox, employee.mobile));
  await popup.press('Enter');
  await popup.waitForText(verified);
  await popup.waitFor(button(text('add.finish')));
  await expectTree(popup, 'verified');
  await enterOn(popup, button(text('add.finish')));
  await waitForFocus(popup, 'heading', text('phones.title'));

  sandbox.control.setSmsSignInState(employee, 'notEnabled');
  sandbox.control.allowSelfDefault(true);
  await enterOn(popup, button(text('fresh.refresh')));
  const enable = button(text('sms.enable_for', { number: mobile }));
  await popup.waitFor(enable);
  await enterOn(popup, enable, 'Shift+Tab');
  await waitForFocus(popup, 'button', specification.enable);
  await expectTree(popup, 'enable');
  await popup.press('Escape');
  await waitForFocus(popup, 'button', enable.name);
  await popup.press('Enter');
  await waitForFocus(popup, 'button', specification.enable);
  await popup.press('Enter');
  await waitForFocus(popup, 'article', text('phones.type.mobile'));
  await popup.waitForText(text('enable.done', { number: mobile }));
  await expectTree(popup, 'enabled');

  await enterOn(popup, button(text('phones.more', { number: office })));
  await expectTree(popup, 'tile-open');
  await enterOn(popup, button(text('make_default.action_for', { number: office })));
  await waitForFocus(popup, 'button', text('make_default.action'));
  await expectTree(popup, 'make-default');
  await popup.press('Enter');
  await popup.waitForText(text('make_default.done', { number: office }));

  await enterOn(popup, button(text('remove.action_for', { number: mobile })), 'Shift+Tab');
  await waitForFocus(popup, 'button', text('action.cancel'));
  await expectTree(popup, 'remove');
  await popup.press('Escape');
  await waitForFocus(popup, 'button', text('remove.action_for', { number: mobile }));
  await popup.press('Enter');
  await waitForFocus(popup, 'button', text('action.cancel'));
  await enterOn(popup, button('OK'), 'Shift+Tab');
  await popup.waitForText(text('remove.done', { number: mobile }));
  await waitForFocus(popup, 'heading', text('phones.title'));
  await expectTree(popup, 'removed');
  expect(await popup.has(numberField)).toBe(false);
});

test('the keyboard alone reaches the banner and its confirmation, and returns to the page', async ({
  driver,
  sandbox,
}) => {
  await connectAndSignIn(driver, sandbox, sandbox.employees.mobileNotEnabled);
  await driver.closePopup();
  const page = await accountPageOf(driver);
  const banner = bannerOn(page);
  await banner.waitFor(button(specification.enable));
  await expectTree(banner, 'banner');
  // The last stop before the banner, to which the focus must return.
  await tabTo(page, button(sandboxText.signOut));
  await until('the focus to be in the banner', async () => {
    await page.press('Tab');
    return (await banner.focused())?.name === specification.enable;
  });
  await page.press('Enter');

  const popup = await driver.reopenedPopup();
  await popup.waitFor({ role: 'heading', name: text('enable.title') });
  await expectTree(popup, 'confirm');
  // Enable is disabled until the user has had time to read the question.
  await until('Enable to wait no longer', () =>
    popup.evaluate(() => document.querySelector('button.primary:not(:disabled)') !== null),
  );
  await enterOn(popup, button(specification.enable));
  await popup.waitForText(text('enable.done', { number: '+44 •••• 102' }));
  await driver.closePopup();

  await banner.waitForText(text('banner.done', { digits: '02' }));
  await expectTree(banner, 'banner-done');
  await until('the focus to be in the banner', async () => {
    await page.press('Tab');
    return (await banner.focused())?.name === text('action.close');
  });
  await page.press('Enter');
  await waitForNoBanner(page);
  expect((await page.focused())?.role, 'the person is back on the page').toMatch(/button|link/);
});
