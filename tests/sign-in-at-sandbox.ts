// The browser APIs that a sign-in needs, with the sandbox behind them. Tests can change answers in transit.

import { createNetwork, type Network } from '../lib/background/network.ts';
import type { Platform } from '../lib/background/platform.ts';
import { clouds } from '../lib/shared/model/clouds.ts';
import { redirectUris } from '../lib/shared/model/extension-ids.ts';
import type { Employee, Sandbox } from '../services/sandbox/sandbox.ts';
import { atSandbox, memoryStorage, requestOfExtension, type Service } from './browser-in-memory.ts';
import { Visitor } from './conformance/sandbox/visitor.ts';

export class SignInAtSandbox {
  readonly redirectUri = redirectUris.chromium;
  readonly stored = new Map<string, unknown>();
  /** URLs of opened sign-in windows. */
  readonly launched: URL[] = [];
  /** Bodies of the requests to the token endpoint. */
  readonly tokenRequests: URLSearchParams[] = [];
  /** Changes the JSON of an answer. */
  alter: ((url: URL, answer: Record<string, unknown>) => unknown) | undefined;
  /** Changes the URL at which a window ended. */
  redirect: ((end: URL) => void) | undefined;
  /** Whether the user has granted the permission for the sign-in host. */
  hasGrantedSignInHost = false;
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
  readonly random = Math.random;

  readonly launch: Platform['launchSignIn'] = async (url, interactive) => {
    this.launched.push(new URL(url));
    const end = new URL(await this.#service.signIn(new URL(url), interactive));
    if (!end.href.startsWith(this.redirectUri)) throw new Error('The sign-in service showed a page without a window');
    this.redirect?.(end);
    return end.href;
  };
}
