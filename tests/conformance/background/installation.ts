// The service worker in this process, with an in-memory database, the sandbox as network and a scripted sign-in window.
import 'fake-indexeddb/auto';
import { expect } from 'vitest';
import { type Database, openDatabase } from '../../../lib/background/db/database.ts';
import { createBackground } from '../../../lib/background/start.ts';
import { type Command, isVerificationCommand, type TypedInput } from '../../../lib/shared/model/commands.ts';
import { redirectUris } from '../../../lib/shared/model/extension-ids.ts';
import { waitFor } from '../../../scripts/driver/wait-for.ts';
import { gatewayHost } from '../../../services/sandbox/gateway.ts';
import type { Employee, Interference, Sandbox } from '../../../services/sandbox/sandbox.ts';
import { atSandbox, memoryStorage, requestOfExtension, type Service } from '../../browser-in-memory.ts';
import { Visitor } from '../sandbox/visitor.ts';

interface InstallationOptions {
  /** Uses the clock of the sandbox, which `pass` moves. */
  isMoved?: boolean;
}

export class Installation {
  readonly database: Database = openDatabase(`installation-${crypto.randomUUID()}`);
  visitor: Visitor;
  /** Intercepts requests, before or after the service has received them. */
  interfere: Interference | undefined;
  /** Holds back the answer of a sign-in window. */
  holdWindow: (() => Promise<void>) | undefined;
  /** The managed settings that the browser returns. */
  managed: unknown;
  #memory = new Map<string, unknown>();
  #sandbox: Sandbox;
  #service: Service;
  /** Whether the user has granted the permission for the sign-in host. */
  hasGrantedSignInHost = false;
  /** The user who signs in. */
  employee: Employee;
  /** The addresses of the sign-in windows. */
  readonly signInAddresses: URL[] = [];
  #isMoved: boolean;
  background: ReturnType<typeof createBackground>;

  constructor(sandbox: Sandbox, employee: Employee, { isMoved = false }: InstallationOptions = {}) {
    this.#sandbox = sandbox;
    this.#isMoved = isMoved;
    this.employee = employee;
    this.visitor = new Visitor(sandbox);
    this.#service = atSandbox(sandbox, this);
    this.background = this.#start();
  }

  #start() {
    const run = { stopped: false };
    this.stop = () => {
      run.stopped = true;
    };
    /** A stopped service worker gets neither an answer nor an error. */
    const unlessStopped = async <Answer>(answer: Promise<Answer>): Promise<Answer> => {
      await Promise.allSettled([answer]);
      return run.stopped ? new Promise(() => {}) : answer;
    };
    const send = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const request = requestOfExtension(input, init);
      const pass = () => this.#service.fetch(request);
      const ended = new Promise<never>((_, reject) => {
        request.signal.addEventListener('abort', () => reject(request.signal.reason));
      });
      return unlessStopped(Promise.race([this.interfere ? this.interfere(request, pass) : pass(), ended]));
    };
    return createBackground({
      database: this.database,
      fetch: send,
      memory: memoryStorage(this.#memory),
      launchSignIn: async (url, interactive) => {
        this.signInAddresses.push(new URL(url));
        const held = this.holdWindow?.();
        const answer = this.#service.signIn(new URL(url), interactive);
        return unlessStopped(Promise.all([answer, held]).then(([end]) => end));
      },
      redirectUri: redirectUris.chromium,
      surfaces: { openPage: async () => {}, returnTo: async () => {}, forgetDrafts: async () => {} },
      readManaged: async () => this.managed,
      now: () => (this.#isMoved ? this.#sandbox.control.clock.now() : Date.now()),
      random: Math.random,
      wakeAt: (time) => {
        if (this.#isMoved) return;
        setTimeout(() => run.stopped || void this.background.wake(), Math.max(0, time - Date.now()));
      },
    });
  }

  stop: () => void = () => {};

  /** Stops the service worker and starts it with the same storage. */
  async restart(): Promise<void> {
    this.stop();
    this.background = this.#start();
    await this.background.recover();
  }

  /** Signs in a further user. @returns the id of the account */
  async signInAs(employee: Employee): Promise<string> {
    this.employee = employee;
    this.visitor = new Visitor(this.#sandbox);
    await this.carryOut({ kind: 'sign-in', connectionId: this.#sandbox.tenant.id, from: 'options' });
    const id = `${this.#sandbox.tenant.id}.${employee.oid}`;
    expect(await this.database.accounts.get(id), 'the account is signed in').toBeDefined();
    return id;
  }

  /** Moves the clock of the sandbox, and then wakes the service worker as an alarm does. */
  async pass(milliseconds: number): Promise<void> {
    this.#sandbox.control.clock.advance(milliseconds);
    await this.background.wake();
  }

  /** The content of storage.session, as text. */
  get remembered(): string {
    return JSON.stringify([...this.#memory]);
  }

  /** Ends the access tokens, but not the refresh token, as their expiry does. */
  expireAccessTokens(accountId: string): void {
    const tokens = this.#memory.get(`tokens:${accountId}`) as { access: Record<string, { renewAt: number }> };
    for (const access of Object.values(tokens.access)) access.renewAt = 0;
  }

  /** Sends a command as a page does. @returns its id */
  async ask(command: Command, input: TypedInput = {}): Promise<string> {
    const id = crypto.randomUUID();
    const { outbox, verifications } = this.background;
    await (isVerificationCommand(command) ? verifications : outbox).accept({ id, command, ...input });
    return id;
  }

  /** Sends a command and waits for its end, or for the answer of the gateway. */
  async carryOut(command: Command, input: TypedInput = {}): Promise<void> {
    const id = await this.ask(command, input);
    if (isVerificationCommand(command)) {
      return waitFor(async () => {
        const { request, readAt } = (await this.database.verifications.get(command.verificationId)) ?? {};
        expect(
          request === undefined || readAt !== undefined,
          'the request is answered, or its outcome is asked for',
        ).toBe(true);
      });
    }
    await waitFor(async () =>
      expect((await this.database.outbox.get(id))?.state ?? 'done').toMatch(/^(done|failed|cancelled)$/),
    );
  }

  /** Connects and signs in. @returns the id of the account */
  async signedIn({ gateway = true } = {}): Promise<string> {
    const { tenant } = this.#sandbox;
    await this.carryOut({
      kind: 'connect',
      connection: {
        cloud: 'global',
        tenant: tenant.domain,
        clientId: tenant.clientId,
        ...(gateway ? { gateway: { url: `https://${gatewayHost}`, scope: tenant.gateway.scope } } : {}),
      },
    });
    await this.carryOut({ kind: 'sign-in', connectionId: tenant.id, from: 'popup' });
    const [account] = await this.database.accounts.toArray();
    if (!account) throw new Error(`Not signed in: ${JSON.stringify(await this.database.outbox.toArray())}`);
    return account.id;
  }
}
