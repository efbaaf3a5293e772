// An organization in a box: sign-in service, Graph, account page, handsets, on loopback, under the real host names.
// Usable in process by tests and, by scripts/start.ts, for trying by hand.
import type { Control } from './control.ts';
import type { employees } from './employees.ts';

export type { Control, Fault, FaultRule, Held, RequestMatch } from './control.ts';
export type { Employee } from './employees.ts';

export interface SandboxOptions {
  /** 0 (default): a free port. A taken port rejects with a clear error. */
  proxyPort?: number;
  /** Departs from the standard where Entra does (default); false: the certified provider as it is. */
  entraLike?: boolean;
  /** Of the single-page application, see scripts/extension-ids.ts. */
  redirectUris: readonly string[];
  /** Further hosts by name, for instance the gateway. */
  extraHosts?: Readonly<Record<string, (request: Request) => Response | Promise<Response>>>;
  /** Until a write shows in Graph's reads, in milliseconds; default 0. */
  propagation?: number;
  /** False: one line per request on standard output; default true. */
  quiet?: boolean;
}

export interface SandboxRequest {
  at: number;
  host: string;
  method: string;
  /** Without the query, which may carry codes and numbers. */
  path: string;
  origin?: string;
  userAgentKind: 'chromium' | 'firefox' | 'node' | 'other';
}

export interface Text {
  to: string;
  from: string;
  body: string;
  at: number;
}

export interface Handsets {
  /** Texts received by a number, newest first. Numbers in any familiar international form. */
  texts(number: string): readonly Text[];
  deliver(text: { to: string; body: string; from?: string }): void;
  /** The first text after `after` (milliseconds, default: of all); rejects after `timeout` (default 10 s). */
  waitForText(number: string, options?: { after?: number; timeout?: number }): Promise<Text>;
}

export interface Tenant {
  readonly id: string;
  readonly domain: string;
  /** Platform "Single-page application" with the given redirect URIs. */
  readonly clientId: string;
  /** Platform "Mobile and desktop", redirect URI http://localhost. */
  readonly nativeClientId: string;
  readonly gateway: {
    readonly clientId: string;
    /** `aud` of the gateway's access tokens. */
    readonly audience: string;
    /** The scope to ask for, with its resource. */
    readonly scope: string;
    readonly secret: string;
    readonly certificatePem: string;
    readonly privateKeyPem: string;
  };
}

export interface Sandbox {
  readonly proxyPort: number;
  readonly certificate: { readonly pem: string; readonly keyPem: string; readonly spkiSha256Base64: string };
  readonly tenant: Tenant;
  readonly employees: typeof employees;
  readonly control: Control;
  /** Every request that reached a sandbox host, oldest first. */
  readonly requests: readonly SandboxRequest[];
  /** Hosts the proxy refused, each once. */
  readonly refusedHosts: readonly string[];
  readonly handsets: Handsets;
  /** Asks a sandbox host by its real name, over real TLS, without a proxy. Redirects are not followed. */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** Starts all hosts and the proxy that leads to them. Rejects when the port is taken. */
export async function startSandbox(_options: SandboxOptions): Promise<Sandbox> {
  throw new Error('not there yet');
}
