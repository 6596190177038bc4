import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LEASE_MS, RENEW_MS, Storage } from "../src-ts/storage";

const BOARD = "01234567890123456789012345";
const key = (fill: number) => new Uint8Array(16).fill(fill);
const bytes = (...list: number[]) => new Uint8Array(list);

/** Web Locks of one browser, as far as the storage uses them. */
class Locks {
  readonly #held = new Map<string, () => void>();
  readonly #queues = new Map<string, (() => void)[]>();

  async request(name: string, options: { ifAvailable?: boolean; signal?: AbortSignal }, use: (lock: { name: string } | null) => Promise<void> | undefined): Promise<void> {
    if (this.#held.has(name)) {
      if (options.ifAvailable === true) return use(null);
      await new Promise<void>((resolve, reject) => {
        this.#queues.set(name, [...(this.#queues.get(name) ?? []), resolve]);
        options.signal?.addEventListener("abort", () => {
          this.#queues.set(name, (this.#queues.get(name) ?? []).filter((other) => other !== resolve));
          reject(options.signal?.reason);
        });
      });
    }
    const crashed = new Promise<void>((resolve) => this.#held.set(name, resolve));
    await Promise.race([use({ name }), crashed]);
    this.#held.delete(name);
    this.#queues.get(name)?.shift()?.();
  }

  /** What the browser does when a page load is gone without a word. */
  crash(actor: string): void {
    this.#held.get(`kakehashi/${BOARD}/${actor}`)?.();
  }
}

const failures: unknown[] = [];
const opened: Storage[] = [];

function pageLoad(actor: string, fill = 1, board = BOARD, freed = (): void => undefined): Storage {
  const storage = new Storage(board, actor, key(fill), { failed: (error) => failures.push(error), freed });
  opened.push(storage);
  return storage;
}

async function leave(storage: Storage, empty: boolean): Promise<void> {
  opened.splice(opened.indexOf(storage), 1);
  await storage.close(empty);
}

/** Lets every write that was begun before reach the database. */
async function written(storage: Storage): Promise<void> {
  await storage.wake();
  await storage.wake();
}

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  vi.stubGlobal("navigator", {});
  // Timers run only where a test lets them: a page load that is not let is gone, or asleep.
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"], now: 1_790_000_000_000 });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((storage) => storage.close(false)));
  vi.useRealTimers();
  vi.unstubAllGlobals();
  expect(failures.splice(0)).toEqual([]);
});

describe("without Web Locks, by leases", () => {
  it("a change survives its page load, with the key, and only for its board", async () => {
    const first = pageLoad("a", 5);
    await first.claim();
    first.persist("a", 1, bytes(1, 2, 3));
    first.persist("a", 4, bytes(4));
    await written(first);

    const [second, elsewhere] = [pageLoad("b"), pageLoad("c", 1, "another board")];
    expect(await second.claim(), "the lease has not run out").toEqual([]);
    vi.setSystemTime(Date.now() + LEASE_MS);
    expect(await elsewhere.claim()).toEqual([]);
    expect(await second.claim()).toEqual([{ actor: "a", key: key(5), changes: [bytes(1, 2, 3), bytes(4)] }]);
    expect(await second.claim(), "it is claimed already").toEqual([]);
  });

  it("a page load that lives keeps its lease", async () => {
    const first = pageLoad("a");
    first.persist("a", 1, bytes(1));
    const second = pageLoad("b");
    for (let passed = 0; passed < 3 * LEASE_MS; passed += RENEW_MS) {
      vi.advanceTimersByTime(RENEW_MS);
      await written(first);
      expect(await second.claim()).toEqual([]);
    }
    expect(await first.wake()).toBe(true);
  });

  it("one of two gets what was left", async () => {
    const first = pageLoad("a");
    await first.claim();
    first.persist("a", 1, bytes(9));
    await written(first);
    vi.setSystemTime(Date.now() + LEASE_MS + 1);
    const claims = await Promise.all([pageLoad("b"), pageLoad("c"), pageLoad("d")].map((storage) => storage.claim()));
    expect(claims.flat()).toEqual([{ actor: "a", key: key(1), changes: [bytes(9)] }]);
  });

  it("what was claimed is left again if the claimer is gone too", async () => {
    const first = pageLoad("a");
    first.persist("a", 1, bytes(9));
    await written(first);
    vi.setSystemTime(Date.now() + LEASE_MS + 1);
    const second = pageLoad("b");
    expect(await second.claim()).toHaveLength(1);
    second.persist("b", 1, bytes(7));
    await written(second);
    vi.setSystemTime(Date.now() + LEASE_MS + 1);
    const left = await pageLoad("c").claim();
    expect(left.map((leftover) => [leftover.actor, leftover.changes])).toEqual([["a", [bytes(9)]], ["b", [bytes(7)]]]);
  });

  it("forgets below a counter, and replaces a change of the same counter", async () => {
    const first = pageLoad("a");
    for (const counter of [1, 2, 300, 70_000]) first.persist("a", counter, bytes(counter & 255));
    first.persist("b", 1, bytes(42));
    first.persist("a", 300, bytes(33));
    first.forget("a", 300);
    await written(first);
    await leave(first, false);
    const [leftover] = await pageLoad("c").claim();
    expect(leftover?.changes).toEqual([bytes(33), bytes(70_000 & 255)]);
  });

  it("releases an actor with all it has", async () => {
    const first = pageLoad("a");
    first.keep("a2", key(8));
    first.persist("a2", 1, bytes(1));
    first.persist("a", 1, bytes(2));
    first.release("a2");
    await leave(first, false);
    expect((await pageLoad("b").claim()).map((leftover) => leftover.actor)).toEqual(["a"]);
  });

  it("keeps the key of an actor that it goes on as", async () => {
    const first = pageLoad("a");
    first.keep("a2", key(8));
    first.persist("a2", 1, bytes(1));
    await leave(first, false);
    expect(await pageLoad("b").claim()).toEqual([{ actor: "a2", key: key(8), changes: [bytes(1)] }]);
  });

  it("leaves nothing when it ends with nothing to keep, and at once what it has otherwise", async () => {
    const first = pageLoad("a");
    await leave(first, true);
    const second = pageLoad("b");
    expect(await second.claim()).toEqual([]);
    second.persist("b", 1, bytes(1));
    await leave(second, false);
    expect(await pageLoad("c").claim(), "no lease to wait for").toHaveLength(1);
  });

  it("a page load that is left needs no lease to run out, and nothing that it wrote last is missed", async () => {
    const first = pageLoad("a");
    first.persist("a", 1, bytes(1));
    await written(first);
    first.persist("a", 2, bytes(2));
    first.sleep();
    const second = pageLoad("b");
    expect(await second.claim()).toEqual([{ actor: "a", key: key(1), changes: [bytes(1), bytes(2)] }]);
    expect(await first.wake()).toBe(false);
  });

  it("a page load that slept finds that it was taken for gone", async () => {
    const first = pageLoad("a");
    expect(await first.wake()).toBe(true);
    vi.setSystemTime(Date.now() + LEASE_MS + 1);
    // It had nothing, so its row is dropped by who claims it.
    const second = pageLoad("b");
    await second.claim();
    await written(second);
    expect(await first.wake()).toBe(false);
  });
});

describe("with Web Locks", () => {
  let locks: Locks;
  beforeEach(() => {
    locks = new Locks();
    vi.stubGlobal("navigator", { locks });
  });

  it("a page load that lives is left alone, however long its timers slept", async () => {
    const first = pageLoad("a");
    first.persist("a", 1, bytes(1));
    await written(first);
    vi.setSystemTime(Date.now() + 100 * LEASE_MS);
    expect(await pageLoad("b").claim()).toEqual([]);
  });

  it("what a page load left is there at once, for one of two", async () => {
    const first = pageLoad("a");
    first.persist("a", 1, bytes(1));
    await written(first);
    locks.crash("a");
    const claims = await Promise.all([pageLoad("b"), pageLoad("c")].map((storage) => storage.claim()));
    expect(claims.flat().map((leftover) => leftover.actor)).toEqual(["a"]);
  });

  it("whoever came while a page load was still going is told in the moment in which it is gone", async () => {
    const first = pageLoad("a");
    first.persist("a", 1, bytes(1));
    await written(first);
    const freed = vi.fn<() => void>();
    const second = pageLoad("b", 1, BOARD, freed);
    expect(await second.claim(), "its page load lives").toEqual([]);
    expect(freed).not.toHaveBeenCalled();
    locks.crash("a");
    await vi.waitFor(() => expect(freed).toHaveBeenCalledOnce());
    expect(await second.claim()).toEqual([{ actor: "a", key: key(1), changes: [bytes(1)] }]);
  });

  it("a page load that is put to sleep can be taken over, and finds out", async () => {
    const [first, second] = [pageLoad("a"), pageLoad("b")];
    first.persist("a", 1, bytes(1));
    await written(first);
    first.sleep();
    await written(second);
    expect(await first.wake(), "nobody came meanwhile").toBe(true);
    expect(await second.claim()).toEqual([]);
    first.sleep();
    await written(second);
    expect(await second.claim()).toHaveLength(1);
    expect(await first.wake()).toBe(false);
    expect(await second.wake()).toBe(true);
  });
});

it("says that the device keeps nothing, and goes on", async () => {
  vi.stubGlobal("indexedDB", { open: () => { throw new DOMException("no storage here", "SecurityError"); } });
  const storage = new Storage(BOARD, "a", key(1), { failed: (error) => failures.push(error), freed: () => undefined });
  opened.push(storage);
  storage.persist("a", 1, bytes(1));
  expect(await storage.claim()).toEqual([]);
  expect(failures.length).toBeGreaterThan(0);
  expect(String(failures[0])).toContain("no storage here");
  opened.splice(0);
  failures.splice(0);
});
