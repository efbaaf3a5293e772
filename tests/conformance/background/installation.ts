// The real background in this process: its database and memory are in-memory ones, its network is the sandbox, and its
// sign-in window is a visitor who knows the password.
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
  /** Time is the sandbox's, which a test moves by `pass`, and not this machine's. */
  isMoved?: boolean;
}

export class Installation {
  readonly database: Database = openDatabase(`installation-${crypto.randomUUID()}`);
  visitor: Visitor;
  /** Set to let a request fail before or after the service has seen it. */
  interfere: Interference | undefined;
  /** The managed settings, as the browser would hand them over. */
  managed: unknown;
  #memory = new Map<string, unknown>();
  #sandbox: Sandbox;
  #service: Service;
  /** Who knows a password at the sign-in window. */
  employee: Employee;
  /** The addresses the sign-in window was opened with. */
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
    // What a stopped background still had under way reaches nothing any more.
    const run = { stopped: false };
    this.stop = () => {
      run.stopped = true;
    };
    const send = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const request = requestOfExtension(input, init);
      const pass = () => this.#service.fetch(request);
      const response = await (this.interfere ? this.interfere(request, pass) : pass());
      if (run.stopped) await new Promise(() => {});
      return response;
    };
    return createBackground({
      database: this.database,
      fetch: send,
      memory: memoryStorage(this.#memory),
      launchSignIn: async (url, interactive) => {
        this.signInAddresses.push(new URL(url));
        return this.#service.signIn(new URL(url), interactive);
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

  /** Replaced at each start. */
  stop: () => void = () => {};

  /** Stops the background where it stands, and starts it anew with the same storage. */
  async restart(): Promise<void> {
    this.stop();
    this.background = this.#start();
    await this.background.recover();
  }

  /** Another person signs in beside those who are; answers the account's id. */
  async signInAs(employee: Employee): Promise<string> {
    this.employee = employee;
    this.visitor = new Visitor(this.#sandbox);
    await this.carryOut({ kind: 'sign-in', connectionId: this.#sandbox.tenant.id, from: 'options' });
    return `${this.#sandbox.tenant.id}.${employee.oid}`;
  }

  /** Lets the sandbox's time pass, and wakes the background at its end as an alarm does. */
  async pass(milliseconds: number): Promise<void> {
    this.#sandbox.control.clock.advance(milliseconds);
    await this.background.wake();
  }

  /** What memory storage holds, as text. */
  get remembered(): string {
    return JSON.stringify([...this.#memory]);
  }

  /** Sends a command as a page does; answers its id. */
  async ask(command: Command, input: TypedInput = {}): Promise<string> {
    const id = crypto.randomUUID();
    const { outbox, verifications } = this.background;
    await (isVerificationCommand(command) ? verifications : outbox).accept({ id, command, ...input });
    return id;
  }

  /** Sends a command and waits until it has ended. */
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

  /** Connected, with the gateway unless told otherwise, and signed in; answers the account's id. */
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
