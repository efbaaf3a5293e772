// The extension without a browser and with a fake clock. Its service worker can be stopped at any point where it waits; what was
// under way then has no further effect.
import 'fake-indexeddb/auto';
import type { DBCore, DBCoreTransaction } from 'dexie';
import { vi } from 'vitest';
import { nextCall } from '../../components/data/keep-awake.ts';
import { type Database, openDatabase } from '../../lib/background/db/database.ts';
import { tablesOf } from '../../lib/background/db/read-tables.ts';
import { isDamaged, readStoredRows } from '../../lib/background/db/repair.ts';
import type { Platform } from '../../lib/background/platform.ts';
import { createBackground } from '../../lib/background/start.ts';
import {
  type Command,
  type CommandMessage,
  isVerificationCommand,
  type TypedInput,
} from '../../lib/shared/model/commands.ts';
import { redirectUris } from '../../lib/shared/model/extension-ids.ts';
import { type Rows, readRows } from '../../lib/shared/tables/page-rows.ts';
import type { Interference } from '../../services/sandbox/sandbox.ts';
import { memoryStorage, requestOfExtension, type Service } from '../browser-in-memory.ts';

export interface Copy {
  at: number;
  tables: (readonly [name: string, rows: unknown[]])[];
  memory: [string, unknown][];
}

interface Run {
  stopped: boolean;
  pending: number;
  /** The points at which this run has waited, in order. */
  points: string[];
  transactions: Set<DBCoreTransaction>;
  database: Database;
  background: ReturnType<typeof createBackground>;
}

/** A new promise each time, so that what waits for it can be collected. */
const never = () => new Promise<never>(() => {});
/** Least time between two calls of a waiting page (components/data/keep-awake.ts). */
const pageDistanceMs = 2_000;

// Digests are the only work in another thread, in real time.
let digests = 0;
const digest = crypto.subtle.digest.bind(crypto.subtle);
crypto.subtle.digest = async (...given) => {
  digests += 1;
  return digest(...given).finally(() => {
    digests -= 1;
  });
};

/** Only `Extension.pass` moves the clock after this. `vi.useRealTimers()` undoes it. */
export function stopTime(at: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: at });
}

export class Extension {
  readonly #name: string;
  readonly #service: Service;
  readonly #page: Database;
  readonly memory = new Map<string, unknown>();
  /** The opened pages of the service. */
  readonly opened: string[] = [];
  interfere: Interference | undefined;
  /** The managed settings of the browser. */
  managed: Record<string, unknown> | undefined;
  /** Called before each act of the user. @param continued command that a step-up continues */
  acts: ((continued?: string) => void) | undefined;
  /** Stops the service worker at the points for which it returns true. `number`: counted from its start. */
  stopAt: ((point: string, number: number) => boolean) | undefined;
  /** Whether the disk is full. */
  isFull = false;
  /** Whether sign-in windows stay open: their answers never come. */
  leavesWindowsOpen = false;
  /** How often the service worker was started. */
  starts = 0;
  /** Whether a page of the extension is visible. */
  isVisible = true;
  #run: Run | undefined;
  readonly #opened: Database[] = [];
  #wakeUps: number[] = [];
  #calledAt = 0;

  /** @param name of the database; an existing one is upgraded */
  constructor(service: Service, name = `extension-${crypto.randomUUID()}`) {
    this.#service = service;
    this.#name = name;
    this.#page = openDatabase(name);
  }

  /** The database as a page sees it. */
  get database(): Database {
    return this.#page;
  }

  get points(): readonly string[] {
    return this.#run?.points ?? [];
  }

  get isStopped(): boolean {
    return this.#run?.stopped !== false;
  }

  /** Starts the service worker unless it is running. */
  async alive(): Promise<Run> {
    // It may be stopped again before it has started.
    while (!this.#run || this.#run.stopped) {
      this.#run = await this.#start();
      await this.settled();
    }
    return this.#run;
  }

  /** Stops the service worker. */
  stop(): void {
    const run = this.#run;
    if (!run || run.stopped) return;
    run.stopped = true;
    for (const transaction of run.transactions) {
      try {
        // The handlers of a stopped service worker do not run.
        Object.assign(transaction, { onabort: null, onerror: null, oncomplete: null });
        transaction.abort();
      } catch {
        // The transaction is complete.
      }
    }
    // A stopped service worker has no timers, and alarms fire after half a minute at the earliest.
    const alarm = Math.min(...this.#wakeUps);
    this.#wakeUps = Number.isFinite(alarm) ? [Math.max(alarm, Date.now() + 30_000)] : [];
  }

  /** Restarts the browser, which empties storage.session. */
  async restartBrowser(): Promise<void> {
    this.acts?.();
    this.stop();
    this.memory.clear();
    this.#wakeUps = [];
    const { background } = await this.alive();
    void background.browserStarted();
    await this.settled();
  }

  /** Sends a command as a page does, again if it has no row (components/data/ask.ts). */
  async ask(command: Command, input: TypedInput = {}, id: string = crypto.randomUUID()): Promise<string> {
    const message: CommandMessage = { id, command, ...input };
    this.acts?.(command.kind === 'step-up' ? command.waitingId : undefined);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { background } = await this.alive();
      let accepted = false;
      (isVerificationCommand(command) ? background.verifications : background.outbox).accept(message).then(
        () => {
          accepted = true;
        },
        () => undefined,
      );
      await this.settled();
      const verifications = await this.database.verifications.toArray();
      const isKnown = verifications.some(({ commandIds }) => commandIds.includes(id));
      if (accepted || isKnown || (await this.database.outbox.get(id))) break;
    }
    return id;
  }

  async dismiss(id: string): Promise<void> {
    const { background } = await this.alive();
    void background.dismiss(id);
    await this.settled();
  }

  rows(): Promise<Rows> {
    return readRows(tablesOf(this.database));
  }

  /** Moves the clock, with everything that is due meanwhile. */
  async pass(milliseconds: number): Promise<void> {
    const end = Date.now() + milliseconds;
    if (this.isVisible) await this.#callAsPage();
    for (let calls = 0, at = 0; ; calls += 1) {
      if (at !== Date.now()) calls = 0;
      if (calls > 100) throw new Error('The background is called in a circle.');
      at = Date.now();
      await this.settled();
      const alarm = Math.min(...this.#wakeUps);
      const page = this.isVisible ? Math.max(await this.#pageIsDue(), Date.now()) : Number.POSITIVE_INFINITY;
      const due = Math.min(alarm, page);
      if (!(due <= end)) break;
      vi.setSystemTime(Math.max(due, Date.now()));
      if (page <= alarm) await this.#callAsPage();
      else {
        this.#wakeUps = this.#wakeUps.filter((time) => time > due);
        const { background } = await this.alive();
        void background.wake();
      }
    }
    vi.setSystemTime(end);
  }

  /** Sets the clock of the machine. */
  setClock(time: number): void {
    vi.setSystemTime(time);
  }

  /** Opens, shows or focuses a page. */
  async look(): Promise<void> {
    this.acts?.();
    await this.#callAsPage();
    await this.settled();
  }

  async #callAsPage(): Promise<void> {
    this.#calledAt = Date.now();
    const { background } = await this.alive();
    void background.visible();
  }

  async #pageIsDue(): Promise<number> {
    const due = nextCall(await this.rows(), this.#calledAt);
    return due === undefined ? Number.POSITIVE_INFINITY : Math.max(due, this.#calledAt + pageDistanceMs);
  }

  /** Waits until the service worker waits only for the clock. */
  async settled(): Promise<void> {
    let seen = -1;
    for (let quiet = 0; quiet < 12; ) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const run = this.#run;
      const isBusy = digests > 0 || (run !== undefined && !run.stopped && run.pending > 0);
      quiet = isBusy || run?.points.length !== seen ? 0 : quiet + 1;
      seen = run?.points.length ?? -1;
    }
  }

  /** A copy of the database and storage.session for `restore`. */
  async copy(): Promise<Copy> {
    const tables = await Promise.all(
      this.database.tables.map(async (table) => [table.name, await table.toArray()] as const),
    );
    return { at: Date.now(), tables: structuredClone(tables), memory: structuredClone([...this.memory]) };
  }

  async restore({ at, tables, memory }: Copy): Promise<void> {
    this.stop();
    this.interfere = undefined;
    this.isVisible = true;
    this.#wakeUps = [];
    this.setClock(at);
    for (const [name, rows] of tables) {
      await this.database.table(name).clear();
      await this.database.table(name).bulkAdd(structuredClone(rows));
    }
    this.memory.clear();
    for (const [key, value] of structuredClone(memory)) this.memory.set(key, value);
  }

  async close(): Promise<void> {
    this.stop();
    const stored = await readStoredRows(this.database);
    for (const database of this.#opened) database.close();
    await this.#page.delete();
    if (isDamaged(stored)) throw new Error(`Rows that do not match their schemas: ${JSON.stringify(stored)}`);
  }

  async #start(): Promise<Run> {
    this.starts += 1;
    const run = { stopped: false, pending: 0, points: [], transactions: new Set() } as unknown as Run;
    const point = async (name: string): Promise<void> => {
      if (run.stopped) await never();
      run.points.push(name);
      if (!this.stopAt?.(name, run.points.length - 1)) return;
      this.stop();
      await never();
    };
    const counted = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      run.pending += 1;
      try {
        const result = await work();
        return run.stopped ? await never() : result;
      } catch (error) {
        if (run.stopped) await never();
        throw error;
      } finally {
        run.pending -= 1;
      }
    };
    const outside = <Result>(name: string, work: () => Promise<Result>): Promise<Result> =>
      counted(async () => {
        await point(`before ${name}`);
        const result = await work();
        await point(`after ${name}`);
        return result;
      });

    run.database = openDatabase(this.#name);
    this.#opened.push(run.database);
    run.database.use({ stack: 'dbcore', create: (core) => stoppable(core, run, point, counted, () => this.isFull) });
    await run.database.open();
    const stored = memoryStorage(this.memory);
    const memory: Platform['memory'] = {
      get: (key) => (run.stopped ? never() : stored.get(key)),
      set: (items) => outside(`keeping in memory ${Object.keys(items).map(withoutIds)}`, () => stored.set(items)),
      remove: (key) => outside(`forgetting from memory ${withoutIds(key)}`, () => stored.remove(key)),
    };
    const send = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
      const request = requestOfExtension(input, init);
      const pass = () => this.#service.fetch(request.clone());
      return outside(`${request.method} ${withoutIds(new URL(request.url).pathname)}`, () =>
        this.interfere ? this.interfere(request, pass) : pass(),
      );
    };
    run.background = createBackground({
      database: run.database,
      fetch: send as typeof fetch,
      memory,
      launchSignIn: async (url, interactive) => {
        const isLeftOpen = interactive && this.leavesWindowsOpen;
        const end = await outside('the window of the sign-in', async () =>
          isLeftOpen ? '' : this.#service.signIn(new URL(url), interactive),
        );
        return isLeftOpen ? never() : end;
      },
      redirectUri: redirectUris.chromium,
      surfaces: {
        openPage: (url) => outside('a page of the service', async () => void this.opened.push(url)),
        returnTo: () => outside('the way back', async () => {}),
        forgetDrafts: () => outside('forgetting what was typed', async () => {}),
      },
      readManaged: async () => this.managed,
      now: Date.now,
      random: () => 0.5,
      wakeAt: (time) => {
        if (!run.stopped && !this.#wakeUps.includes(time)) this.#wakeUps.push(time);
      },
    });
    void run.background.recover();
    return run;
  }
}

/** A stop undoes the open transactions of the service worker, as browsers do. */
function stoppable(
  core: DBCore,
  run: Run,
  point: (name: string) => Promise<void>,
  counted: <Result>(work: () => Promise<Result>) => Promise<Result>,
  isFull: () => boolean,
): DBCore {
  return {
    ...core,
    transaction(tables, mode, options) {
      const transaction = core.transaction(tables, mode, options);
      if (mode === 'readwrite') run.transactions.add(transaction);
      return transaction;
    },
    table(name) {
      const table = core.table(name);
      const read =
        <Given, Result>(work: (given: Given) => Promise<Result>) =>
        (given: Given): Promise<Result> =>
          run.stopped ? never() : counted(() => work(given));
      return {
        ...table,
        get: read(table.get),
        getMany: read(table.getMany),
        query: read(table.query),
        openCursor: read(table.openCursor),
        count: read(table.count),
        mutate: (request) => {
          if (run.stopped) return never();
          // Not awaited, because an idle transaction ends.
          void point(`before writing ${name}`);
          if (isFull()) return Promise.reject(new DOMException('There is no room.', 'QuotaExceededError'));
          return run.stopped ? never() : counted(() => table.mutate(request));
        },
      };
    },
  };
}

/** The name of a point, the same in every run. */
function withoutIds(text: string): string {
  return text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '…').replaceAll(/(…\.?)+/g, '…');
}
