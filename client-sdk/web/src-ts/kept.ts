/**
 * Documents as they were last confirmed, kept in IndexedDB, so that a board opens without its
 * server and a page that is still the same does not travel again. All of it can be had anew: it
 * stands in a database of its own, away from what is not acknowledged, and where anything fails
 * there is simply nothing kept.
 *
 * Several page loads of a board share one row a document: the later state stays.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from "idb";

/** The version of what is stored. */
const FORMAT = 1;
const DATABASE = "kakehashi-documents";
/** Bytes that all boards together may take; beyond it the one that was not used for longest goes. */
export const KEPT_BYTES_MAX = 64 * 1024 * 1024;
/** How long a document is looked for at most, milliseconds, where there is a server to ask instead. */
const RECALL_MS = 2_000;
/** The document of every board that lists its pages. */
export const COVER = "0000000000000000.0";

/** What a row holds besides the bytes. */
interface Entry {
  readonly board: string;
  readonly document: string;
  /** What the state was read to: a row of a log. */
  readonly log: string;
  readonly seq: number;
  readonly size: number;
  /** When it was used last, milliseconds since 1970. */
  readonly at: number;
}

interface Schema extends DBSchema {
  entries: { key: [string, string]; value: Entry };
  bytes: { key: [string, string]; value: Uint8Array<ArrayBuffer> };
}

type Writing = IDBPTransaction<Schema, ["entries", "bytes"], "readwrite">;

/** What is to be kept of a document, and of when it is. */
export interface Keepable {
  readonly document: string;
  readonly log: string;
  readonly seq: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A board of which this device keeps something. */
export interface KeptBoard {
  readonly board: string;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
  readonly bytes: number;
}

/** Rejects, and never throws, where a page may keep nothing. `made`: there was none before. */
async function openDatabase(made: () => void = () => undefined): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(DATABASE, FORMAT, {
    upgrade(database, before) {
      if (before === 0) made();
      database.createObjectStore("entries", { keyPath: ["board", "document"] });
      database.createObjectStore("bytes");
    },
    // A newer version in another tab goes first.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
}

/** What is kept of one board. */
export class KeptDocuments {
  readonly #board: string;
  readonly #database: Promise<IDBPDatabase<Schema> | undefined>;
  /** Until the database is open: resolves if it is being made. That takes a disk a while, and nothing will be in it. */
  #made: Promise<undefined> | undefined;
  /** What was begun last: one thing is written after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(board: string) {
    this.#board = board;
    let made: () => void = () => undefined;
    this.#made = new Promise((resolve) => (made = () => resolve(undefined)));
    this.#database = openDatabase(made).catch(() => undefined);
    void this.#database.then(() => (this.#made = undefined));
  }

  /**
   * A document's bytes; undefined if there are none, or they cannot be had soon while the server could be
   * asked. Without it a slow device is waited for: nobody else has anything to show.
   */
  async recall(document: string, connected: () => boolean = () => true): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const read = this.#database.then((database) => database && this.#read(database, document)).catch(() => undefined);
    let looking: ReturnType<typeof setInterval> | undefined;
    const late = new Promise<undefined>((resolve) => {
      looking = setInterval(() => connected() && resolve(undefined), RECALL_MS);
    });
    try {
      return await Promise.race([read, late, ...(this.#made === undefined ? [] : [this.#made])]);
    } finally {
      clearInterval(looking);
    }
  }

  /** Keeps a document's state, unless a later one is kept; `live`: the log is the one the server has now. */
  keep(state: Keepable, live: boolean): Promise<void> {
    return this.#then(async (database) => {
      try {
        await this.#write(database, state, live);
      } catch {
        // The device may be full: what else is kept makes room, once.
        await makeRoom(database, this.#board, state.document, 0);
        await this.#write(database, state, live);
      }
    });
  }

  /**
   * Keeps a document's state at once, whatever is kept: the page is being left, and what has to wait
   * for an answer may never be done.
   */
  keepNow({ document, log, seq, bytes }: Keepable): void {
    void this.#database
      .then((database) => {
        if (database === undefined) return;
        const transaction = database.transaction(["entries", "bytes"], "readwrite");
        put(transaction, { board: this.#board, document, log, seq, size: bytes.length, at: Date.now() }, bytes);
        transaction.commit();
        return transaction.done;
      })
      .catch(() => undefined);
  }

  /** Deletes a document. */
  drop(document: string): Promise<void> {
    return this.#then(async (database) => {
      const transaction = database.transaction(["entries", "bytes"], "readwrite");
      remove(transaction, [this.#board, document]);
      await transaction.done;
    });
  }

  /** Ends, after what was begun. */
  close(): Promise<void> {
    return this.#then((database) => database.close());
  }

  /** Acts after all that was begun before; what fails is as if nothing were kept. */
  #then(act: (database: IDBPDatabase<Schema>) => Promise<void> | void): Promise<void> {
    this.#last = this.#last
      .then(() => this.#database)
      .then((database) => database && act(database))
      .catch(() => undefined);
    return this.#last;
  }

  async #read(database: IDBPDatabase<Schema>, document: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const key: [string, string] = [this.#board, document];
    const bytes = await database.get("bytes", key);
    if (bytes !== undefined) {
      void this.#then(async () => {
        const transaction = database.transaction("entries", "readwrite");
        const entry = await transaction.store.get(key);
        if (entry) await transaction.store.put({ ...entry, at: Date.now() });
        await transaction.done;
      });
    }
    return bytes;
  }

  async #write(database: IDBPDatabase<Schema>, { document, log, seq, bytes }: Keepable, live: boolean): Promise<void> {
    const key: [string, string] = [this.#board, document];
    const transaction = database.transaction(["entries", "bytes"], "readwrite");
    const before = await transaction.objectStore("entries").get(key);
    const later = before === undefined || (before.log === log ? seq >= before.seq : live);
    if (later) put(transaction, { board: this.#board, document, log, seq, size: bytes.length, at: Date.now() }, bytes);
    await transaction.done;
    if (later) await makeRoom(database, this.#board, document, KEPT_BYTES_MAX);
  }
}

function put(transaction: Writing, entry: Entry, bytes: Uint8Array<ArrayBuffer>): void {
  // The transaction tells of what fails.
  transaction.objectStore("entries").put(entry).catch(() => undefined);
  transaction.objectStore("bytes").put(bytes, [entry.board, entry.document]).catch(() => undefined);
}

function remove(transaction: Writing, key: [string, string]): void {
  transaction.objectStore("entries").delete(key).catch(() => undefined);
  transaction.objectStore("bytes").delete(key).catch(() => undefined);
}

/** Deletes other boards, the one unused for longest first, and then other pages of this one, until all fits. */
async function makeRoom(database: IDBPDatabase<Schema>, board: string, document: string, most: number): Promise<void> {
  const transaction = database.transaction(["entries", "bytes"], "readwrite");
  const entries = await transaction.objectStore("entries").getAll();
  let total = entries.reduce((sum, entry) => sum + entry.size, 0);
  const usedAt = new Map(boardsOf(entries).map((kept) => [kept.board, kept.usedAt]));
  const others = entries.filter((entry) => entry.board !== board);
  others.sort((a, b) => (usedAt.get(a.board) ?? 0) - (usedAt.get(b.board) ?? 0) || (a.board < b.board ? -1 : 1));
  const own = entries.filter((entry) => entry.board === board && entry.document !== document && entry.document !== COVER);
  own.sort((a, b) => a.at - b.at);
  let dropping: string | undefined;
  for (const entry of [...others, ...own]) {
    // A board without some of its pages is of little use: others go whole.
    if (total <= most && entry.board !== dropping) break;
    dropping = entry.board === board ? undefined : entry.board;
    total -= entry.size;
    remove(transaction, [entry.board, entry.document]);
  }
  await transaction.done;
}

function boardsOf(entries: readonly Entry[]): KeptBoard[] {
  const boards = new Map<string, KeptBoard>();
  for (const { board, at, size } of entries) {
    const known = boards.get(board);
    boards.set(board, { board, usedAt: Math.max(at, known?.usedAt ?? 0), bytes: size + (known?.bytes ?? 0) });
  }
  return [...boards.values()].sort((a, b) => b.usedAt - a.usedAt);
}

/** The boards of which this device keeps something, the latest first. */
export async function keptBoards(): Promise<readonly KeptBoard[]> {
  const database = await openDatabase().catch(() => undefined);
  if (database === undefined) return [];
  const entries = await database.getAll("entries").catch(() => []);
  database.close();
  return boardsOf(entries);
}

/**
 * Deletes what this device keeps of a board, but for what is not acknowledged: that stays until it
 * is. A page load that has the board open keeps it anew, so close it first.
 */
export async function forgetBoard(board: string): Promise<void> {
  const database = await openDatabase().catch(() => undefined);
  if (database === undefined) return;
  const transaction = database.transaction(["entries", "bytes"], "readwrite");
  const range = IDBKeyRange.bound([board, ""], [board, "\uffff"]);
  transaction.objectStore("entries").delete(range).catch(() => undefined);
  transaction.objectStore("bytes").delete(range).catch(() => undefined);
  await transaction.done.catch(() => undefined);
  database.close();
}
