import type { Sandbox } from '../../services/sandbox/sandbox.ts';
import type { Surface } from '../driver/surface.ts';
import { text } from './text.ts';

const graph = 'graph.microsoft.com';

/** Match the requests to Graph, for `control.hold` and `control.fault`. */
export const removeRequest = { host: graph, method: 'DELETE', path: /\/phoneMethods\/[\w-]+$/ };
export const defaultRequest = { host: graph, method: 'PATCH', path: /\/signInPreferences$/ };
export const defaultReading = { ...defaultRequest, method: 'GET' };

export const removeQuestion = { role: 'dialog', name: text('remove.title') };

export async function askToRemove(popup: Surface, number: string): Promise<void> {
  await popup.click({ role: 'button', name: text('remove.action_for', { number }) });
  await popup.waitFor(removeQuestion);
}

export async function remove(popup: Surface, number: string): Promise<void> {
  await askToRemove(popup, number);
  await confirmRemoval(popup);
}

export async function confirmRemoval(popup: Surface): Promise<void> {
  await popup.click({ role: 'button', name: 'OK', within: removeQuestion });
}

/** Chooses another default in the removal dialog. */
export async function makeDefaultInstead(popup: Surface, method: string): Promise<void> {
  await popup.click({
    role: 'button',
    name: text('remove.make_default', { method }),
    within: removeQuestion,
  });
}

/** Methods of the removals and changes of the default that the service received. */
export function changes({ requests }: Sandbox): string[] {
  return requests.flatMap(({ host, method, path }) => {
    const isChange = [removeRequest, defaultRequest].some((each) => each.method === method && each.path.test(path));
    return host === graph && isChange ? method : [];
  });
}
