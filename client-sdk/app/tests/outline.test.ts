import { describe, expect, it } from "vitest";
import { type InkStyle, type PathSink, STRIDE } from "../src/canvas/ink";
import { PART, traceOutline, tracePart } from "../src/canvas/outline";
import { LINE_STRIDE, lineBounds, lineOf } from "../src/canvas/outline-line";
import { TAIL_POINTS } from "../src/canvas/outline-nib";
import { WetStroke } from "../src/canvas/wet-stroke";

const PEN: InkStyle = { tool: "pen", width: 6 };
const MARKER: InkStyle = { tool: "highlighter", width: 24 };
const PIXEL = 0.5;
/** Of a page that is seen so small that a pen's ink is thin. */
const FAR = 2;

type Corner = readonly [x: number, y: number];

/** Follows a path and keeps each closed contour as corners. */
class Contours implements PathSink {
  readonly closed: Corner[][] = [];
  private open: Corner[] = [];

  moveTo(x: number, y: number): void {
    this.open = [[x, y]];
  }

  lineTo(x: number, y: number): void {
    this.open.push([x, y]);
  }

  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void {
    const [px, py] = this.open[this.open.length - 1] ?? [0, 0];
    for (let t = 0.125; t <= 1; t += 0.125) {
      const u = 1 - t;
      this.open.push([u * u * px + 2 * u * t * cx + t * t * x, u * u * py + 2 * u * t * cy + t * t * y]);
    }
  }

  arc(x: number, y: number, radius: number, start: number, end: number): void {
    for (let i = 0; i <= 24; i++) {
      const angle = start + ((end - start) * i) / 24;
      this.open.push([x + radius * Math.cos(angle), y + radius * Math.sin(angle)]);
    }
  }

  closePath(): void {
    this.closed.push(this.open);
  }

  /** How often the contours go around a place: what the rule `nonzero` asks. */
  winding(x: number, y: number): number {
    let around = 0;
    for (const contour of this.closed) {
      contour.forEach(([ax, ay], i) => {
        const [bx, by] = contour[(i + 1) % contour.length] ?? [0, 0];
        const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
        if (ay <= y && by > y && side > 0) around++;
        if (ay > y && by <= y && side < 0) around--;
      });
    }
    return around;
  }
}

function traced(points: readonly number[], style: InkStyle, pixel = PIXEL): Contours {
  const path = new Contours();
  traceOutline(lineOf(points, style), style, path, pixel);
  return path;
}

/** Points every `step` milliseconds along a way. */
function along(way: (t: number) => Corner, count: number, step: number, pressure = 0): number[] {
  return Array.from({ length: count }, (_, i) => [...way(i / (count - 1)), pressure, i * step]).flat();
}

const curl = (t: number): Corner => [200 + 60 * Math.cos(9 * t) + 90 * t, 200 + 60 * Math.sin(9 * t)];
const zigzag = (t: number): Corner => [t * 300, 100 + 40 * Math.abs(((t * 8) % 2) - 1)];

function widths(points: readonly number[], style = PEN): number[] {
  return [...lineOf(points, style)].filter((_, i) => i % LINE_STRIDE === 2).map((radius) => radius * 2);
}

describe("the width of ink", () => {
  const slow = along((t) => [t * 60, 0], 60, 16);
  const fast = along((t) => [t * 1900, 0], 60, 16);

  it("is fuller where the hand is slow and thinner where it is fast", () => {
    const [quiet, quick] = [widths(slow)[30] ?? 0, widths(fast)[30] ?? 0];
    expect(quiet).toBeGreaterThan(6);
    expect(quick).toBeLessThan(0.8 * quiet);
    expect(quick).toBeGreaterThan(0.5 * quiet);
  });

  it("runs out thin where the pen flies off, and stays full where it stops", () => {
    const stopping = along((t) => [900 * (1 - (1 - t) ** 3), 0], 60, 16);
    expect(widths(fast)[59]).toBeLessThan(0.5 * (widths(fast)[40] ?? 0));
    expect(widths(stopping)[59]).toBeGreaterThan(5.5);
  });

  it("is even where the device gives no times, and for the highlighter", () => {
    expect(new Set(widths(along(curl, 40, 0)))).toEqual(new Set([6]));
    expect(new Set(widths(fast, MARKER))).toEqual(new Set([24]));
  });

  it("follows the pressure where there is any", () => {
    const pressed = [0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.9].flatMap((pressure, i) => [i * 10, 0, pressure, i * 8]);
    const made = widths(pressed);
    expect(made[6]).toBeGreaterThan(2 * (made[2] ?? 0));
  });

  it("does not change behind the pen, but at the tip", () => {
    const all = lineOf(fast, PEN);
    const part = lineOf(fast.slice(0, 50 * STRIDE), PEN);
    const settled = (50 - TAIL_POINTS) * LINE_STRIDE;
    expect(part.slice(0, settled)).toEqual(all.slice(0, settled));
  });

  it("changes gently from point to point, also when samples come in bursts", () => {
    const bursts = along((t) => [t * 800, 20 * Math.sin(9 * t)], 120, 4).map((value, i) => (i % STRIDE === 3 ? Math.floor(value / 16) * 16 : value));
    const made = widths(bursts).slice(1, -TAIL_POINTS);
    for (let i = 1; i < made.length; i++) expect(Math.abs((made[i] ?? 0) - (made[i - 1] ?? 0))).toBeLessThan(0.5);
  });
});

describe("the outline", () => {
  const hands: [string, number[], InkStyle][] = [
    ["a curl", along(curl, 90, 8), PEN],
    ["a zigzag with sharp corners", along(zigzag, 70, 8), PEN],
    ["a curl smaller than the pen", along((t) => [50 + 5 * Math.cos(12 * t), 50 + 5 * Math.sin(12 * t)], 60, 8), { tool: "pen", width: 20 }],
    ["a highlighter that goes to and fro", along((t) => [100 + 80 * Math.sin(14 * t), 100 + 10 * t], 80, 8), MARKER],
    ["pressure that comes and goes", along(curl, 90, 8).map((value, i) => (i % STRIDE === 2 ? 0.2 + 0.7 * Math.abs(Math.sin(i)) : value)), PEN],
    ["points at one place in between", along(curl, 40, 8).flatMap((_, i, all) => (i % STRIDE === 0 ? [0, 1].flatMap(() => all.slice(i, i + STRIDE)) : [])), PEN],
  ];

  const distances: [string, number[], InkStyle, number][] = hands.flatMap(([name, points, style]) => [
    [name, points, style, PIXEL],
    [`${name}, seen small,`, points, style, style.width / 3],
  ]);

  it.each(distances)("of %s covers the line without a hole, and always turns the same way", (_, points, style, pixel) => {
    const path = traced(points, style, pixel);
    const line = lineOf(points, style);
    for (let i = LINE_STRIDE; i < line.length; i += LINE_STRIDE) {
      const [ax = 0, ay = 0, ar = 0] = line.slice(i - LINE_STRIDE, i);
      const [bx = 0, by = 0, br = 0] = line.slice(i, i + LINE_STRIDE);
      const nx = by - ay;
      const ny = ax - bx;
      const length = Math.hypot(nx, ny);
      if (length < 0.5) continue;
      // Where segments meet at an angle the line is rounded off, so it is the middles that are surely inside.
      const radius = 0.7 * Math.min(ar, br);
      for (const side of [-radius, 0, radius]) {
        expect(path.winding((ax + bx) / 2 + (nx / length) * side, (ay + by) / 2 + (ny / length) * side)).toBeGreaterThan(0);
      }
    }
    const bounds = lineBounds(line);
    path.closed.flat().forEach(([x, y], i) => {
      const inside = x > bounds.x - 1 && x < bounds.x + bounds.width + 1 && y > bounds.y - 1 && y < bounds.y + bounds.height + 1;
      expect(inside).toBe(true);
      if (i % 11 === 0) expect(path.winding(x + 0.003, y + 0.001)).toBeGreaterThanOrEqual(0);
    });
  });

  it("stays as near to the line as the ink is wide", () => {
    const points = along(curl, 90, 8);
    const line = lineOf(points, PEN);
    for (const [x, y] of traced(points, PEN).closed.flat()) {
      let least = Infinity;
      for (let i = 0; i < line.length; i += LINE_STRIDE) least = Math.min(least, Math.hypot(x - (line[i] ?? 0), y - (line[i + 1] ?? 0)));
      expect(least).toBeLessThan(6);
    }
  });

  it.each(hands.filter(([, , { tool }]) => tool === "pen"))("of thin ink of %s is where it is seen close by", (_, points, style) => {
    const pixel = style.width / 3;
    const [near, far] = [traced(points, style), traced(points, style, pixel)];
    const bounds = lineBounds(lineOf(points, style));
    let inked = 0;
    let differing = 0;
    for (let y = bounds.y; y < bounds.y + bounds.height; y += 1.3 * pixel) {
      for (let x = bounds.x; x < bounds.x + bounds.width; x += 1.3 * pixel) {
        const [a, b] = [near.winding(x, y) > 0, far.winding(x, y) > 0];
        if (a) inked++;
        if (a !== b) differing++;
      }
    }
    // Edges that are a fifth of a pixel away, on both sides of ink three pixels wide, are an eighth of it.
    expect(differing / inked).toBeLessThan(1 / 8);
  });

  it("of thin ink has few straight steps", () => {
    const points = along(curl, 120, 8);
    const path = traced(points, PEN, FAR);
    expect(path.closed).toHaveLength(Math.ceil(120 / PART));
    expect(path.closed.flat().length).toBeLessThan(150);
  });

  it("shows a dot as a disc of the pen's width", () => {
    const path = traced([5, 6, 0, 0], PEN);
    expect(path.winding(7.8, 6)).toBe(1);
    expect(path.winding(8.2, 6)).toBe(0);
  });

  it("leaves points away that a zoomed-out page cannot show", () => {
    const points = along(curl, 900, 2);
    const [near, far] = [0.25, 8].map((pixel) => {
      const path = new Contours();
      traceOutline(lineOf(points, PEN), PEN, path, pixel);
      return path.closed.flat().length;
    });
    expect(far).toBeLessThan((near ?? 0) / 2);
  });
});

describe("ink that is being drawn", () => {
  it("is traced as it will be when it is dry, however it was cut into events", () => {
    for (const style of [PEN, MARKER]) {
      const points = along(curl, 3 * PART + 7, 8);
      const wet = new WetStroke("#000000ff", style.width, style.tool === "highlighter");
      for (let i = 0; i < points.length; i += STRIDE) {
        const [x = 0, y = 0, pressure = 0, ms = 0] = points.slice(i, i + STRIDE);
        wet.add(x, y, pressure, ms);
        if (i % 3 === 0) wet.extend();
      }
      wet.extend();
      const [now, later] = [new Contours(), new Contours()];
      wet.trace(now, PIXEL, null);
      // The document keeps single precision.
      traceOutline(lineOf(wet.points, style), style, later, PIXEL);
      expect(now.closed.length).toBe(later.closed.length);
      now.closed.flat().forEach(([x, y], i) => {
        expect(x).toBeCloseTo(later.closed.flat()[i]?.[0] ?? NaN, 2);
        expect(y).toBeCloseTo(later.closed.flat()[i]?.[1] ?? NaN, 2);
      });
    }
  });

  it("asks for no more to be painted again, however long it is", () => {
    const wet = new WetStroke("#000000ff", 6);
    let largest = 0;
    for (let i = 0; i < 2000; i++) {
      wet.add(i * 2, 40 * Math.sin(i / 9), 0, i * 8);
      const dirty = wet.extend();
      if (i > 200) largest = Math.max(largest, dirty?.width ?? 0);
    }
    expect(largest).toBeLessThan(2 * (2 * PART + TAIL_POINTS) + 40);
  });

  it("traces only the parts that a region needs", () => {
    const wet = new WetStroke("#000000ff", 6);
    for (let i = 0; i < 10 * PART; i++) wet.add(i * 3, 0, 0, i * 8);
    wet.extend();
    const path = new Contours();
    expect(wet.trace(path, PIXEL, { x: 600, y: -5, width: 10, height: 10 })).toBe(true);
    expect(path.closed).toHaveLength(1);
    expect(wet.trace(path, PIXEL, { x: 600, y: 50, width: 10, height: 10 })).toBe(false);
    const one = new Contours();
    tracePart(lineOf(wet.points, PEN), PEN, one, PIXEL, 6 * PART);
    expect(path.closed[0]?.length).toBe(one.closed[0]?.length);
  });
});
