/** What a tap, a box or an eraser meets. All in page units. */
import { lengthOf, type Line, LINE_STRIDE } from "./outline-line";
import {
  between,
  betweenSegments,
  centre,
  contains,
  holds,
  intersects,
  type Point,
  type Rect,
  shift,
  toSegment,
  turn,
} from "./rect";
import { cornersOf, type LineOf, type Shape } from "./shape";

/** True if `point` is on the shape, or nearer to it than `reach`. */
export function touches(shape: Shape, point: Point, reach: number, line: LineOf): boolean {
  const { record } = shape;
  const at = turn(point, centre(shape.box), -record.rotation);
  switch (record.kind) {
    case "stroke": {
      const local = { x: at.x - record.x, y: at.y - record.y };
      return nearInk(line(record), local, local, reach);
    }
    case "rectangle":
      return (
        holds(grown(shape.box, reach), at) &&
        (record.fill !== null || !holds(grown(shape.box, -reach - record.strokeWidth), at))
      );
    case "ellipse":
      return (
        inEllipse(grown(shape.box, reach), at) &&
        (record.fill !== null || !inEllipse(grown(shape.box, -reach - record.strokeWidth), at))
      );
    case "line":
    case "arrow":
    case "polygon": {
      const corners = cornersOf(record);
      const closed = record.kind === "polygon";
      if (closed && record.fill !== null && inPolygon(corners, at)) return true;
      return nearCorners(corners, closed, at, reach + record.strokeWidth / 2);
    }
    case "text":
    case "note":
    case "image":
      return holds(grown(shape.box, reach / 2), at);
    case "unknown":
      return false;
  }
}

/** True if a selection box means the shape: it holds it, or meets its ink or its area. */
export function inBox(shape: Shape, box: Rect, line: LineOf): boolean {
  if (contains(box, shape.bounds)) return true;
  if (!intersects(box, shape.bounds)) return false;
  const { record } = shape;
  if (record.kind !== "stroke" || record.rotation !== 0) return contains(box, shape.bounds);
  const points = line(record);
  const local = shift(box, -record.x, -record.y);
  for (let i = 0; i < points.length; i += LINE_STRIDE) {
    if (holds(local, { x: points[i] ?? 0, y: points[i + 1] ?? 0 })) return true;
  }
  return false;
}

/** True if an eraser of `radius` on its way from `from` to `to` meets a stroke. */
export function erased(shape: Shape, from: Point, to: Point, radius: number, line: LineOf): boolean {
  const { record } = shape;
  if (record.kind !== "stroke") return false;
  if (!intersects(grown(between(from, to), radius), shape.bounds)) return false;
  const about = centre(shape.box);
  const a = turn(from, about, -record.rotation);
  const b = turn(to, about, -record.rotation);
  return nearInk(line(record), { x: a.x - record.x, y: a.y - record.y }, { x: b.x - record.x, y: b.y - record.y }, radius);
}

/** True if the way from `a` to `b` comes nearer to the ink than `reach`, ink being as wide as it is there. */
function nearInk(line: Line, a: Point, b: Point, reach: number): boolean {
  const at = (i: number): Point => ({ x: line[i * LINE_STRIDE] ?? 0, y: line[i * LINE_STRIDE + 1] ?? 0 });
  const radius = (i: number): number => line[i * LINE_STRIDE + 2] ?? 0;
  const count = lengthOf(line);
  if (count === 1) return toSegment(at(0), a, b) <= reach + radius(0);
  for (let i = 1; i < count; i++) {
    if (betweenSegments(at(i - 1), at(i), a, b) <= reach + Math.max(radius(i - 1), radius(i))) return true;
  }
  return false;
}

function nearCorners(corners: readonly Point[], closed: boolean, at: Point, reach: number): boolean {
  return corners.some((corner, i) => {
    const next = corners[i + 1] ?? (closed ? corners[0] : undefined);
    return next !== undefined && toSegment(at, corner, next) <= reach;
  });
}

function inPolygon(corners: readonly Point[], at: Point): boolean {
  let inside = false;
  corners.forEach((a, i) => {
    const b = corners[(i + 1) % corners.length] as Point;
    if (a.y > at.y !== b.y > at.y && at.x < ((b.x - a.x) * (at.y - a.y)) / (b.y - a.y) + a.x) {
      inside = !inside;
    }
  });
  return inside;
}

function inEllipse(box: Rect, at: Point): boolean {
  if (box.width <= 0 || box.height <= 0) return false;
  const middle = centre(box);
  const dx = (at.x - middle.x) / (box.width / 2);
  const dy = (at.y - middle.y) / (box.height / 2);
  return dx * dx + dy * dy <= 1;
}

function grown(rect: Rect, by: number): Rect {
  return { x: rect.x - by, y: rect.y - by, width: rect.width + 2 * by, height: rect.height + 2 * by };
}
