import type { ShapeRecord } from "@kakehashi/client";
import { describe, expect, it } from "vitest";
import { Dirty } from "../src/canvas/dirty";
import { Grid } from "../src/canvas/grid";
import { erased, inBox, touches } from "../src/canvas/hit";
import { contains, type Rect } from "../src/canvas/rect";
import { type LineOf, linesFrom, type Shape, shapeOf } from "../src/canvas/shape";
import { breakLines } from "../src/canvas/text-layout";
import { wheelMove } from "../src/canvas/wheel";

const base = { id: "a.1", author: "a", x: 0, y: 0, rotation: 0, locked: false, unsaved: false } as const;
const look = { color: "#000000ff", strokeWidth: 4 } as const;
const perCharacter = () => (text: string) => text.length * 10;

function shape(record: ShapeRecord, points: readonly number[] = []): { shape: Shape; ink: LineOf } {
  const ink = linesFrom(() => points);
  return { shape: shapeOf(record, 0, ink, perCharacter), ink };
}

function stroke(points: readonly number[], more: Partial<Extract<ShapeRecord, { kind: "stroke" }>> = {}) {
  return shape({ ...base, ...look, kind: "stroke", tool: "pen", scaleX: 1, scaleY: 1, points: points.length / 4, ...more }, points);
}

/** Without times, so as wide everywhere as the pen. */
const line = [0, 0, 0, 0, 100, 0, 0, 0, 200, 0, 0, 0];

describe("hit test", () => {
  it("meets a stroke within its width and the reach, not beyond", () => {
    const { shape: s, ink } = stroke(line);
    expect(touches(s, { x: 150, y: 6 }, 5, ink)).toBe(true);
    expect(touches(s, { x: 150, y: 8 }, 5, ink)).toBe(false);
    expect(touches(s, { x: 210, y: 0 }, 5, ink)).toBe(false);
  });

  it("meets a stroke where it is wide and not where it is thin", () => {
    const { shape: s, ink } = stroke([0, 0, 0.1, 0, 100, 0, 0.1, 10, 200, 0, 1, 20, 300, 0, 1, 30], { strokeWidth: 40 });
    expect(touches(s, { x: 50, y: 18 }, 2, ink)).toBe(false);
    expect(touches(s, { x: 280, y: 24 }, 2, ink)).toBe(true);
    expect(erased(s, { x: 40, y: 18 }, { x: 60, y: 18 }, 2, ink)).toBe(false);
    expect(erased(s, { x: 270, y: 24 }, { x: 290, y: 24 }, 2, ink)).toBe(true);
  });

  it("follows a stroke that was moved, resized and turned", () => {
    const moved = stroke(line, { x: 500, y: 300, scaleX: 2 });
    expect(touches(moved.shape, { x: 890, y: 300 }, 5, moved.ink)).toBe(true);
    expect(touches(moved.shape, { x: 100, y: 0 }, 5, moved.ink)).toBe(false);
    const turned = stroke(line, { rotation: 90 });
    expect(touches(turned.shape, { x: 100, y: 90 }, 5, turned.ink)).toBe(true);
    expect(touches(turned.shape, { x: 190, y: 0 }, 5, turned.ink)).toBe(false);
    expect(turned.shape.bounds.height).toBeGreaterThan(190);
  });

  it("takes an empty rectangle by its edge and a filled one by its area", () => {
    const box = { ...base, ...look, kind: "rectangle", width: 200, height: 100 } as const;
    const empty = shape({ ...box, fill: null });
    const filled = shape({ ...box, fill: "#ffffffff" });
    expect(touches(empty.shape, { x: 100, y: 50 }, 5, empty.ink)).toBe(false);
    expect(touches(empty.shape, { x: 100, y: 3 }, 5, empty.ink)).toBe(true);
    expect(touches(filled.shape, { x: 100, y: 50 }, 5, filled.ink)).toBe(true);
  });

  it("does not take the empty corner of an ellipse's box", () => {
    const disc = shape({ ...base, ...look, kind: "ellipse", width: 200, height: 100, fill: "#ffffffff" });
    expect(touches(disc.shape, { x: 100, y: 50 }, 5, disc.ink)).toBe(true);
    expect(touches(disc.shape, { x: 8, y: 8 }, 2, disc.ink)).toBe(false);
  });

  it("takes a text only where its letters are", () => {
    const text = shape({ ...base, kind: "text", width: 600, height: 40, color: "#000000ff", fill: null, fontSize: 30, align: "start", text: "abcd" });
    expect(touches(text.shape, { x: 30, y: 20 }, 8, text.ink)).toBe(true);
    expect(touches(text.shape, { x: 300, y: 20 }, 8, text.ink)).toBe(false);
  });

  it("erases what lies on the way, however fast the eraser went", () => {
    const { shape: s, ink } = stroke(line);
    expect(erased(s, { x: 100, y: -300 }, { x: 110, y: 300 }, 10, ink)).toBe(true);
    expect(erased(s, { x: 300, y: -300 }, { x: 310, y: 300 }, 10, ink)).toBe(false);
  });

  it("chooses ink that a box meets, and other things only if it holds them", () => {
    const ink = stroke(line);
    expect(inBox(ink.shape, { x: 90, y: -10, width: 20, height: 20 }, ink.ink)).toBe(true);
    const box = shape({ ...base, ...look, kind: "rectangle", width: 200, height: 100, fill: null });
    expect(inBox(box.shape, { x: 90, y: -10, width: 20, height: 20 }, box.ink)).toBe(false);
    expect(inBox(box.shape, { x: -10, y: -10, width: 300, height: 200 }, box.ink)).toBe(true);
  });
});

describe("dirty regions", () => {
  const at = (x: number, y = 0): Rect => ({ x, y, width: 10, height: 10 });

  it("joins neighbours and keeps distant ones apart", () => {
    const dirty = new Dirty();
    dirty.add(at(0));
    dirty.add(at(8));
    dirty.add(at(900));
    expect(dirty.take()).toHaveLength(2);
    expect(dirty.empty).toBe(true);
  });

  it("never hands out many, and never loses any", () => {
    const dirty = new Dirty();
    const given = Array.from({ length: 60 }, (_, i) => at((i * 137) % 1900, (i * 71) % 1000));
    given.forEach((rect) => dirty.add(rect));
    const taken = dirty.take() ?? [];
    expect(taken.length).toBeLessThanOrEqual(12);
    for (const rect of given) expect(taken.some((region) => contains(region, rect))).toBe(true);
  });

  it("is all of it once all of it was asked for", () => {
    const dirty = new Dirty();
    dirty.all();
    dirty.add(at(5));
    expect(dirty.take()).toBeNull();
  });
});

describe("the grid", () => {
  it("finds what a search through everything finds", () => {
    const grid = new Grid<number>();
    const boxes = Array.from({ length: 400 }, (_, i) => ({ x: ((i * 7919) % 2400) - 200, y: ((i * 104729) % 1400) - 100, width: (i * 31) % 300, height: (i * 17) % 200 }));
    boxes.push({ x: -500, y: -500, width: 4000, height: 3000 });
    boxes.forEach((box, i) => grid.set(i, box));
    grid.delete(7);
    grid.set(8, { x: 5000, y: 5000, width: 1, height: 1 });
    const region = { x: 300, y: 200, width: 420, height: 250 };
    const expected = boxes.flatMap((box, i) =>
      i !== 7 && i !== 8 && box.x <= 720 && box.x + box.width >= 300 && box.y <= 450 && box.y + box.height >= 200 ? [i] : [],
    );
    expect([...grid.query(region)].sort((a, b) => a - b)).toEqual(expected);
    expect(grid.query({ x: 4999, y: 4999, width: 5, height: 5 }).has(8)).toBe(true);
  });
});

describe("lines of text", () => {
  const measure = (text: string): number => text.length * 10;
  const texts = (text: string, width: number): string[] => breakLines(text, width, measure).map((made) => made.text);

  it("breaks between words and keeps empty lines", () => {
    expect(texts("one two three", 80)).toEqual(["one two", "three"]);
    expect(texts("a\n\nb", 80)).toEqual(["a", "", "b"]);
    expect(texts("", 80)).toEqual([""]);
  });

  it("breaks Japanese anywhere but before closing marks", () => {
    expect(texts("あいうえお", 30)).toEqual(["あいう", "えお"]);
    expect(texts("あいう。え", 30)).toEqual(["あい", "う。え"]);
  });

  it("breaks a word that is longer than a line, and loses nothing of it", () => {
    expect(texts("abcdefghij", 40)).toEqual(["abcd", "efgh", "ij"]);
  });
});

describe("the wheel", () => {
  const event = { deltaX: 0, deltaY: 0, deltaMode: 0, ctrlKey: false, shiftKey: false };
  it("zooms with a mouse wheel and a pinch, and moves with two fingers", () => {
    expect(wheelMove({ ...event, deltaY: -120 }).zoom).toBeGreaterThan(1);
    expect(wheelMove({ ...event, deltaY: 100 }).zoom).toBeLessThan(1);
    expect(wheelMove({ ...event, deltaY: -3, ctrlKey: true }).zoom).toBeGreaterThan(1);
    expect(wheelMove({ ...event, deltaX: 3, deltaY: 7 })).toEqual({ zoom: 1, dx: 3, dy: 7 });
  });
});
