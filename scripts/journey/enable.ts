import type { Sandbox, SandboxRequest } from '../../services/sandbox/sandbox.ts';
import type { Surface } from '../driver/surface.ts';
import { specification } from './specification.ts';
import { labelled, startingWith, text } from './text.ts';

/** Text of a tile whose number is not enabled. */
export const smsSignInOff = labelled(text('sms.label'), text('sms.not_enabled'));

/** On the tile of any number. */
export const enableButton = { role: 'button', name: startingWith('sms.enable_for') };

/** Matches the request to Graph, for `control.hold` and `control.fault`. */
export const enableRequest = { host: 'graph.microsoft.com', method: 'POST', path: /\/enableSmsSignIn$/ };

export async function enable(popup: Surface): Promise<void> {
  await popup.click(enableButton);
  await popup.click({ role: 'button', name: specification.enable, within: { role: 'dialog' } });
}

export function enableRequests({ requests }: Sandbox): SandboxRequest[] {
  const { host, method, path } = enableRequest;
  return requests.filter((request) => request.host === host && request.method === method && path.test(request.path));
}
