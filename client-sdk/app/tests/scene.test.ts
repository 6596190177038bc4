import type { Board, ShapeRecord } from "@kakehashi/client";
import { describe, expect, it } from "vitest";
import { intersects, type Rect } from "../src/canvas/rect";
import { Scene } from "../src/canvas/scene";
import { translation } from "../src/canvas/transform";

function box(id: string, x: number, y: number): ShapeRecord {
  return { id, kind: "rectangle", author: "", x, y, width: 40, height: 30, rotation: 0, locked: false, unsaved: false, color: "#000000ff", fill: null, strokeWidth: 2 };
}

/** A scene of these records with nothing dirty, and the board behind it. */
function sceneOf(...records: ShapeRecord[]): { scene: Scene; board: Map<string, ShapeRecord> } {
  const board = new Map(records.map((record) => [record.id, record]));
  const asked = {
    records: () => [...board.values()],
    order: () => [...board.keys()],
    record: (id: string) => board.get(id),
  } as unknown as Board;
  const scene = new Scene(asked, () => () => 0, () => undefined);
  scene.reload();
  scene.dirty.take();
  return { scene, board };
}

function covers(dirty: readonly Rect[] | null, at: Rect): boolean {
  return dirty === null || dirty.some((rect) => intersects(rect, at));
}

describe("the scene", () => {
  const home = { x: 100, y: 100, width: 40, height: 30 };
  const away = { ...home, x: 600 };

  it("paints a record that is dragged where it was and where it is, from the first step to the last", () => {
    const { scene } = sceneOf(box("a", 100, 100));
    scene.setPreviews([{ records: ["a"], transform: translation(500, 0) }]);
    const first = scene.dirty.take();
    expect(covers(first, home)).toBe(true);
    expect(covers(first, away)).toBe(true);
    scene.setPreviews([{ records: ["a"], transform: translation(500, 0) }]);
    expect(scene.dirty.take()).toEqual([]);
    scene.setPreviews([]);
    const last = scene.dirty.take();
    expect(covers(last, away)).toBe(true);
    expect(covers(last, home)).toBe(true);
  });

  it("paints all places of a drag that is written before its preview ends", () => {
    const { scene, board } = sceneOf(box("a", 100, 100));
    scene.setPreviews([{ records: ["a"], transform: translation(500, 0) }]);
    scene.dirty.take();
    board.set("a", box("a", 600, 100));
    scene.update(["a"]);
    scene.setPreviews([]);
    const dirty = scene.dirty.take();
    expect(covers(dirty, away)).toBe(true);
    // In between it may have been painted moved twice.
    expect(covers(dirty, { ...home, x: 1100 })).toBe(true);
    expect(scene.within(away).map((shape) => shape.record.id)).toEqual(["a"]);
    expect(scene.within(home)).toEqual([]);
  });

  it("follows the board's order without reading the records", async () => {
    const { scene, board } = sceneOf(box("a", 0, 0), box("b", 10, 10));
    const below = box("c", 5, 5);
    const old = [...board];
    board.clear();
    for (const [id, record] of [["c", below] as const, ...old]) board.set(id, record);
    scene.update(["c"]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(scene.within({ x: 0, y: 0, width: 50, height: 50 }).map((shape) => shape.record.id)).toEqual(["c", "a", "b"]);
  });
});
