// What signing in needs of a browser, with the sandbox behind it: a network, memory, and a window in which an employee signs
// in. Answers can be changed on their way, as an attacker or a broken proxy would.
import type { LaunchSignIn } from '../lib/background/auth/authorize.ts';
import { createNetwork, type Network } from '../lib/background/network.ts';
import { clouds } from '../lib/shared/model/clouds.ts';
import { redirectUris } from '../lib/shared/model/extension-ids.ts';
import type { Employee, Sandbox } from '../services/sandbox/sandbox.ts';
import { atSandbox, memoryStorage, requestOfExtension, type Service } from './browser-in-memory.ts';
import { Visitor } from './conformance/sandbox/visitor.ts';

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
  readonly #service: Service;

  constructor(sandbox: Sandbox, employee: Employee) {
    this.employee = employee;
    this.visitor = new Visitor(sandbox);
    this.#service = atSandbox(sandbox, this);
    const ask = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const request = requestOfExtension(input, init);
      const url = new URL(request.url);
      if (request.method === 'POST') this.tokenRequests.push(new URLSearchParams(await request.clone().text()));
      const response = await this.#service.fetch(request);
      if (!this.alter) return response;
      const altered = this.alter(url, await response.json());
      return new Response(typeof altered === 'string' ? altered : JSON.stringify(altered), response);
    };
    this.network = createNetwork(ask, async () => new Set([clouds.global.login]));
  }

  readonly memory = memoryStorage(this.stored);

  readonly launch: LaunchSignIn = async (url, interactive) => {
    this.launched.push(new URL(url));
    const end = new URL(await this.#service.signIn(new URL(url), interactive));
    if (!end.href.startsWith(this.redirectUri)) throw new Error('The sign-in service shows a page in silence');
    this.redirect?.(end);
    return end.href;
  };
}
