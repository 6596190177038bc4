import type { StrokeRecord } from "@kakehashi/client";
import { describe, expect, it } from "vitest";
import { Rest, type Run, under } from "../src/tools/cutting";

function stroke(over: Partial<StrokeRecord> = {}): StrokeRecord {
  return {
    id: "a.1",
    author: "a",
    kind: "stroke",
    tool: "pen",
    color: "#000000ff",
    strokeWidth: 4,
    x: 0,
    y: 0,
    rotation: 0,
    scaleX: 1,
    scaleY: 1,
    locked: false,
    unsaved: false,
    points: 0,
    ...over,
  };
}

/** From (0, 0) to (100, 0), a point every ten units and ten milliseconds, pressed harder and harder. */
const LINE = Array.from({ length: 11 }, (_, i) => [i * 10, 0, 0.2 + i * 0.05, i * 10]).flat();

function xs(run: Run): number[] {
  return run.filter((_, i) => i % 4 === 0);
}

/** Where a run is on the page when it stands as a stroke of its own, by the page's own rules. */
function standing(rest: Rest, run: Run): number[][] {
  const { x, y } = rest.placeOf(run);
  const alone = new Rest(stroke({ ...rest.record, x, y }), run);
  return pairs(alone.onPage(run));
}

function pairs(points: readonly number[]): number[][] {
  const found: number[][] = [];
  for (let i = 0; i < points.length; i += 4) found.push([points[i] ?? 0, points[i + 1] ?? 0]);
  return found;
}

describe("what an eraser covers of a segment", () => {
  const a = { x: 0, y: 0 };
  const b = { x: 10, y: 0 };

  it("is the part that is nearer than its radius to the way it went", () => {
    expect(under({ x: -10, y: 0 }, { x: 20, y: 0 }, a, b, 5)).toEqual([1 / 6, 5 / 6]);
    expect(under({ x: 5, y: -10 }, { x: 5, y: 10 }, a, b, 5)).toEqual([0.25, 0.75]);
    expect(under({ x: 2, y: 1 }, { x: 8, y: -1 }, a, b, 5)).toEqual([0, 1]);
    expect(under({ x: 0, y: 6 }, { x: 10, y: 6 }, a, b, 5)).toBeNull();
    expect(under({ x: 3, y: 3 }, { x: 3, y: 3 }, a, a, 5)).toEqual([0, 1]);
  });
});

describe("erasing parts of a stroke", () => {
  it("cuts at the eraser's edge and keeps the other points as they were written", () => {
    const rest = new Rest(stroke(), LINE);
    expect(rest.rub({ x: 50, y: -20 }, { x: 50, y: 20 }, 10)).toBe(true);
    const [before = [], after = []] = rest.runs;
    expect(rest.runs).toHaveLength(2);
    // The eraser's radius and half the line's width.
    expect(xs(before)).toEqual([0, 10, 20, 30, 38]);
    expect(xs(after)).toEqual([62, 70, 80, 90, 100]);
    expect(before.slice(0, 16)).toEqual(LINE.slice(0, 16));
    expect(after.slice(4)).toEqual(LINE.slice(28));
    // Where it was cut, pressure and time are those in between.
    expect(before[18]).toBeCloseTo(0.2 + 3.8 * 0.05);
    expect(before[19]).toBeCloseTo(38);
  });

  it("leaves alone what it does not reach", () => {
    const rest = new Rest(stroke(), LINE);
    expect(rest.rub({ x: 50, y: -40 }, { x: 50, y: -13 }, 10)).toBe(false);
    expect(rest.runs).toEqual([LINE]);
  });

  it("cuts within one long segment", () => {
    const rest = new Rest(stroke(), [0, 0, 0, 0, 100, 0, 0, 50]);
    rest.rub({ x: 30, y: 0 }, { x: 30, y: 0 }, 8);
    expect(rest.runs).toEqual([
      [0, 0, 0, 0, 20, 0, 0, 10],
      [40, 0, 0, 20, 100, 0, 0, 50],
    ]);
  });

  it("drops crumbs, and takes a dot whole", () => {
    const rest = new Rest(stroke(), LINE);
    rest.rub({ x: 15, y: 0 }, { x: 15, y: 0 }, 10);
    expect(rest.runs.map(xs)).toEqual([[27, 30, 40, 50, 60, 70, 80, 90, 100]]);
    const dot = new Rest(stroke(), [5, 5, 0, 0]);
    expect(dot.rub({ x: 0, y: 5 }, { x: 1, y: 5 }, 3)).toBe(true);
    expect(dot.runs).toEqual([]);
  });

  it("cuts resized and turned strokes where they are seen, and leaves the rests where they were", () => {
    const bent = LINE.map((value, i) => (i % 4 === 1 ? Math.abs(50 - (LINE[i - 1] ?? 0)) : value));
    for (const over of [{}, { x: 7, y: -3 }, { scaleX: 2, scaleY: 0.5 }, { rotation: 90 }, { x: 5, rotation: 30, scaleX: -1.5, scaleY: 2 }]) {
      const whole = new Rest(stroke(over), bent);
      const shown = pairs(whole.onPage(bent));
      const [x = 0, y = 0] = shown[5] ?? [];
      expect(whole.rub({ x, y }, { x, y }, 6)).toBe(true);
      expect(whole.runs.length).toBe(2);
      const kept = whole.runs.flatMap((run) => standing(whole, run));
      const near = (at: number[]): number => Math.min(...kept.map((other) => Math.hypot((other[0] ?? 0) - (at[0] ?? 0), (other[1] ?? 0) - (at[1] ?? 0))));
      // Every point farther away than the eraser's edge is kept, just there.
      for (const at of shown) {
        const away = Math.hypot((at[0] ?? 0) - x, (at[1] ?? 0) - y);
        if (away > 8.001) expect(near(at)).toBeLessThan(1e-6);
      }
      // And nothing is kept nearer.
      for (const at of kept) expect(Math.hypot((at[0] ?? 0) - x, (at[1] ?? 0) - y)).toBeGreaterThan(7.999);
    }
  });
});
