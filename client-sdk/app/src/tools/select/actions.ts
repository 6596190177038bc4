/** What is done with a selection by buttons and keys: each is one gesture. Locked things are left as they are. */
import type { Edit, Patch, RecordId, ShapeRecord } from "@kakehashi/client";
import { intersects } from "../../canvas/rect";
import type { Shape } from "../../canvas/shape";
import { MAIN_HAND } from "../hands";
import type { Desk } from "../tool";
import { type Act, changed, patchOf } from "./act";
import { duplicate } from "./copies";
import { alongSides, type Frame, frameOf } from "./frame";
import { factor, scaling } from "./drag";
import { removeStep, setStep, type Step, writeSteps } from "./write";

type Acting = Pick<Desk, "board" | "scene" | "selection" | "write">;

/** Page units that a copy lies beside what it was made from. */
export const COPY_OFFSET = 24;
/** Records looked at while something goes one step up or down: what a weak panel does within a blink. */
const REORDER_WORK_MAX = 400_000;

/** The selected shapes that may be changed, the lowest first. */
export function freeShapes({ scene, selection }: Pick<Desk, "scene" | "selection">): Shape[] {
  const shapes = selection.get().flatMap((id) => scene.get(id) ?? []).filter(({ record }) => !record.locked);
  return shapes.sort((a, b) => a.z - b.z);
}

export function remove(desk: Acting): void {
  const shapes = freeShapes(desk);
  if (shapes.length === 0) return;
  desk.selection.set(desk.selection.get().filter((id) => desk.scene.get(id)?.record.locked === true));
  writeAll(desk, shapes.map(({ record }) => removeStep(record.id)));
}

export function duplicateSelected(desk: Acting): void {
  duplicate(desk, MAIN_HAND, desk.board.gesture(), COPY_OFFSET);
}

export function setLocked(desk: Acting, locked: boolean): void {
  const records = desk.selection.get().flatMap((id) => desk.scene.get(id)?.record ?? []);
  writeAll(desk, records.filter((record) => record.locked !== locked).map(({ id }) => setStep(id, { locked })));
}

/** Gives each record what `patch` says for it; null leaves it. */
export function restyle(desk: Acting, patch: (record: ShapeRecord) => Patch | null): void {
  const steps = freeShapes(desk).flatMap(({ record }) => {
    const change = patch(record);
    return change === null ? [] : [setStep(record.id, change)];
  });
  writeAll(desk, steps);
}

export type Order = "front" | "back" | "forward" | "backward";

export function reorder(desk: Acting, to: Order): void {
  const shapes = freeShapes(desk);
  // The one that goes farthest goes first, so that they keep their order among themselves.
  if (to === "back" || to === "forward") shapes.reverse();
  const order = desk.board.order();
  if (to === "front" || to === "back") {
    const steps = notThere(shapes, order, to).map(({ record }) => orderStep(record.id, to, 1));
    void writeInTurns(desk, steps, Math.ceil(REORDER_WORK_MAX / Math.max(1, order.length)));
    return;
  }
  const places = new Map(order.map((id, place) => [id, place]));
  const own = new Set(shapes.map(({ record }) => record.id));
  let left = Math.floor(REORDER_WORK_MAX / Math.max(1, order.length));
  const steps: Step[] = [];
  for (const shape of shapes) {
    const times = Math.min(left, stepsPast(desk, shape, order, places, own, to === "forward" ? 1 : -1));
    left -= times;
    if (times > 0) steps.push(orderStep(shape.record.id, to, times));
  }
  writeAll(desk, steps);
}

/** Those that have to move: what stands at the end already, in its order, stays. `shapes` begin with the one that goes first. */
function notThere(shapes: readonly Shape[], order: readonly RecordId[], to: "front" | "back"): readonly Shape[] {
  const own = new Set(shapes.map(({ record }) => record.id));
  let there = 0;
  while (there < shapes.length && own.has(order[to === "front" ? order.length - 1 - there : there] ?? "")) there++;
  return there === shapes.length ? [] : shapes;
}

/** One gesture in several turns of the browser, so that it goes on painting; another page ends it. */
async function writeInTurns(desk: Acting, steps: readonly Step[], count: number): Promise<void> {
  const gesture = desk.board.gesture();
  const page = desk.board.page();
  for (let i = 0; i < steps.length; i += count) {
    if (desk.board.page() !== page || !writeSteps(desk, MAIN_HAND, gesture, steps.slice(i, i + count))) return;
    if (i + count < steps.length) await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** How many steps bring a shape past the next one that it lies on or under: less would show no difference. */
function stepsPast(desk: Acting, shape: Shape, order: readonly RecordId[], places: ReadonlyMap<RecordId, number>, own: ReadonlySet<RecordId>, by: 1 | -1): number {
  const start = places.get(shape.record.id) ?? -1;
  let passed = 0;
  for (let place = start + by; place >= 0 && place < order.length; place += by) {
    const id = order[place] ?? "";
    // Those that go along are past already.
    if (own.has(id)) continue;
    passed++;
    const other = desk.scene.get(id);
    if (other !== undefined && intersects(other.bounds, shape.bounds)) return passed;
  }
  // Beside nothing, where it stands makes no difference to see; it still goes one step, as was asked for.
  return passed > 0 ? 1 : 0;
}

function orderStep(record: RecordId, to: Order, times: number): Step {
  return {
    ops: times,
    bytes: 64 * times,
    write(edit: Edit) {
      for (let i = 0; i < times; i++) edit.reorder(record, to);
    },
  };
}

export function move(desk: Acting, hand: number, dx: number, dy: number): void {
  if (dx !== 0 || dy !== 0) apply(desk, hand, freeShapes(desk), { act: "move", dx, dy });
}

/** About the middle of all. */
export function turnBy(desk: Acting, degrees: number): void {
  const shapes = freeShapes(desk);
  const frame = frameOf(shapes);
  if (frame === null) return;
  const { box } = frame;
  apply(desk, MAIN_HAND, shapes, { act: "turn", about: { x: box.x + box.width / 2, y: box.y + box.height / 2 }, degrees });
}

/** Makes the selection so many page units wider and higher; where it cannot be stretched one way only, both go together. */
export function growBy(desk: Acting, dx: number, dy: number): void {
  const shapes = freeShapes(desk);
  const frame = frameOf(shapes);
  if (frame === null) return;
  const { width, height } = frame.box;
  let sx = factor(width, width + dx);
  let sy = factor(height, height + dy);
  const kind = shapes.length === 1 ? shapes[0]?.record.kind : undefined;
  if (!alongSides(shapes) || (kind === "text" && dy !== 0)) {
    sx = dx === 0 ? sy : sx;
    sy = sx;
  }
  apply(desk, MAIN_HAND, shapes, scaling(frame, sx, sy, { x: 0, y: 0 }));
}

/** All larger or smaller alike, about the middle. */
export function scaleBy(desk: Acting, by: number): void {
  const shapes = freeShapes(desk);
  const frame: Frame | null = frameOf(shapes);
  if (frame !== null) apply(desk, MAIN_HAND, shapes, scaling(frame, by, by, { x: 0.5, y: 0.5 }));
}

function apply(desk: Acting, hand: number, shapes: readonly Shape[], act: Act): void {
  const steps = shapes.flatMap((shape) => {
    const patch = patchOf(shape.record, changed(act, shape, shapes.length === 1, (record) => desk.scene.shaped(record)));
    return patch === null ? [] : [setStep(shape.record.id, patch)];
  });
  writeAll(desk, steps, hand);
}

function writeAll(desk: Acting, steps: readonly Step[], hand = MAIN_HAND): void {
  if (steps.length > 0) writeSteps(desk, hand, desk.board.gesture(), steps);
}
