// Browser APIs in memory, with the sandbox behind the network and the sign-in window.
import type { SessionStorage } from '../lib/background/session-storage.ts';
import { clouds } from '../lib/shared/model/clouds.ts';
import { redirectUris } from '../lib/shared/model/extension-ids.ts';
import type { Employee, Sandbox } from '../services/sandbox/sandbox.ts';
import type { Visitor } from './conformance/sandbox/visitor.ts';

/** The services that the extension uses: the sandbox or a model. */
export interface Service {
  fetch(request: Request): Promise<Response>;
  /** Signs in with the password. @returns the URL at which the window ends */
  signIn(url: URL, interactive: boolean): Promise<string>;
}

const { origin } = new URL(redirectUris.chromium);
const loginHosts = new Set(Object.values(clouds).map(({ login }) => login));
/** Readable to every origin. Source: Fetch, "CORS-safelisted response-header name". */
const safelisted = [
  ...['cache-control', 'content-language', 'content-length', 'content-type', 'expires', 'last-modified', 'pragma'],
];

/** @returns what a browser shows of an answer to an extension without permission for the host. @throws TypeError as `fetch` does */
export function answerToOtherOrigin({ status, statusText, headers, body }: Response): Response {
  if (!['*', origin].includes(headers.get('access-control-allow-origin') ?? '')) throw new TypeError('Failed to fetch');
  const exposed = (headers.get('access-control-expose-headers') ?? '').toLowerCase().split(/[\s,]+/);
  const isReadable = ([name]: [string, string]) => safelisted.includes(name) || exposed.includes(name);
  return new Response(body, { status, statusText, headers: [...headers].filter(isReadable) });
}

/** A request with the extension's `Origin`, as the service worker sends it. */
export function requestOfExtension(input: RequestInfo | URL, init?: RequestInit): Request {
  const request = new Request(input, init);
  request.headers.set('origin', origin);
  return request;
}

/** Stores copies, like storage.session. */
export function memoryStorage(stored: Map<string, unknown>): SessionStorage {
  return {
    get: async (key) => (stored.has(key) ? { [key]: structuredClone(stored.get(key)) } : {}),
    set: async (items) => {
      for (const [key, value] of Object.entries(items)) stored.set(key, structuredClone(value));
    },
    remove: async (key) => void stored.delete(key),
  };
}

interface User {
  employee: Employee;
  visitor: Visitor;
  /** Whether the user has granted the permission for the sign-in host. */
  hasGrantedSignInHost?: boolean;
}

/** @param user read at each request */
export function atSandbox(sandbox: Sandbox, user: User): Service {
  return {
    async fetch(request) {
      const body = request.body ? await request.clone().text() : undefined;
      const answer = await sandbox.fetch(request.url, {
        method: request.method,
        headers: Object.fromEntries(request.headers),
        ...(body === undefined ? {} : { body }),
      });
      const isGranted = user.hasGrantedSignInHost || !loginHosts.has(new URL(request.url).host);
      return isGranted ? answer : answerToOtherOrigin(answer);
    },
    async signIn(url, interactive) {
      const { employee, visitor } = user;
      const page = await visitor.open(url);
      const isForm = page.url.host.startsWith('login.');
      const end = interactive && isForm ? await visitor.signIn(page, employee) : page;
      // Another user was signed in: the service signs that user out by a form that submits itself.
      const done = end.text.includes('document.forms[0].submit()') ? await visitor.submitHidden(end) : end;
      return done.url.href;
    },
  };
}
