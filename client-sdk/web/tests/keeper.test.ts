import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BETWEEN_MS, CALM_MS, Keeper, RESTLESS_MS } from "../src-ts/keeper";

const PAGE = "1122334455667788.1";

/** A keeper of pages that stand at rows which the test sets. */
function keeping() {
  const rows = new Map<string, number>();
  const written: [string, number][] = [];
  const left: string[] = [];
  let cost = 0;
  const keeper = new Keeper({
    at: (document) => rows.get(document)?.toString(),
    take: (document) => {
      vi.advanceTimersByTime(0);
      vi.setSystemTime(Date.now() + cost);
      return { document, log: "aa", seq: rows.get(document) ?? 0, bytes: new Uint8Array() };
    },
    keep: ({ document, seq }, leaving) => {
      written.push([document, seq]);
      if (leaving) left.push(document);
    },
    now: () => Date.now(),
  });
  const change = (document: string): void => {
    rows.set(document, (rows.get(document) ?? 0) + 1);
    keeper.touch(document);
  };
  return { keeper, change, rows, written, left, costs: (milliseconds: number) => { cost = milliseconds; } };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 1_790_000_000_000 });
  vi.stubGlobal("requestIdleCallback", undefined);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

// SPEC KEEP-1.
describe("when documents are written to the device", () => {
  it("on a calm moment, and not more than every ten seconds", () => {
    const { change, written } = keeping();
    for (let step = 0; step < 10; step += 1) {
      change(PAGE);
      vi.advanceTimersByTime(CALM_MS - 100);
    }
    expect(written, "the hand does not rest").toEqual([]);
    vi.advanceTimersByTime(CALM_MS);
    expect(written).toEqual([[PAGE, 10]]);
    change(PAGE);
    vi.advanceTimersByTime(CALM_MS * 2);
    expect(written.length, "it is too early").toBe(1);
    vi.advanceTimersByTime(BETWEEN_MS);
    expect(written).toEqual([[PAGE, 10], [PAGE, 11]]);
    vi.advanceTimersByTime(BETWEEN_MS * 10);
    expect(written.length, "nothing changed").toBe(2);
  });

  it("after a minute where there is no calm", () => {
    const { change, written } = keeping();
    for (let past = 0; past < RESTLESS_MS + 2_000; past += 500) {
      change(PAGE);
      vi.advanceTimersByTime(500);
    }
    expect(written.length).toBe(1);
  });

  it("seldom where it takes long", () => {
    const { change, written, costs } = keeping();
    costs(500);
    change(PAGE);
    vi.advanceTimersByTime(CALM_MS);
    expect(written.length).toBe(1);
    change(PAGE);
    vi.advanceTimersByTime(90_000);
    expect(written.length, "half a second is a two-hundredth of 100 seconds").toBe(1);
    vi.advanceTimersByTime(20_000);
    expect(written.length).toBe(2);
  });

  it("at once when the page is left; only what is other than before, and what may still be kept", () => {
    const { keeper, change, rows, written, left } = keeping();
    rows.set("known", 3);
    keeper.know("known");
    keeper.touch("known");
    keeper.touch("nothing yet");
    change("withdrawn");
    keeper.forget("withdrawn");
    change(PAGE);
    keeper.flush();
    keeper.flush();
    expect(written).toEqual([[PAGE, 1]]);
    expect(left).toEqual([PAGE]);
    change("known");
    keeper.stop();
    vi.advanceTimersByTime(RESTLESS_MS * 2);
    expect(written.length).toBe(1);
  });
});
