// The main job from beginning to end, step by step: `npm start -- --headless` shows it, a scenario asserts it.
import type { Organization } from '../../services/sandbox/organization.ts';
import type { BrowserDriver } from '../driver/browser-driver.ts';
import type { Surface } from '../driver/surface.ts';
import { accountPage } from './account-page.ts';
import { connectWithGateway } from './connect.ts';
import { codeField, numberField, verified } from './registration.ts';
import { codeByText, enterCode, enterPassword, enterUserName } from './sign-in.ts';

export interface Step {
  title: string;
  /** Answers the page that shows how the step ended. */
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
        await popup.waitFor({ role: 'button', name: 'Set up' });
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
        await popup.waitFor({ role: 'button', name: 'Sign in' });
        return popup;
      },
    },
    {
      title: 'The sign-in window of the organization',
      async take() {
        await popup.click({ role: 'button', name: 'Sign in' });
        page = await driver.signInWindow();
        await page.waitFor({ label: 'User name or phone number' });
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
        await popup.waitFor({ role: 'button', name: /^Enable SMS sign-in for / });
        return popup;
      },
    },
    {
      title: 'Enable asks for a confirmation',
      async take() {
        await popup.click({ role: 'button', name: /^Enable SMS sign-in for / });
        await popup.waitFor({ role: 'dialog', name: 'Enable SMS sign-in?' });
        return popup;
      },
    },
    {
      title: 'SMS sign-in is on',
      async take() {
        await popup.click({ role: 'button', name: 'Enable' });
        await popup.waitForText(/You can now sign in with/);
        return popup;
      },
    },
    {
      title: 'Add method, Phone: which number',
      async take() {
        await popup.click({ role: 'button', name: 'Add method' });
        await popup.click({ role: 'button', name: /^Phone/ });
        await popup.fill(numberField, furtherNumber);
        await popup.waitForText(`We'll text ${furtherNumber} (United Kingdom)`);
        return popup;
      },
    },
    {
      title: 'Text me a code',
      async take() {
        await popup.click({ role: 'button', name: 'Text me a code' });
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
        await popup.click({ role: 'button', name: 'Next' });
        await popup.waitForText(verified);
        await popup.waitFor({ role: 'article', name: /^Alternate mobile/ });
        return popup;
      },
    },
    {
      title: 'Signed out, and back with the phone number as the user name',
      async take() {
        await driver.closePopup();
        page = await driver.openPage(accountPage);
        await page.click({ role: 'button', name: 'Sign out' });
        await page.waitFor({ role: 'heading', name: 'Sign out?' });
        await page.click({ role: 'button', name: 'Sign out' });
        await page.waitForText('You signed out');
        await page.close();
        page = await driver.openPage(accountPage);
        await enterUserName(page, employee.mobile);
        await page.waitFor({ label: 'Code' });
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
