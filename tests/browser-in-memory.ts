// What the extension needs of a browser, in memory, with the sandbox behind its network and its sign-in window.
import type { SessionStorage } from '../lib/background/session-storage.ts';
import { redirectUris } from '../lib/shared/model/extension-ids.ts';
import type { Employee, Sandbox } from '../services/sandbox/sandbox.ts';
import type { Visitor } from './conformance/sandbox/visitor.ts';

/** What answers the extension: the sandbox, or a model of the service. */
export interface Service {
  fetch(request: Request): Promise<Response>;
  /** The window of a sign-in, with a person who knows the password; answers the address it ends at. */
  signIn(url: URL, interactive: boolean): Promise<string>;
}

const { origin } = new URL(redirectUris.chromium);

/** A request as the worker sends it: it carries where it comes from. */
export function requestOfExtension(input: RequestInfo | URL, init?: RequestInit): Request {
  const request = new Request(input, init);
  request.headers.set('origin', origin);
  return request;
}

/** Like the browser's, it keeps copies. */
export function memoryStorage(stored: Map<string, unknown>): SessionStorage {
  return {
    get: async (key) => (stored.has(key) ? { [key]: structuredClone(stored.get(key)) } : {}),
    set: async (items) => {
      for (const [key, value] of Object.entries(items)) stored.set(key, structuredClone(value));
    },
    remove: async (key) => void stored.delete(key),
  };
}

/** @param person who has the browser, asked at each sign-in */
export function atSandbox(sandbox: Sandbox, person: { employee: Employee; visitor: Visitor }): Service {
  return {
    async fetch(request) {
      const body = request.body ? await request.clone().text() : undefined;
      return sandbox.fetch(request.url, {
        method: request.method,
        headers: Object.fromEntries(request.headers),
        ...(body === undefined ? {} : { body }),
      });
    },
    async signIn(url, interactive) {
      const { employee, visitor } = person;
      const page = await visitor.open(url);
      const isForm = page.url.host.startsWith('login.');
      const end = interactive && isForm ? await visitor.signIn(page, employee) : page;
      // Somebody else was signed in: the service signs them out first, by a form that a browser sends by itself.
      const done = end.text.includes('document.forms[0].submit()') ? await visitor.submitHidden(end) : end;
      return done.url.href;
    },
  };
}
