// As much of IndexedDB as Dexie asks for, over memory storage: for a browser that does not open a database. So everything that
// is written against the database, its transactions included, is the same there, and a stopped background finds its outbox.
// https://www.w3.org/TR/IndexedDB-3/ says what each part does.

type Row = Record<string, unknown>;
export type MemoryTables = Record<string, Row[]>;
/** Where the tables are kept, all of them in one piece. */
export interface TablesKept {
  read(): Promise<MemoryTables | undefined>;
  write(tables: MemoryTables): Promise<void>;
}

/** What Dexie takes in place of the browser's own. */
export function memoryIndexedDB(kept: TablesKept): IDBFactory {
  return {
    cmp: indexedDB.cmp.bind(indexedDB),
    databases: async () => [],
    open(name: string, version = 1) {
      const request = new MemoryRequest();
      void openNow(request, new MemoryDatabase(name, version, kept));
      return request;
    },
  } as unknown as IDBFactory;
}

/** Made anew each time it is opened, with the rows that were kept. */
async function openNow(request: MemoryRequest, database: MemoryDatabase): Promise<void> {
  const upgrade = new MemoryTransaction(database, 'versionchange');
  request.result = database;
  request.transaction = upgrade;
  try {
    database.former = (await database.kept.read()) ?? {};
  } catch (error) {
    request.error = error;
    request.fire('error');
    return;
  }
  upgrade.addEventListener('complete', () => request.fire('success'));
  request.fire('upgradeneeded', { oldVersion: 0 });
  void database.begin(upgrade);
}

type Handler = (event: Event) => void;

class Source extends EventTarget {
  /** @returns whether the default, which ends a transaction, is to happen */
  fire(type: string, more: object = {}): boolean {
    const event = Object.assign(new Event(type, { cancelable: true }), more);
    // Added late, since Dexie puts another handler in place of the one that is called.
    const handle = (heard: Event) => (this as unknown as Record<string, Handler | undefined>)[`on${type}`]?.(heard);
    this.addEventListener(type, handle, { once: true });
    return this.dispatchEvent(event);
  }
}

class MemoryRequest extends Source {
  result: unknown;
  error: unknown = null;
  transaction: MemoryTransaction | null = null;
}

class MemoryDatabase {
  readonly name: string;
  readonly version: number;
  readonly kept: TablesKept;
  former: MemoryTables = {};
  readonly tables = new Map<string, Table>();
  #last: Promise<void> = Promise.resolve();

  constructor(name: string, version: number, kept: TablesKept) {
    this.name = name;
    this.version = version;
    this.kept = kept;
  }

  get objectStoreNames(): string[] & { contains(name: string): boolean } {
    return named([...this.tables.keys()]);
  }

  createObjectStore(name: string, { keyPath }: { keyPath: KeyPath }): MemoryStore {
    const table: Table = { name, keyPath, indexes: new Map(), rows: this.former[name] ?? [] };
    this.tables.set(name, table);
    return new MemoryStore(table, undefined);
  }

  transaction(_names: string | string[], mode: IDBTransactionMode = 'readonly'): MemoryTransaction {
    const transaction = new MemoryTransaction(this, mode);
    void this.begin(transaction);
    return transaction;
  }

  /** One after the other, whatever they are about. */
  begin(transaction: MemoryTransaction): Promise<void> {
    this.#last = this.#last.then(() => transaction.run());
    return this.#last;
  }

  close(): void {}
}

class MemoryTransaction extends Source {
  readonly db: MemoryDatabase;
  readonly mode: string;
  error: unknown = null;
  #pending: (() => void)[] = [];
  #isOver = false;

  constructor(db: MemoryDatabase, mode: string) {
    super();
    this.db = db;
    this.mode = mode;
  }

  get objectStoreNames() {
    return this.db.objectStoreNames;
  }

  objectStore(name: string): MemoryStore {
    const table = this.db.tables.get(name);
    if (!table) throw new DOMException(`There is no table ${name}.`, 'NotFoundError');
    return new MemoryStore(table, this);
  }

  commit(): void {}

  abort(error: unknown = null): void {
    this.#isOver = true;
    this.error = error;
  }

  /** @param work answers the result, or throws why there is none */
  ask(work: () => unknown, request = new MemoryRequest()): MemoryRequest {
    if (this.#isOver) throw new DOMException('The transaction is over.', 'TransactionInactiveError');
    request.transaction = this;
    this.#pending.push(() => {
      try {
        request.result = work();
      } catch (error) {
        request.error = error;
        if (request.fire('error')) this.abort(error);
        return;
      }
      request.fire('success');
    });
    return request;
  }

  async run(): Promise<void> {
    const before = [...this.db.tables.values()].map((table) => [table, table.rows] as const);
    // Whoever hears of a result asks for the next thing within the same turn.
    for (await turn(); !this.#isOver && this.#pending.length > 0; await turn()) {
      for (const work of this.#pending.splice(0)) if (!this.#isOver) work();
    }
    const isChanged = before.some(([table, rows]) => table.rows !== rows) || this.mode === 'versionchange';
    if (isChanged && !this.#isOver) {
      const rows = [...this.db.tables.values()].map((table) => [table.name, table.rows]);
      await this.db.kept.write(Object.fromEntries(rows)).catch((error) => this.abort(error));
    }
    if (this.#isOver) for (const [table, rows] of before) table.rows = rows;
    const end = this.#isOver ? 'abort' : 'complete';
    this.#isOver = true;
    this.fire(end);
  }
}

type KeyPath = string | string[];
interface Table {
  name: string;
  keyPath: KeyPath;
  indexes: Map<string, KeyPath>;
  /** In the order of their keys; replaced by every change, so that what was is there to go back to. */
  rows: Row[];
}

/** A table, or an index of it, within a transaction. */
class MemoryStore {
  readonly name: string;
  readonly keyPath: KeyPath;
  readonly autoIncrement = false;
  readonly unique = false;
  readonly multiEntry = false;
  readonly #table: Table;
  readonly #transaction: MemoryTransaction | undefined;

  constructor(table: Table, transaction: MemoryTransaction | undefined, name = table.name, keyPath = table.keyPath) {
    this.#table = table;
    this.#transaction = transaction;
    this.name = name;
    this.keyPath = keyPath;
  }

  get indexNames(): string[] {
    return named([...this.#table.indexes.keys()]);
  }

  createIndex(name: string, keyPath: KeyPath): void {
    this.#table.indexes.set(name, keyPath);
  }

  index(name: string): MemoryStore {
    return new MemoryStore(this.#table, this.#transaction, name, this.#table.indexes.get(name));
  }

  get = (key: IDBValidKey) => this.#ask(() => structuredClone(this.#found(IDBKeyRange.only(key))[0]?.row));
  getAll = (range?: IDBKeyRange, count?: number) =>
    this.#ask(() =>
      structuredClone(
        this.#found(range)
          .slice(0, count)
          .map(({ row }) => row),
      ),
    );
  getAllKeys = (range?: IDBKeyRange, count?: number) =>
    this.#ask(() =>
      this.#found(range)
        .slice(0, count)
        .map(({ primaryKey }) => primaryKey),
    );
  count = (range?: IDBKeyRange) => this.#ask(() => this.#found(range).length);
  add = (row: Row) => this.#ask(() => this.#write(row, false));
  put = (row: Row) => this.#ask(() => this.#write(row, true));
  clear = () =>
    this.#ask(() => {
      this.#table.rows = [];
    });
  openCursor = (range?: IDBKeyRange, direction = 'next') => this.#cursor(range, direction);

  delete = (which: IDBValidKey | IDBKeyRange) =>
    this.#ask(() => {
      const gone = new Set(this.#found(which instanceof IDBKeyRange ? which : IDBKeyRange.only(which)));
      const rows = new Set([...gone].map(({ row }) => row));
      if (rows.size > 0) this.#table.rows = this.#table.rows.filter((row) => !rows.has(row));
    });

  #ask(work: () => unknown): MemoryRequest {
    if (!this.#transaction) throw new DOMException('There is no transaction.', 'TransactionInactiveError');
    return this.#transaction.ask(work);
  }

  #found(range?: IDBKeyRange | null): Entry[] {
    return this.#table.rows
      .flatMap((row) => {
        const key = keyOf(row, this.keyPath);
        const isIn = key !== undefined && (!range || range.includes(key));
        return isIn ? { key, primaryKey: keyOf(row, this.#table.keyPath) as IDBValidKey, row } : [];
      })
      .toSorted((one, other) => indexedDB.cmp(one.key, other.key));
  }

  #write(row: Row, replaces: boolean): IDBValidKey {
    const key = keyOf(row, this.#table.keyPath);
    if (key === undefined) throw new DOMException('The row has no key.', 'DataError');
    const isSame = (other: Row) => indexedDB.cmp(keyOf(other, this.#table.keyPath), key) === 0;
    const others = this.#table.rows.filter((other) => !isSame(other));
    if (!replaces && others.length < this.#table.rows.length) {
      throw new DOMException('There is one with this key.', 'ConstraintError');
    }
    this.#table.rows = [...others, structuredClone(row)].toSorted((one, other) =>
      indexedDB.cmp(keyOf(one, this.#table.keyPath), keyOf(other, this.#table.keyPath)),
    );
    return key;
  }

  #cursor(range: IDBKeyRange | undefined, direction: string): MemoryRequest {
    let entries: Entry[] | undefined;
    let at = 0;
    const sign = direction.startsWith('prev') ? -1 : 1;
    const current = () => {
      entries ??= sign < 0 ? this.#found(range).toReversed() : this.#found(range);
      const entry = entries[at];
      if (!entry) return null;
      const { key, primaryKey, row } = entry;
      return Object.assign(cursor, { key, primaryKey, value: structuredClone(row) });
    };
    const request = this.#ask(current);
    const move = (by: () => void) => {
      by();
      this.#transaction?.ask(current, request);
    };
    const cursor = {
      advance: (count: number) => move(() => (at += count)),
      continue: (key?: IDBValidKey) =>
        move(() => {
          at += 1;
          if (key === undefined) return;
          while (entries?.[at] && sign * indexedDB.cmp(entries[at]?.key, key) < 0) at += 1;
        }),
    };
    return request;
  }
}

interface Entry {
  key: IDBValidKey;
  primaryKey: IDBValidKey;
  row: Row;
}

/** @returns undefined where a part of it is missing: such a row is not in the index */
function keyOf(row: Row, keyPath: KeyPath): IDBValidKey | undefined {
  if (typeof keyPath === 'string') return row[keyPath] as IDBValidKey | undefined;
  const key = keyPath.map((each) => row[each]);
  return key.includes(undefined) ? undefined : (key as IDBValidKey);
}

function named(names: string[]): string[] & { contains(name: string): boolean } {
  return Object.assign(names, { contains: (name: string) => names.includes(name) });
}

/** After everything that follows from what was said in this turn. Timers are held up once they follow each other. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
