import type { Organization } from '../../services/sandbox/organization.ts';
import type { Employee, SandboxRequest } from '../../services/sandbox/sandbox.ts';
import type { BrowserDriver } from '../driver/browser-driver.ts';
import type { Surface } from '../driver/surface.ts';
import { connectWithGateway } from './connect.ts';
import { codeByText, signIn } from './sign-in.ts';
import { specification } from './specification.ts';
import { text } from './text.ts';

export const verified = specification.verified;
export const phoneChoice = { role: 'button', name: new RegExp(`^${specification.phone}\\b`) };
export const numberField = { label: text('number.label') };
export const codeField = { label: text('code.label') };

/** Connects, signs in and opens the number step in the popup. */
export async function toNumberStep(
  driver: BrowserDriver,
  organization: Organization,
  employee: Employee,
): Promise<Surface> {
  await (await connectWithGateway(driver, organization)).close();
  const popup = await signIn(driver, employee);
  await popup.click({ role: 'button', name: specification.addMethod });
  await popup.click(phoneChoice);
  await popup.waitFor(numberField);
  return popup;
}

export async function textMeACode(popup: Surface, number: string): Promise<void> {
  await popup.fill(numberField, number);
  await popup.click({ role: 'button', name: specification.textMeACode });
}

/** Holds the answer of the gateway that it sent a text. Its first answer demands the authentication context. */
export async function holdSentText(popup: Surface, { control, gatewayOrigin }: Organization, number: string) {
  const request = { host: new URL(gatewayOrigin).host, method: 'PUT' };
  const demand = control.hold({ ...request, when: 'before' });
  await textMeACode(popup, number);
  await demand.arrived;
  const held = control.hold({ ...request, when: 'after' });
  demand.release();
  await held.arrived;
  return held;
}

export async function next(popup: Surface, code: string): Promise<void> {
  await popup.fill(codeField, code);
  await popup.click({ role: 'button', name: specification.next });
}

export async function register(popup: Surface, organization: Organization, number: string): Promise<void> {
  await textMeACode(popup, number);
  await popup.waitFor(codeField);
  await next(popup, await codeByText(organization, number));
  await popup.waitForText(verified);
}

export function gatewayRequests({ requests, gatewayOrigin }: Organization, method: string): SandboxRequest[] {
  const { host } = new URL(gatewayOrigin);
  return requests.filter((request) => request.host === host && request.method === method);
}
