// The extension without a browser, in a time of its own: the real background, its database and memory, and a page that follows the
// rows as a page does. It can be stopped at any point where it waits: what it had under way then reaches nothing any more.
import 'fake-indexeddb/auto';
import type { DBCore, DBCoreTransaction } from 'dexie';
import { vi } from 'vitest';
import { nextCall } from '../../components/data/keep-awake.ts';
import { type Database, openDatabase } from '../../lib/background/db/database.ts';
import { tablesOf } from '../../lib/background/db/read-tables.ts';
import { isDamaged, readStoredRows } from '../../lib/background/db/repair.ts';
import { createBackground, type Platform } from '../../lib/background/start.ts';
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
  /** Every point of this run where it waited, in order. */
  points: string[];
  transactions: Set<DBCoreTransaction>;
  database: Database;
  background: ReturnType<typeof createBackground>;
}

/** Each its own: what waits for it is forgotten with it, where one promise would keep all that ever waited. */
const never = () => new Promise<never>(() => {});
/** Least distance between two calls of a page that waits for something (components/data/keep-awake.ts). */
const pageDistanceMs = 2_000;

// A digest is the one thing that takes real time in another thread.
let digests = 0;
const digest = crypto.subtle.digest.bind(crypto.subtle);
crypto.subtle.digest = async (...given) => {
  digests += 1;
  return digest(...given).finally(() => {
    digests -= 1;
  });
};

/** Time stands still until `Extension.pass` lets it go on. To be undone by `vi.useRealTimers()`. */
export function stopTime(at: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: at });
}

export class Extension {
  readonly #name: string;
  readonly #service: Service;
  readonly #page: Database;
  readonly memory = new Map<string, unknown>();
  /** Pages of the service that were opened. */
  readonly opened: string[] = [];
  interfere: Interference | undefined;
  /** The managed settings of the browser. */
  managed: Record<string, unknown> | undefined;
  /** Stops the background at the point of this number, counted from its start, or where it says so. */
  stopAt: ((point: string, number: number) => boolean) | undefined;
  /** Whether the database takes nothing more from the background. */
  isFull = false;
  /** How many times it was started. */
  starts = 0;
  /** Whether somebody looks at a page of the extension. */
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

  /** As a page of the extension has it open. */
  get database(): Database {
    return this.#page;
  }

  get points(): readonly string[] {
    return this.#run?.points ?? [];
  }

  get isStopped(): boolean {
    return this.#run?.stopped !== false;
  }

  /** The background, started where it is not running. */
  async alive(): Promise<Run> {
    // It may be stopped again before it is ready.
    while (!this.#run || this.#run.stopped) {
      this.#run = await this.#start();
      await this.settled();
    }
    return this.#run;
  }

  /** Stops the background where it stands. */
  stop(): void {
    const run = this.#run;
    if (!run || run.stopped) return;
    run.stopped = true;
    for (const transaction of run.transactions) {
      try {
        // Nobody is there to hear of it.
        Object.assign(transaction, { onabort: null, onerror: null, oncomplete: null });
        transaction.abort();
      } catch {
        // It has been carried out.
      }
    }
    // Without a background there is no timer; the alarm comes in half a minute at the earliest.
    const alarm = Math.min(...this.#wakeUps);
    this.#wakeUps = Number.isFinite(alarm) ? [Math.max(alarm, Date.now() + 30_000)] : [];
  }

  /** The browser ends and starts again: memory is gone. */
  async restartBrowser(): Promise<void> {
    this.stop();
    this.memory.clear();
    this.#wakeUps = [];
    const { background } = await this.alive();
    void background.browserStarted();
    await this.settled();
  }

  /** Sends a command as a page does, again where no row came of it (components/data/ask.ts). */
  async ask(command: Command, input: TypedInput = {}, id: string = crypto.randomUUID()): Promise<string> {
    const message: CommandMessage = { id, command, ...input };
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

  /** Lets time go on, with everything that is due on the way. */
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

  /** The machine's clock is put to another time. */
  setClock(time: number): void {
    vi.setSystemTime(time);
  }

  /** A page is opened, shown or focused. */
  async look(): Promise<void> {
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

  /** Until the background waits for nothing but time. */
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

  /** Everything it holds at this moment; `restore` brings it back. */
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
      launchSignIn: (url, interactive) =>
        outside('the window of the sign-in', () => this.#service.signIn(new URL(url), interactive)),
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

/** Only what a run of the background does is stopped; a transaction that it had begun is undone, as the browser does. */
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
          // Within the same turn: a transaction that has nothing to do ends.
          void point(`before writing ${name}`);
          if (isFull()) return Promise.reject(new DOMException('There is no room.', 'QuotaExceededError'));
          return run.stopped ? never() : counted(() => table.mutate(request));
        },
      };
    },
  };
}

/** What a place is called in every run. */
function withoutIds(text: string): string {
  return text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, '…').replaceAll(/(…\.?)+/g, '…');
}
