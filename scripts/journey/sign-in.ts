import type { Employee, Sandbox } from '../../services/sandbox/sandbox.ts';
import type { BrowserDriver } from '../driver/browser-driver.ts';
import { codeIn } from '../driver/code-in-text.ts';
import type { Surface } from '../driver/surface.ts';
import { connect } from './connect.ts';
import { sandboxText } from './sandbox-text.ts';
import { text } from './text.ts';

export async function enterUserName(page: Surface, nameOrNumber: string): Promise<void> {
  await page.fill({ label: sandboxText.userName }, nameOrNumber);
  await page.click({ role: 'button', name: sandboxText.next });
}

export async function enterPassword(page: Surface, { password }: Employee): Promise<void> {
  await page.fill({ label: sandboxText.password }, password);
  await page.click({ role: 'button', name: sandboxText.signIn });
}

/** Waits for the newest text. */
export async function codeByText(sandbox: Sandbox, number: string): Promise<string> {
  return codeIn((await sandbox.handsets.waitForText(number)).body);
}

export async function enterCode(page: Surface, code: string): Promise<void> {
  await page.fill({ label: sandboxText.code }, code);
  await page.click({ role: 'button', name: sandboxText.signIn });
}

/** @returns the popup that reopens after the sign-in */
export async function signIn(driver: BrowserDriver, employee: Employee): Promise<Surface> {
  const popup = await driver.openPopup();
  await popup.click({ role: 'button', name: text('action.sign_in') });
  const window = await driver.signInWindow();
  await enterUserName(window, employee.userName);
  await enterPassword(window, employee);
  await window.waitForClosed();
  return driver.reopenedPopup();
}

/** On the options page, with another account signed in already. */
export async function signInWithAnother(driver: BrowserDriver, options: Surface, employee: Employee): Promise<void> {
  await options.click({ role: 'button', name: text('options.add_account') });
  const window = await driver.signInWindow();
  await window.click({ role: 'button', name: sandboxText.useAnotherAccount });
  await enterUserName(window, employee.userName);
  await enterPassword(window, employee);
  await window.waitForClosed();
}

/** @returns the popup that reopens after the sign-in, once the account is synced */
export async function connectAndSignIn(driver: BrowserDriver, sandbox: Sandbox, employee: Employee): Promise<Surface> {
  const options = await connect(driver, sandbox);
  await options.close();
  const popup = await signIn(driver, employee);
  await popup.waitForText(text('fresh.now'));
  return popup;
}

export async function enterNumberAndCode(
  page: Surface,
  sandbox: Sandbox,
  { mobile }: Pick<Employee, 'mobile'>,
): Promise<void> {
  const [last] = sandbox.handsets.texts(mobile);
  await enterUserName(page, mobile);
  const { body } = await sandbox.handsets.waitForText(mobile, last ? { after: last } : {});
  await enterCode(page, codeIn(body));
}
