import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KEPT_BYTES_MAX, KeptDocuments, forgetBoard, keptBoards } from "../src-ts/kept";

const [ONE, OTHER] = ["01234567890123456789012345", "abcdefghjkmnpqrstvwxyz0123"];
const COVER = "0000000000000000.0";
const PAGE = "1122334455667788.1";
const opened: KeptDocuments[] = [];

function pageLoad(board = ONE): KeptDocuments {
  const kept = new KeptDocuments(board);
  opened.push(kept);
  return kept;
}

/** Some bytes that are a state at a row of a log. */
function state(seq: number, fill = seq, log = "aa", document = PAGE, size = 3) {
  return { document, log, seq, bytes: new Uint8Array(size).fill(fill) };
}

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  vi.useFakeTimers({ toFake: ["Date"], now: 1_790_000_000_000 });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((kept) => kept.close()));
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

// SPEC KEEP-1, KEEP-3.
describe("documents that the device keeps", () => {
  it("are there for the next page load, each for its board", async () => {
    await pageLoad().keep(state(7), true);
    expect(await pageLoad().recall(PAGE)).toEqual(new Uint8Array([7, 7, 7]));
    expect(await pageLoad().recall(COVER)).toBeUndefined();
    expect(await pageLoad(OTHER).recall(PAGE)).toBeUndefined();
  });

  it("the later state of a log stays, whichever tab comes last", async () => {
    const [ahead, behind] = [pageLoad(), pageLoad()];
    await ahead.keep(state(9), true);
    await behind.keep(state(8), true);
    expect(await behind.recall(PAGE)).toEqual(new Uint8Array([9, 9, 9]));
    await behind.keep(state(9, 1), true);
    expect(await ahead.recall(PAGE), "at the same row it may hold more").toEqual(new Uint8Array([1, 1, 1]));
  });

  it("of two logs that of the server counts", async () => {
    const [here, away] = [pageLoad(), pageLoad()];
    await here.keep(state(9, 9, "aa"), true);
    await away.keep(state(2, 2, "bb"), false);
    expect(await here.recall(PAGE)).toEqual(new Uint8Array([9, 9, 9]));
    await away.keep(state(2, 2, "bb"), true);
    expect(await here.recall(PAGE)).toEqual(new Uint8Array([2, 2, 2]));
  });

  it("go when they are withdrawn, and with their board", async () => {
    const kept = pageLoad();
    await kept.keep(state(1), true);
    await kept.keep(state(1, 1, "aa", COVER), true);
    await kept.drop(PAGE);
    expect(await kept.recall(PAGE)).toBeUndefined();
    expect(await kept.recall(COVER)).toBeDefined();
    await forgetBoard(ONE);
    expect(await kept.recall(COVER)).toBeUndefined();
    expect(await keptBoards()).toEqual([]);
  });

  it("are waited for on a slow device, as long as there is no server to ask instead", async () => {
    await pageLoad().keep(state(1), true);
    // A connection that does not give way holds up the removal, and that every later opening.
    const holding = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open("kakehashi-documents");
      request.onsuccess = () => resolve(request.result);
    });
    indexedDB.deleteDatabase("kakehashi-documents");
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const kept = pageLoad();
    let connected = false;
    let answered = false;
    const recalled = kept.recall(PAGE, () => connected).then((bytes) => {
      answered = true;
      return bytes;
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(answered).toBe(false);
    connected = true;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(answered).toBe(true);
    expect(await recalled).toBeUndefined();
    holding.close();
  });

  it("take a bounded room: the board that was not used for longest goes whole", async () => {
    const half = KEPT_BYTES_MAX / 2 - 10;
    const boards = ["a", "b", "c"];
    for (const board of boards.slice(0, 2)) {
      await pageLoad(board).keep(state(1, 1, "aa", COVER), true);
      await pageLoad(board).keep(state(1, 1, "aa", PAGE, half), true);
      vi.setSystemTime(Date.now() + 1_000);
    }
    expect((await keptBoards()).map((kept) => kept.board)).toEqual(["b", "a"]);
    await pageLoad("a").recall(COVER);
    await pageLoad("a").drop("none");
    vi.setSystemTime(Date.now() + 1_000);
    await pageLoad("c").keep(state(1, 1, "aa", PAGE, half), true);
    expect((await keptBoards()).map((kept) => kept.board), "reading is using").toEqual(["c", "a"]);
    // Of one board that is too large alone, the cover and the page in hand stay.
    const large = pageLoad("c");
    await large.keep(state(1, 1, "aa", COVER), true);
    vi.setSystemTime(Date.now() + 1_000);
    await large.keep(state(1, 1, "aa", "9.1", KEPT_BYTES_MAX - 50), true);
    expect((await keptBoards()).map((kept) => kept.board)).toEqual(["c"]);
    expect(await large.recall(COVER)).toBeDefined();
    expect(await large.recall(PAGE)).toBeUndefined();
    expect(await large.recall("9.1")).toBeDefined();
  }, 20_000);

  it("where nothing can be kept, nothing is kept and nobody is bothered", async () => {
    vi.stubGlobal("indexedDB", { open: () => { throw new Error("not in this mode"); } });
    const kept = pageLoad();
    await kept.keep(state(1), true);
    expect(await kept.recall(PAGE)).toBeUndefined();
    expect(await keptBoards()).toEqual([]);
    await forgetBoard(ONE);
  });

  it("are written at once where the page is being left, whatever was begun before", async () => {
    const kept = pageLoad();
    await kept.keep(state(9), true);
    kept.keepNow(state(4));
    kept.keepNow(state(5, 5, "aa", COVER));
    await kept.close();
    expect(await pageLoad().recall(PAGE)).toEqual(new Uint8Array([4, 4, 4]));
    expect(await pageLoad().recall(COVER)).toBeDefined();
  });

  it("are not waited for where nothing was ever kept, until there may be some", async () => {
    const { open } = IDBFactory.prototype;
    let slow: IDBOpenDBRequest | undefined;
    // A disk that never gets done with making the database.
    vi.spyOn(IDBFactory.prototype, "open").mockImplementation(function (this: IDBFactory, ...args) {
      slow = open.apply(this, args);
      slow.addEventListener("success", (event) => event.stopImmediatePropagation());
      return slow;
    });
    const first = new KeptDocuments(ONE);
    expect(await first.recall(PAGE, () => false)).toBeUndefined();
    vi.restoreAllMocks();
    await new Promise((resolve) => setTimeout(resolve, 20));
    slow?.result.close();
    const next = pageLoad();
    await next.keep(state(7), true);
    expect(await next.recall(PAGE), "of this page load").toBeDefined();
  });

  it("writes what was begun before it is closed", async () => {
    const kept = new KeptDocuments(ONE);
    void kept.keep(state(4), true);
    await kept.close();
    expect(await pageLoad().recall(PAGE)).toBeDefined();
  });
});
