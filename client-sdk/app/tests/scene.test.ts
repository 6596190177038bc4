import type { Board, ShapeRecord } from "@kakehashi/client";
import { describe, expect, it } from "vitest";
import { outOfOrder } from "../src/canvas/order";
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
    inkBoxes: () => new Float32Array(board.size * 5).fill(NaN),
    record: (id: string) => board.get(id),
    ink: () => new Float32Array([10, 10, 0, 0, 90, 40, 0, 9]),
  } as unknown as Board;
  const scene = new Scene(asked, () => () => 0, () => undefined);
  scene.reload();
  repainted(scene);
  return { scene, board };
}

/** What tiles or what lies over them has to be painted again. */
function repainted(scene: Scene): readonly Rect[] | null {
  const [tiles, shown] = [scene.dirty.take(), scene.shown.take()];
  return tiles === null || shown === null ? null : [...tiles, ...shown];
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
    const first = repainted(scene);
    expect(covers(first, home)).toBe(true);
    expect(covers(first, away)).toBe(true);
    scene.setPreviews([{ records: ["a"], transform: translation(500, 0) }]);
    expect(repainted(scene)).toEqual([]);
    scene.setPreviews([]);
    const last = repainted(scene);
    expect(covers(last, away)).toBe(true);
    expect(covers(last, home)).toBe(true);
  });

  it("paints all places of a drag that is written before its preview ends", () => {
    const { scene, board } = sceneOf(box("a", 100, 100));
    scene.setPreviews([{ records: ["a"], transform: translation(500, 0) }]);
    repainted(scene);
    board.set("a", box("a", 600, 100));
    scene.update(["a"]);
    scene.setPreviews([]);
    const dirty = repainted(scene);
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

  it("keeps what is dragged out of the tiles, and lets it go when they show it again", () => {
    const { scene } = sceneOf(box("a", 100, 100));
    scene.setPreviews([{ records: ["a"], transform: translation(500, 0) }]);
    expect(scene.still(home)).toEqual([]);
    expect(scene.afloat(away).map((shape) => shape.record.id)).toEqual(["a"]);
    expect(scene.afloat(home)).toEqual([]);
    scene.setPreviews([]);
    expect(scene.still(home)).toHaveLength(1);
    expect(scene.afloat(home)).toHaveLength(1);
    scene.tilesAreUpToDate();
    expect(scene.afloat(home)).toEqual([]);
  });

  it("adds what is new on top to the tiles, and paints what is below others with them", () => {
    const { scene, board } = sceneOf(box("a", 100, 100));
    board.set("b", box("b", 110, 110));
    scene.update(["b"]);
    expect(scene.takeAdded().map((shape) => shape.record.id)).toEqual(["b"]);
    expect(scene.dirty.empty).toBe(true);
    scene.hide("a");
    repainted(scene);
    scene.show("a");
    expect(scene.takeAdded()).toEqual([]);
    expect(covers(scene.dirty.take(), home)).toBe(true);
  });

  it("paints nothing again when a record is only saved", () => {
    const { scene, board } = sceneOf({ ...box("a", 100, 100), unsaved: true });
    board.set("a", box("a", 100, 100));
    scene.update(["a"]);
    expect(repainted(scene)).toEqual([]);
  });

  it("lets a stroke float above the tiles while somebody writes it", () => {
    const stroke = (points: number): ShapeRecord => ({ id: "s", kind: "stroke", author: "", x: 0, y: 0, rotation: 0, locked: false, unsaved: false, tool: "pen", color: "#000000ff", strokeWidth: 4, scaleX: 1, scaleY: 1, points });
    const { scene, board } = sceneOf(box("a", 100, 100));
    const everywhere = { x: -1000, y: -1000, width: 4000, height: 4000 };
    for (const points of [1, 2, 3]) {
      board.set("s", stroke(points));
      scene.update(["s"]);
      expect(scene.dirty.empty).toBe(true);
      expect(scene.afloat(everywhere)).toHaveLength(1);
      expect(scene.still(everywhere)).toHaveLength(1);
    }
    expect(scene.dryStrokes(performance.now())).toBeGreaterThan(0);
    expect(scene.dryStrokes(performance.now() + 5000)).toBeNull();
    expect(scene.takeAdded().map((shape) => shape.record.id)).toEqual(["s"]);
    expect(scene.still(everywhere)).toHaveLength(2);
  });
});

describe("order", () => {
  it("names the one that was moved, not all that it passed", () => {
    expect(outOfOrder([0, 1, 2, 3])).toEqual([]);
    expect(outOfOrder([3, 0, 1, 2])).toEqual([0]);
    expect(outOfOrder([1, 2, 3, 0])).toEqual([3]);
    expect(outOfOrder([])).toEqual([]);
    expect(outOfOrder([5, 1, 9, 2, 3])).toEqual([0, 2]);
  });
});
