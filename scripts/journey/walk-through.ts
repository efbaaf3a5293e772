// The main journey step by step, for `npm start -- --headless` and an end-to-end test.

import type { Organization } from '../../services/sandbox/organization.ts';
import type { BrowserDriver } from '../driver/browser-driver.ts';
import type { Surface } from '../driver/surface.ts';
import { accountPage } from './account-page.ts';
import { connectWithGateway } from './connect.ts';
import { enableButton } from './enable.ts';
import { codeField, numberField, phoneChoice, verified } from './registration.ts';
import { sandboxText } from './sandbox-text.ts';
import { codeByText, enterCode, enterPassword, enterUserName } from './sign-in.ts';
import { specification } from './specification.ts';
import { pattern, startingWith, text } from './text.ts';

export interface Step {
  title: string;
  /** @returns the page that shows the result */
  take(): Promise<Surface>;
}

export function walkThrough(driver: BrowserDriver, sandbox: Organization): Step[] {
  const { mobileNotEnabled: employee } = sandbox.employees;
  const furtherNumber = '+44 7700 900131';
  let popup: Surface;
  let page: Surface;
  return [
    {
      title: 'The popup before anything is set up',
      async take() {
        popup = await driver.openPopup();
        await popup.waitFor({ role: 'button', name: text('welcome.set_up') });
        return popup;
      },
    },
    {
      title: 'Connect to the organization on the options page',
      async take() {
        await driver.closePopup();
        page = await connectWithGateway(driver, sandbox);
        return page;
      },
    },
    {
      title: 'The popup asks to sign in',
      async take() {
        await page.close();
        popup = await driver.openPopup();
        await popup.waitFor({ role: 'button', name: text('action.sign_in') });
        return popup;
      },
    },
    {
      title: 'The sign-in window of the organization',
      async take() {
        await popup.click({ role: 'button', name: text('action.sign_in') });
        page = await driver.signInWindow();
        await page.waitFor({ label: sandboxText.userName });
        return page;
      },
    },
    {
      title: 'Signed in: the popup shows the phone number, SMS sign-in is off',
      async take() {
        await enterUserName(page, employee.userName);
        await enterPassword(page, employee);
        await page.waitForClosed();
        popup = await driver.reopenedPopup();
        await popup.waitForText(employee.name);
        await popup.waitFor(enableButton);
        return popup;
      },
    },
    {
      title: 'Enable asks for a confirmation',
      async take() {
        await popup.click(enableButton);
        await popup.waitFor({ role: 'dialog', name: text('enable.title') });
        return popup;
      },
    },
    {
      title: 'SMS sign-in is on',
      async take() {
        await popup.click({ role: 'button', name: specification.enable });
        await popup.waitForText(pattern('enable.done'));
        return popup;
      },
    },
    {
      title: 'Add method, Phone: which number',
      async take() {
        await popup.click({ role: 'button', name: specification.addMethod });
        await popup.click(phoneChoice);
        await popup.fill(numberField, furtherNumber);
        await popup.waitForText(text('number.preview', { number: furtherNumber, country: 'United Kingdom' }));
        return popup;
      },
    },
    {
      title: specification.textMeACode,
      async take() {
        await popup.click({ role: 'button', name: specification.textMeACode });
        await popup.waitFor(codeField);
        return popup;
      },
    },
    {
      title: 'Reading the code closes the popup, and it opens just there',
      async take() {
        await driver.closePopup();
        const handset = await driver.openPage(`https://handsets.contoso.example/${furtherNumber.replaceAll(' ', '')}`);
        const code = await codeByText(sandbox, furtherNumber);
        await handset.waitForText(code);
        await handset.close();
        popup = await driver.openPopup();
        await popup.fill(codeField, code);
        return popup;
      },
    },
    {
      title: 'Next: the number is registered',
      async take() {
        await popup.click({ role: 'button', name: specification.next });
        await popup.waitForText(verified);
        await popup.waitFor({ role: 'article', name: startingWith('phones.type.alternate_mobile') });
        return popup;
      },
    },
    {
      title: 'Signed out, and back with the phone number as the user name',
      async take() {
        await driver.closePopup();
        page = await driver.openPage(accountPage);
        await page.click({ role: 'button', name: sandboxText.signOut });
        await page.waitFor({ role: 'heading', name: 'Sign out?' });
        await page.click({ role: 'button', name: sandboxText.signOut });
        await page.waitForText('You signed out');
        await page.close();
        page = await driver.openPage(accountPage);
        await enterUserName(page, employee.mobile);
        await page.waitFor({ label: sandboxText.code });
        return page;
      },
    },
    {
      title: 'The code on the phone',
      async take() {
        const handset = await driver.openPage(
          `https://handsets.contoso.example/${employee.mobile.replaceAll(' ', '')}`,
        );
        await handset.waitForText(await codeByText(sandbox, employee.mobile));
        return handset;
      },
    },
    {
      title: 'Signed in with the phone number',
      async take() {
        await enterCode(page, await codeByText(sandbox, employee.mobile));
        await page.waitForText(`Signed in as ${employee.userName}`);
        return page;
      },
    },
  ];
}
