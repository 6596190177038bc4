/**
 * What is not acknowledged, kept in IndexedDB, so that it survives closing the tab.
 *
 * Each page load is an actor with a row of its own and a lease that it renews while it lives. A row
 * whose lease has run out was left by a tab that is gone: another page load of the same board
 * claims it in one transaction and resends its changes unchanged. Where there are Web Locks, a
 * lock for each living page load says the same at once, without waiting for the lease.
 */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";

/** The version of what is stored; a new one adds, and never drops what is not acknowledged. */
const FORMAT = 1;
const DATABASE = "kakehashi";
/** How long a page load counts as living after its last sign, milliseconds. */
export const LEASE_MS = 15_000;
/** How often it gives one; a background tab's timers run once a second at worst, a frozen one's not at all. */
export const RENEW_MS = 4_000;

interface ActorRow {
  board: string;
  actor: string;
  key: Uint8Array<ArrayBuffer>;
  leaseUntil: number;
}

interface Schema extends DBSchema {
  actors: { key: [string, string]; value: ActorRow };
  /** Changes by board, actor and first counter, in the bytes they are sent in. */
  changes: { key: [string, string, number]; value: Uint8Array<ArrayBuffer> };
}

/** Unsent changes of a page load that is gone. */
export interface Leftover {
  readonly actor: string;
  readonly key: Uint8Array<ArrayBuffer>;
  readonly changes: readonly Uint8Array<ArrayBuffer>[];
}

/** Rejects, and never throws, where a page may keep nothing. */
async function openDatabase(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(DATABASE, FORMAT, {
    upgrade(database) {
      database.createObjectStore("actors", { keyPath: ["board", "actor"] });
      database.createObjectStore("changes");
    },
  });
}

/** How many changes of a board are kept on this device, whichever page load wrote them. */
export async function countUnsent(board: string): Promise<number> {
  const database = await openDatabase();
  try {
    return await database.count("changes", IDBKeyRange.bound([board, "", 0], [board, "\uffff", 0]));
  } finally {
    database.close();
  }
}

/** The lock that a living page load holds. */
function lockName(board: string, actor: string): string {
  return `kakehashi/${board}/${actor}`;
}

/** Whether the browser has Web Locks, which only secure pages see. */
function locks(): LockManager | undefined {
  return "locks" in navigator ? navigator.locks : undefined;
}

/** One page load's share of the device's storage. */
export class Storage {
  readonly #board: string;
  readonly #actor: string;
  readonly #key: Uint8Array<ArrayBuffer>;
  readonly #database: Promise<IDBPDatabase<Schema>>;
  readonly #failed: (error: unknown) => void;
  readonly #held = new Map<string, () => void>();
  readonly #claimed = new Set<string>();
  #renewal: ReturnType<typeof setInterval> | undefined;
  #ready: Promise<void>;

  constructor(board: string, actor: string, key: Uint8Array<ArrayBuffer>, failed: (error: unknown) => void) {
    this.#board = board;
    this.#actor = actor;
    this.#key = key;
    this.#failed = failed;
    this.#database = openDatabase();
    this.#hold(actor);
    this.#ready = this.#try(async (database) => {
      await database.put("actors", this.#row(actor, key));
    });
    this.#renewal = setInterval(() => this.#renew(), RENEW_MS);
  }

  /** Keeps a change until {@link forget}. Resolves when it is with the browser. */
  persist(actor: string, first: number, bytes: Uint8Array<ArrayBuffer>): void {
    void this.#try(async (database) => {
      const transaction = database.transaction("changes", "readwrite");
      // The transaction tells of what fails.
      transaction.store.put(bytes, [this.#board, actor, first]).catch(() => undefined);
      transaction.commit();
      await transaction.done;
    });
  }

  /** Drops an actor's changes below a counter: they have their verdict. */
  forget(actor: string, below: number): void {
    const range = IDBKeyRange.bound([this.#board, actor, 0], [this.#board, actor, below], false, true);
    void this.#try((database) => database.delete("changes", range));
  }

  /** Keeps the key of another actor that this page load writes as from now on. */
  keep(actor: string, key: Uint8Array<ArrayBuffer>): void {
    this.#claimed.add(actor);
    this.#hold(actor);
    void this.#try(async (database) => {
      await database.put("actors", this.#row(actor, key));
    });
  }

  /** Drops an actor that has nothing left. */
  release(actor: string): void {
    this.#claimed.delete(actor);
    this.#held.get(actor)?.();
    this.#held.delete(actor);
    void this.#try(async (database) => {
      const transaction = database.transaction(["actors", "changes"], "readwrite");
      await transaction.objectStore("actors").delete([this.#board, actor]);
      await transaction.objectStore("changes").delete(this.#range(actor));
      await transaction.done;
    });
  }

  /** Takes over what page loads that are gone have left for this board. */
  async claim(): Promise<Leftover[]> {
    const leftovers: Leftover[] = [];
    await this.#ready;
    await this.#try(async (database) => {
      const rows = await database.getAll("actors", IDBKeyRange.bound([this.#board, ""], [this.#board, "\uffff"]));
      for (const row of rows) {
        if (row.actor === this.#actor || this.#claimed.has(row.actor)) continue;
        if (!(await this.#seize(database, row))) continue;
        this.#claimed.add(row.actor);
        const changes = await database.getAll("changes", this.#range(row.actor));
        if (changes.length === 0) this.release(row.actor);
        else leftovers.push({ actor: row.actor, key: row.key, changes });
      }
    });
    return leftovers;
  }

  /** Whether this page load's own row is still its own; a page that slept may have been taken for gone. */
  async owned(): Promise<boolean> {
    let owned = true;
    await this.#try(async (database) => {
      owned = (await database.get("actors", [this.#board, this.#actor])) !== undefined;
    });
    return owned;
  }

  /** Ends the page load; `empty`: it has nothing left to keep. */
  async close(empty: boolean): Promise<void> {
    clearInterval(this.#renewal);
    if (empty) this.release(this.#actor);
    // Whoever comes next need not wait for the lease.
    await this.#try(async (database) => {
      const transaction = database.transaction("actors", "readwrite");
      for (const actor of [this.#actor, ...this.#claimed]) {
        const row = await transaction.store.get([this.#board, actor]);
        if (row) await transaction.store.put({ ...row, leaseUntil: 0 });
      }
      await transaction.done;
    });
    for (const release of this.#held.values()) release();
    this.#held.clear();
    (await this.#database.catch(() => undefined))?.close();
  }

  #row(actor: string, key: Uint8Array<ArrayBuffer>): ActorRow {
    return { board: this.#board, actor, key, leaseUntil: Date.now() + LEASE_MS };
  }

  #range(actor: string): IDBKeyRange {
    return IDBKeyRange.bound([this.#board, actor, 0], [this.#board, actor, Number.MAX_SAFE_INTEGER]);
  }

  /** Makes a row ours if nobody lives on it. */
  async #seize(database: IDBPDatabase<Schema>, seen: ActorRow): Promise<boolean> {
    const manager = locks();
    if (manager) {
      if (!(await this.#tryLock(manager, seen.actor))) return false;
    } else if (seen.leaseUntil > Date.now()) {
      return false;
    }
    const transaction = database.transaction("actors", "readwrite");
    const row = await transaction.store.get([this.#board, seen.actor]);
    const free = row !== undefined && (manager !== undefined || row.leaseUntil <= Date.now());
    if (free) await transaction.store.put({ ...row, leaseUntil: Date.now() + LEASE_MS });
    await transaction.done;
    if (!free) {
      this.#held.get(seen.actor)?.();
      this.#held.delete(seen.actor);
    }
    return free;
  }

  #hold(actor: string): void {
    const manager = locks();
    if (manager) void this.#tryLock(manager, actor);
  }

  /** Takes the lock of an actor and keeps it; false if a living page load has it. */
  #tryLock(manager: LockManager, actor: string): Promise<boolean> {
    return new Promise((resolve) => {
      manager
        .request(lockName(this.#board, actor), { ifAvailable: true }, (lock) => {
          if (lock === null) {
            resolve(false);
            return undefined;
          }
          resolve(true);
          return new Promise<void>((release) => this.#held.set(actor, release));
        })
        .catch(() => resolve(false));
    });
  }

  #renew(): void {
    void this.#try(async (database) => {
      const transaction = database.transaction("actors", "readwrite");
      const leaseUntil = Date.now() + LEASE_MS;
      for (const actor of [this.#actor, ...this.#claimed]) {
        const row = await transaction.store.get([this.#board, actor]);
        if (row) await transaction.store.put({ ...row, leaseUntil });
        else if (actor === this.#actor) await transaction.store.put(this.#row(actor, this.#key));
      }
      await transaction.done;
    });
  }

  async #try(action: (database: IDBPDatabase<Schema>) => Promise<void>): Promise<void> {
    try {
      await action(await this.#database);
    } catch (error) {
      this.#failed(error);
    }
  }
}
