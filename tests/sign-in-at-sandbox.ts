// What signing in needs of a browser, with the sandbox behind it: a network, memory, and a window in which an employee signs
// in. Answers can be changed on their way, as an attacker or a broken proxy would.
import type { LaunchSignIn } from '../lib/auth/authorize.ts';
import type { MemoryStorage } from '../lib/auth/token-vault.ts';
import { clouds } from '../lib/identity/entra/clouds.ts';
import { createNetwork, type Network } from '../lib/platform/network.ts';
import { redirectUris } from '../scripts/extension-ids.ts';
import type { Employee, Sandbox } from '../services/sandbox/sandbox.ts';
import { Visitor } from './conformance/sandbox/visitor.ts';

const { origin } = new URL(redirectUris.chromium);

export class SignInAtSandbox {
  readonly redirectUri = redirectUris.chromium;
  readonly stored = new Map<string, unknown>();
  /** Addresses that a window was opened at. */
  readonly launched: URL[] = [];
  /** Bodies of the requests to the token endpoint. */
  readonly tokenRequests: URLSearchParams[] = [];
  /** Changes the JSON of an answer. */
  alter: ((url: URL, answer: Record<string, unknown>) => unknown) | undefined;
  /** Changes the address a window ended at. */
  redirect: ((end: URL) => void) | undefined;
  employee: Employee;
  visitor: Visitor;
  readonly network: Network;

  constructor(sandbox: Sandbox, employee: Employee) {
    this.employee = employee;
    this.visitor = new Visitor(sandbox);
    const ask = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const url = new URL(String(input));
      if (init?.method === 'POST') this.tokenRequests.push(new URLSearchParams(String(init.body)));
      // The worker's POST carries it.
      const headers = new Headers(init?.headers);
      headers.set('origin', origin);
      const response = await sandbox.fetch(url, { ...init, headers });
      if (!this.alter) return response;
      const altered = this.alter(url, await response.json());
      return new Response(typeof altered === 'string' ? altered : JSON.stringify(altered), response);
    };
    this.network = createNetwork(ask, async () => new Set([clouds.global.login]));
  }

  readonly memory: MemoryStorage = {
    get: async (key) => (this.stored.has(key) ? { [key]: structuredClone(this.stored.get(key)) } : {}),
    set: async (items) => {
      for (const [key, value] of Object.entries(items)) this.stored.set(key, structuredClone(value));
    },
    remove: async (key) => void this.stored.delete(key),
  };

  readonly launch: LaunchSignIn = async (url, interactive) => {
    this.launched.push(new URL(url));
    const page = await this.visitor.open(url);
    const atApplication = page.url.href.startsWith(this.redirectUri);
    if (!atApplication && !interactive) throw new Error('The sign-in service shows a page in silence');
    const end = atApplication ? page.url : (await this.visitor.signIn(page, this.employee)).url;
    this.redirect?.(end);
    return end.href;
  };
}
