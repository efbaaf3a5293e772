// Removing a number and choosing the default method in the popup, and what the service was asked for.

import type { Sandbox } from '../../services/sandbox/sandbox.ts';
import type { Surface } from '../driver/surface.ts';
import { text } from './text.ts';

const graph = 'graph.microsoft.com';

/** What matches the requests at Graph, for `control.hold` and `control.fault`. */
export const removeRequest = { host: graph, method: 'DELETE', path: /\/phoneMethods\/[\w-]+$/ };
export const defaultRequest = { host: graph, method: 'PATCH', path: /\/signInPreferences$/ };
export const defaultReading = { ...defaultRequest, method: 'GET' };

export const removeQuestion = { role: 'dialog', name: text('remove.title') };

export async function askToRemove(popup: Surface, number: string): Promise<void> {
  await popup.click({ role: 'button', name: text('remove.action_for', { number }) });
  await popup.waitFor(removeQuestion);
}

/** The delete button, and "OK" when prompted to confirm. */
export async function remove(popup: Surface, number: string): Promise<void> {
  await askToRemove(popup, number);
  await confirmRemoval(popup);
}

export async function confirmRemoval(popup: Surface): Promise<void> {
  await popup.click({ role: 'button', name: 'OK', within: removeQuestion });
}

/** In the question before a removal: what takes the default's place. */
export async function makeDefaultInstead(popup: Surface, method: string): Promise<void> {
  await popup.click({
    role: 'button',
    name: text('remove.make_default', { method }),
    within: removeQuestion,
  });
}

/** Removals and changes of the default method that arrived, in their order. */
export function changes({ requests }: Sandbox): string[] {
  return requests.flatMap(({ host, method, path }) => {
    const isChange = [removeRequest, defaultRequest].some((each) => each.method === method && each.path.test(path));
    return host === graph && isChange ? method : [];
  });
}
