/**
 * What is not acknowledged, kept in IndexedDB, so that it survives closing the tab.
 *
 * Each page load is an actor with a row of its own and a lease that it renews while it lives. A row
 * whose lease has run out was left by a tab that is gone: another page load of the same board
 * claims it in one transaction and resends its changes unchanged. Where there are Web Locks, each
 * living page load holds one, and the others wait in line for it: what a page load leaves is theirs
 * in the moment in which it goes, without waiting for the lease.
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
  /** The page load that took it over, if one did. */
  claimedBy?: string;
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

/** Rejects, and never throws, where a page may keep nothing. `made`: there was none before. */
async function openDatabase(made: () => void = () => undefined): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(DATABASE, FORMAT, {
    upgrade(database) {
      made();
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

/** What a page load's storage tells of. */
export interface StorageEvents {
  failed(error: unknown): void;
  /** Another page load of this board is gone: there may be something to claim. */
  freed(): void;
}

/** One page load's share of the device's storage. */
export class Storage {
  /** Resolves if the device's storage is being made: that takes a disk a while, and nothing was left in it. */
  readonly made: Promise<void>;
  readonly #board: string;
  readonly #actor: string;
  readonly #key: Uint8Array<ArrayBuffer>;
  readonly #database: Promise<IDBPDatabase<Schema>>;
  readonly #events: StorageEvents;
  /** The locks that this page load has, and how to let them go. */
  readonly #held = new Map<string, () => void>();
  /** The page loads whose end it waits for. */
  readonly #awaited = new Set<string>();
  #waiting = new AbortController();
  readonly #claimed = new Set<string>();
  #renewal: ReturnType<typeof setInterval> | undefined;
  #ready: Promise<void>;

  constructor(board: string, actor: string, key: Uint8Array<ArrayBuffer>, events: StorageEvents) {
    this.#board = board;
    this.#actor = actor;
    this.#key = key;
    this.#events = events;
    let made: () => void = () => undefined;
    this.made = new Promise((resolve) => (made = resolve));
    this.#database = openDatabase(made);
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
      await database.put("actors", { ...this.#row(actor, key), claimedBy: this.#actor });
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
    let leftovers: (Leftover | undefined)[] = [];
    await this.#ready;
    await this.#try(async (database) => {
      const rows = await database.getAll("actors", IDBKeyRange.bound([this.#board, ""], [this.#board, "\uffff"]));
      const others = rows.filter(({ actor }) => actor !== this.#actor && !this.#claimed.has(actor));
      leftovers = await Promise.all(others.map((row) => this.#takeOver(database, row)));
    });
    return leftovers.filter((leftover) => leftover !== undefined);
  }

  /**
   * The page load is left and may never wake: others may take over what it has at once, after all that was
   * persisted before. Where it does wake, {@link wake} says what became of that.
   */
  sleep(): void {
    void this.#try(async (database) => {
      const transaction = database.transaction("actors", "readwrite");
      transaction.store.put({ ...this.#row(this.#actor, this.#key), leaseUntil: 0 }).catch(() => undefined);
      transaction.commit();
      await transaction.done;
    });
    // One step later than the changes that are on their way to the device.
    void this.#database.then(() => this.#letGo(), () => this.#letGo());
  }

  /** False if another page load took over something of this one while it slept: it must not go on. */
  async wake(): Promise<boolean> {
    const actors = [this.#actor, ...this.#claimed];
    const manager = locks();
    let owned = manager === undefined || (await Promise.all(actors.map((actor) => this.#tryLock(manager, actor)))).every(Boolean);
    await this.#try(async (database) => {
      for (const actor of actors) {
        const row = await database.get("actors", [this.#board, actor]);
        const holder = row?.claimedBy ?? row?.actor;
        owned &&= holder === this.#actor;
      }
    });
    if (owned) this.#renew();
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
    this.#letGo();
    (await this.#database.catch(() => undefined))?.close();
  }

  #row(actor: string, key: Uint8Array<ArrayBuffer>): ActorRow {
    return { board: this.#board, actor, key, leaseUntil: Date.now() + LEASE_MS };
  }

  #range(actor: string): IDBKeyRange {
    return IDBKeyRange.bound([this.#board, actor, 0], [this.#board, actor, Number.MAX_SAFE_INTEGER]);
  }

  async #takeOver(database: IDBPDatabase<Schema>, row: ActorRow): Promise<Leftover | undefined> {
    if (!(await this.#seize(database, row))) return undefined;
    // Asked for twice at once, it is given once.
    if (this.#claimed.has(row.actor)) return undefined;
    this.#claimed.add(row.actor);
    const changes = await database.getAll("changes", this.#range(row.actor));
    if (changes.length > 0) return { actor: row.actor, key: row.key, changes };
    this.release(row.actor);
    return undefined;
  }

  /** Makes a row ours if nobody lives on it. */
  async #seize(database: IDBPDatabase<Schema>, seen: ActorRow): Promise<boolean> {
    const manager = locks();
    if (manager) {
      if (!(await this.#tryLock(manager, seen.actor))) {
        this.#await(manager, seen.actor);
        return false;
      }
    } else if (seen.leaseUntil > Date.now()) {
      return false;
    }
    const transaction = database.transaction("actors", "readwrite");
    const row = await transaction.store.get([this.#board, seen.actor]);
    const free = row !== undefined && (manager !== undefined || row.leaseUntil <= Date.now());
    if (free) await transaction.store.put({ ...row, leaseUntil: Date.now() + LEASE_MS, claimedBy: this.#actor });
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
    if (this.#held.has(actor)) return Promise.resolve(true);
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

  /** Waits in line for the lock of an actor whose page load lives. */
  #await(manager: LockManager, actor: string): void {
    if (this.#awaited.has(actor)) return;
    this.#awaited.add(actor);
    const { signal } = this.#waiting;
    manager
      .request(lockName(this.#board, actor), { signal }, () => {
        this.#awaited.delete(actor);
        if (signal.aborted) return undefined;
        const held = new Promise<void>((release) => this.#held.set(actor, release));
        this.#events.freed();
        return held;
      })
      // Nobody waits any more.
      .catch(() => this.#awaited.delete(actor));
  }

  /** Gives up all locks, and every place in line for one. */
  #letGo(): void {
    this.#waiting.abort();
    this.#waiting = new AbortController();
    for (const release of this.#held.values()) release();
    this.#held.clear();
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
      this.#events.failed(error);
    }
  }
}
