/** What a handle that is dragged means: from where the pointer began to where it is now. */
import { centre, type Point, turn } from "../../canvas/rect";
import type { Shape } from "../../canvas/shape";
import type { Act } from "./act";
import { endsOf, type Frame, type Grip, SIDE_MIN } from "./frame";

export interface Keys {
  /** Proportions the other way round; turns in steps. */
  readonly shift: boolean;
  /** From the middle. */
  readonly alt: boolean;
}

/** Degrees. */
const TURN_STEP = 15;
/** Page units. Nothing is made smaller, so nothing is turned inside out: pictures and letters have no mirror image here. */
const SIZE_MIN = 6;

export function dragged(grip: Grip, shapes: readonly Shape[], frame: Frame, from: Point, to: Point, keys: Keys): Act {
  switch (grip.kind) {
    case "size":
      return resized(grip, shapes, frame, from, to, keys);
    case "turn":
      return turned(shapes, frame, from, to, keys);
    case "end":
      return endDragged(grip, shapes, from, to, keys);
  }
}

/** Whether a corner keeps the proportions without a key being held. */
function keepsProportions(shapes: readonly Shape[]): boolean {
  const [first, second] = shapes;
  if (first === undefined || second !== undefined) return true;
  const { kind } = first.record;
  return kind === "image" || kind === "text" || kind === "note";
}

function resized(
  { hx, hy }: Extract<Grip, { kind: "size" }>,
  shapes: readonly Shape[],
  frame: Frame,
  from: Point,
  to: Point,
  keys: Keys,
): Act {
  const { box, rotation } = frame;
  const way = turn({ x: to.x - from.x, y: to.y - from.y }, { x: 0, y: 0 }, -rotation);
  const twice = keys.alt ? 2 : 1;
  const width = box.width + hx * way.x * twice;
  const height = box.height + hy * way.y * twice;
  const kind = shapes.length === 1 ? shapes[0]?.record.kind : undefined;
  // Letters cannot be squeezed, so a text's corner never changes its proportions.
  const free = kind === "text" || keepsProportions(shapes) !== keys.shift;
  const corner = hx !== 0 && hy !== 0;
  let sx = hx === 0 ? 1 : factor(box.width, width);
  let sy = hy === 0 ? 1 : factor(box.height, height);
  if (corner && free) {
    // Where the pointer is, seen along the diagonal.
    const along = (width * box.width + height * box.height) / (box.width ** 2 + box.height ** 2);
    sx = Math.max(along, factor(box.width, 0), factor(box.height, 0));
    sy = sx;
  } else if (!corner && keys.shift && kind !== "text") {
    sx = hx === 0 ? sy : sx;
    sy = sx;
  }
  return scaling(frame, sx, sy, keys.alt ? { x: 0.5, y: 0.5 } : { x: (1 - hx) / 2, y: (1 - hy) / 2 });
}

/** Resizes about a place that is given as shares of the frame. */
export function scaling({ box, rotation }: Frame, sx: number, sy: number, share: Point): Act {
  const spot = { x: box.x + box.width * share.x, y: box.y + box.height * share.y };
  return { act: "scale", sx, sy, share, rotation, about: turn(spot, centre(box), rotation) };
}

/** How much a side grows, kept from becoming nothing. */
export function factor(before: number, after: number): number {
  return before < SIDE_MIN ? 1 : Math.max(after, Math.min(before, SIZE_MIN)) / before;
}

function turned(shapes: readonly Shape[], frame: Frame, from: Point, to: Point, keys: Keys): Act {
  const about = centre(frame.box);
  const degrees = angle(about, to) - angle(about, from);
  // A single thing comes to stand straight; a group has no direction but the one it begins with.
  const base = shapes.length === 1 ? frame.rotation : 0;
  const snapped = Math.round((base + degrees) / TURN_STEP) * TURN_STEP - base;
  return { act: "turn", about, degrees: keys.shift ? snapped : degrees };
}

function endDragged({ end }: Extract<Grip, { kind: "end" }>, shapes: readonly Shape[], from: Point, to: Point, keys: Keys): Act {
  const [first, last] = shapes[0] === undefined ? [] : endsOf(shapes[0]);
  if (first === undefined || last === undefined) return { act: "move", dx: 0, dy: 0 };
  const [fixed, moved] = end === 0 ? [last, first] : [first, last];
  const free = { x: moved.x + to.x - from.x, y: moved.y + to.y - from.y };
  if (!keys.shift) return { act: "end", end, to: free };
  const degrees = Math.round(angle(fixed, free) / TURN_STEP) * TURN_STEP;
  const length = Math.hypot(free.x - fixed.x, free.y - fixed.y);
  return { act: "end", end, to: turn({ x: fixed.x + length, y: fixed.y }, fixed, degrees) };
}

function angle(from: Point, to: Point): number {
  return (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
}
