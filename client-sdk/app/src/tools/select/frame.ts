/** The frame around what is selected, and where its handles lie. Nothing here knows of the screen's elements. */
import type { ShapeRecord } from "@kakehashi/client";
import { centre, holds, type Point, type Rect, turn, turnedBox, union } from "../../canvas/rect";
import { cornersOf, type Shape } from "../../canvas/shape";
import { toScreen, type View } from "../../canvas/view";

/** A box, turned about its middle. A single thing keeps its own axes; a group's frame is upright. */
export interface Frame {
  readonly box: Rect;
  readonly rotation: number;
}

/** Sides and corners as steps from the middle; a line has its two ends instead. */
export type Grip =
  | { readonly kind: "size"; readonly hx: -1 | 0 | 1; readonly hy: -1 | 0 | 1 }
  | { readonly kind: "turn" }
  | { readonly kind: "end"; readonly end: 0 | 1 };

export interface Handle {
  readonly grip: Grip;
  /** CSS pixels of the surface. */
  readonly at: Point;
}

/** CSS pixels on a laptop. A frame is never shown smaller, so that its handles can be told apart. */
const FRAME_MIN = 44;
/** Likewise, what the frame keeps away from what it surrounds. */
const FRAME_PAD = 6;
/** Likewise, how far the handle for turning lies outside. */
const TURN_AWAY = 30;
/** Page units; a box with less than this along a side cannot be resized along it. */
export const SIDE_MIN = 1;

/** What of a shape a frame goes round: its own box, without the thickness of a drawn outline. */
export function innerBox({ record, box }: Shape): Rect {
  switch (record.kind) {
    case "rectangle":
    case "ellipse":
      return { x: record.x, y: record.y, width: record.width, height: record.height };
    case "line":
    case "arrow":
    case "polygon": {
      const corners = cornersOf(record);
      return corners.length === 0 ? box : around(corners);
    }
    default:
      return box;
  }
}

/** A place of a shape on the page, given as shares of its box: turned as it is shown. */
export function spotOf(shape: Shape, share: Point): Point {
  const inner = innerBox(shape);
  const spot = { x: inner.x + inner.width * share.x, y: inner.y + inner.height * share.y };
  return turn(spot, centre(shape.box), shape.record.rotation);
}

/** The frame around these; null around nothing. */
export function frameOf(shapes: readonly Shape[]): Frame | null {
  const [first, second] = shapes;
  if (first === undefined) return null;
  if (second === undefined) return { box: innerBox(first), rotation: first.record.rotation };
  const box = shapes.map((shape) => turnedBox(innerBox(shape), shape.record.rotation)).reduce(union);
  return { box, rotation: 0 };
}

/** A line or an arrow of two corners is changed by its ends. */
export function isSegment(record: ShapeRecord): boolean {
  return (record.kind === "line" || record.kind === "arrow") && record.path.length === 4;
}

/** The frame as it is shown: with room around it, and never too small to be handled. */
export function shownFrame(frame: Frame, view: View, enlarged: number): { readonly box: Rect; readonly rotation: number } {
  const middle = toScreen(view, centre(frame.box));
  const side = (length: number): number => Math.max(length * view.scale + 2 * FRAME_PAD * enlarged, FRAME_MIN * enlarged);
  const width = side(frame.box.width);
  const height = side(frame.box.height);
  return { box: { x: middle.x - width / 2, y: middle.y - height / 2, width, height }, rotation: frame.rotation };
}

/** The handles of what is selected; `shapes` are those that may be changed, `free` is the part of the surface without bars. */
export function handlesOf(shapes: readonly Shape[], frame: Frame, view: View, enlarged: number, free: Rect): Handle[] {
  const lone = shapes.length === 1 ? shapes[0] : undefined;
  if (lone !== undefined && isSegment(lone.record)) return ends(lone, view);
  const shown = shownFrame(frame, view, enlarged);
  const place = (hx: number, hy: number, down = 0, along = 0): Point => {
    const { box } = shown;
    const middle = centre(box);
    const spot = { x: middle.x + hx * (box.width / 2 + along), y: middle.y + hy * (box.height / 2 + down) };
    return turn(spot, middle, shown.rotation);
  };
  const handles: Handle[] = sizes(shapes, frame).map(([hx, hy]) => ({ grip: { kind: "size", hx, hy }, at: place(hx, hy) }));
  // Outside the upper side, or another one that is in reach.
  const away = TURN_AWAY * enlarged;
  const outside = [place(0, -1, away), place(0, 1, away), place(1, 0, 0, away), place(-1, 0, 0, away)];
  const at = outside.find((spot) => holds(free, spot)) ?? place(0, 0);
  handles.push({ grip: { kind: "turn" }, at });
  return handles;
}

type Step = -1 | 0 | 1;

/** In which directions the selection can be resized. Corners come last: they lie on top. */
function sizes(shapes: readonly Shape[], frame: Frame): (readonly [Step, Step])[] {
  const { width, height } = frame.box;
  const wide = width >= SIDE_MIN;
  const high = height >= SIDE_MIN;
  const sides: (readonly [Step, Step])[] = [];
  if (alongSides(shapes)) {
    const text = shapes.length === 1 && shapes[0]?.record.kind === "text";
    if (high && !text) sides.push([0, -1], [0, 1]);
    if (wide) sides.push([-1, 0], [1, 0]);
  }
  if (wide && high) sides.push([-1, -1], [1, -1], [-1, 1], [1, 1]);
  return sides;
}

/** Whether they can be stretched one way only: what stands askew in a group would be sheared. */
export function alongSides(shapes: readonly Shape[]): boolean {
  return shapes.length === 1 || shapes.every(({ record }) => record.rotation % 90 === 0);
}

function ends(shape: Shape, view: View): Handle[] {
  const { record } = shape;
  if (record.kind !== "line" && record.kind !== "arrow") return [];
  return endsOf(shape).map((spot, i) => ({ grip: { kind: "end", end: i === 0 ? 0 : 1 }, at: toScreen(view, spot) }));
}

/** Where a line begins and ends on the page. */
export function endsOf({ record, box }: Shape): [Point, Point] | [] {
  if (record.kind !== "line" && record.kind !== "arrow") return [];
  const corners = cornersOf(record).map((corner) => turn(corner, centre(box), record.rotation));
  const [first] = corners;
  const last = corners[corners.length - 1];
  return first === undefined || last === undefined ? [] : [first, last];
}

function around(points: readonly Point[]): Rect {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
