// What a person does at the sandbox's sign-in page, wherever it has opened.
import type { Employee, Sandbox } from '../../../services/sandbox/sandbox.ts';
import type { BrowserDriver } from '../driver/browser-driver.ts';
import type { Surface } from '../driver/surface.ts';
import { connect } from './connect.ts';

export async function enterUserName(page: Surface, nameOrNumber: string): Promise<void> {
  await page.fill({ label: 'User name or phone number' }, nameOrNumber);
  await page.click({ role: 'button', name: 'Next' });
}

export async function enterPassword(page: Surface, { password }: Employee): Promise<void> {
  await page.fill({ label: 'Password' }, password);
  await page.click({ role: 'button', name: 'Sign in' });
}

/** The code of the newest text, once it is there. */
export async function codeByText(sandbox: Sandbox, number: string): Promise<string> {
  const { body } = await sandbox.handsets.waitForText(number);
  const code = /\b\d{6}\b/.exec(sandbox.handsets.texts(number)[0]?.body ?? body)?.[0];
  if (!code) throw new Error('The newest text has no code.');
  return code;
}

export async function enterCode(page: Surface, code: string): Promise<void> {
  await page.fill({ label: 'Code' }, code);
  await page.click({ role: 'button', name: 'Sign in' });
}

/** From the popup, with user name and password; ends with the popup that comes back by itself. */
export async function signIn(driver: BrowserDriver, employee: Employee): Promise<Surface> {
  const popup = await driver.openPopup();
  await popup.click({ role: 'button', name: 'Sign in' });
  const window = await driver.signInWindow();
  await enterUserName(window, employee.userName);
  await enterPassword(window, employee);
  await window.waitForClosed();
  return driver.reopenedPopup();
}

/** Connected and signed in: the popup that comes back by itself, once it knows the employee's phones. */
export async function connectAndSignIn(driver: BrowserDriver, sandbox: Sandbox, employee: Employee): Promise<Surface> {
  const options = await connect(driver, sandbox);
  await options.close();
  const popup = await signIn(driver, employee);
  await popup.waitForText('Updated just now');
  return popup;
}

/** The number as the user name, and the code it is texted. */
export async function enterNumberAndCode(
  page: Surface,
  sandbox: Sandbox,
  { mobile }: Pick<Employee, 'mobile'>,
): Promise<void> {
  const [last] = sandbox.handsets.texts(mobile);
  await enterUserName(page, mobile);
  const { body } = await sandbox.handsets.waitForText(mobile, last ? { after: last } : {});
  await enterCode(page, /\b\d{6}\b/.exec(body)?.[0] ?? '');
}
