import type { ShapeRecord, WetPart, WetTail } from "@kakehashi/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WetOthers } from "../src/canvas/wet-others";
import type { WetStroke } from "../src/canvas/wet-stroke";

const STROKE = "00000000000000aa.5";

/** Four numbers for each point from `first` to before `end`; the time says which it is. */
function points(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, i) => [first + i, 40, 0, first + i]).flat();
}

/** A screen on which somebody else's stroke is drawn. */
function screen() {
  const painted = new Set<WetStroke>();
  const hidden = new Set<string>();
  let tails: WetTail[] = [];
  let record: ShapeRecord | undefined;
  let dry = 0;
  let paints = 0;
  const requestFrame = vi.fn();
  const others = new WetOthers({
    board: { wet: () => tails, ink: () => new Float32Array(points(0, dry)) },
    scene: { get: () => record && { record }, hide: (id) => hidden.add(id), show: (id) => hidden.delete(id) },
    wet: { paint: (stroke) => (paints++, painted.add(stroke)), remove: (stroke) => painted.delete(stroke) },
    requestFrame,
  });
  return {
    others,
    hidden,
    requestFrame,
    /** What has come before the log. */
    wet: (...parts: [number, number][]): void => {
      const runs: WetPart[] = parts.map(([first, end]) => ({ first, points: points(first, end) }));
      tails = runs.length === 0 ? [] : [{ id: STROKE, author: "00000000000000aa", tool: "pen", color: "#102030ff", strokeWidth: 3, parts: runs }];
    },
    /** The record has so many points. */
    log: (count: number | null, changed: Partial<ShapeRecord> = {}): void => {
      dry = count ?? 0;
      const made = { id: STROKE, kind: "stroke", author: "", x: 0, y: 0, rotation: 0, locked: false, unsaved: false, tool: "pen", color: "#102030ff", strokeWidth: 3, scaleX: 1, scaleY: 1, points: dry };
      record = count === null ? undefined : ({ ...made, ...changed } as ShapeRecord);
    },
    frame: (at: number): void => others.frame(at),
    /** The points of each stroke on the wet canvas. */
    shown: (): string[] => [...painted].map(({ points: all }) => `${all[3]}-${all[all.length - 1]}`).sort(),
    paints: (): number => paints,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("others' ink that comes before the log", () => {
  it("is one line with what is dry of its stroke, which is painted nowhere else meanwhile", () => {
    const one = screen();
    one.log(10);
    one.wet([10, 14]);
    one.frame(0);
    expect([one.shown(), [...one.hidden]]).toEqual([["0-13"], [STROKE]]);
    one.log(12);
    one.wet([12, 20]);
    one.frame(16);
    expect(one.shown()).toEqual(["0-19"]);
    one.frame(32);
    expect(one.paints(), "nothing came, and nothing is painted").toBe(2);
  });

  it("is seen before there is any record, and piece by piece where something is missing", () => {
    const one = screen();
    one.wet([0, 3], [5, 8], [20, 22]);
    one.frame(0);
    expect(one.shown()).toEqual(["0-2", "20-21", "5-7"]);
    one.wet([0, 9], [20, 24]);
    one.frame(16);
    expect(one.shown()).toEqual(["0-8", "20-23"]);
    one.log(21);
    one.wet([21, 24]);
    one.frame(32);
    expect(one.shown()).toEqual(["0-23"]);
  });

  it("leaves the dry stroke where it is as long as there is a gap behind it", () => {
    const one = screen();
    one.wet([5, 8]);
    one.frame(0);
    expect([one.shown(), one.hidden.size]).toEqual([["5-7"], 0]);
    one.log(3);
    one.frame(16);
    expect([one.shown(), one.hidden.size]).toEqual([["0-2", "5-7"], 1]);
  });

  it("is handed over when the log has all of it and it grows no more", () => {
    const one = screen();
    one.wet([0, 20]);
    one.frame(0);
    one.log(12);
    one.wet([12, 20]);
    one.frame(100);
    one.log(20);
    one.wet();
    one.frame(500);
    expect([one.shown(), one.hidden.size]).toEqual([["0-19"], 1]);
    one.log(25);
    one.frame(600);
    expect(one.shown(), "now the log was sooner").toEqual(["0-24"]);
    one.frame(1_299);
    expect(one.hidden.size).toBe(1);
    expect(one.requestFrame).not.toHaveBeenCalled();
    vi.advanceTimersByTime(700);
    expect(one.requestFrame).toHaveBeenCalled();
    one.frame(1_300);
    expect([one.shown(), one.hidden.size]).toEqual([[], 0]);
  });

  it("vanishes with a stroke that is undone, or that never comes into the log", () => {
    for (const left of [null, 4]) {
      const one = screen();
      one.log(4);
      one.wet([4, 20]);
      one.frame(0);
      one.log(left);
      one.wet();
      one.frame(16);
      expect([one.shown(), one.hidden.size]).toEqual([[], 0]);
    }
  });

  it("gives way to a record that was moved, turned or resized", () => {
    for (const changed of [{ x: 5 }, { y: 5 }, { rotation: 90 }, { scaleX: 2 }, { scaleY: 2 }]) {
      const one = screen();
      one.log(10);
      one.wet([10, 14]);
      one.frame(0);
      one.log(10, changed as Partial<ShapeRecord>);
      one.frame(16);
      one.frame(32);
      expect([one.shown(), one.hidden.size]).toEqual([[], 0]);
    }
  });

  it("is gone with the page", () => {
    const one = screen();
    one.log(10);
    one.wet([10, 14], [20, 22]);
    one.frame(0);
    one.others.clear();
    expect([one.shown(), one.hidden.size]).toEqual([[], 0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
