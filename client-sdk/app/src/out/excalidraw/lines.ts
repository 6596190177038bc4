/** Their lines, arrows and pen strokes, as paths and points of ours. */
import { type Fields, isNumber, Unreadable } from "./fields";
import { COORDINATE_MAX, PATH_POINTS_MAX, POINTS_MAX } from "./limits";
import { STROKE_POINTS_MAX, STROKE_TIME_MAX } from "../../tools/pen";

/** Milliseconds between two points: their files do not say, but ours do. */
const STEP_MS = 12;
/** The lightest pressure that is not "none" (protocol/src/ink). */
const PRESSURE_MIN = 1 / 255;
/** Pieces of a curve between two corners. */
const CURVE_STEPS = 8;

interface Spending {
  spend(points: number, max: number): void;
}

export interface Path {
  readonly kind: "line" | "arrow" | "polygon";
  readonly path: number[];
}

/** A pen stroke: one, or several if it has more points than a stroke may have. */
export function readFreedraw(element: Fields, own: Fields | null, budget: Spending): Float64Array[] {
  const points = pointsOf(element, budget);
  const pressures = element.list("pressures");
  const felt = element.raw("simulatePressure") !== true && pressures.length > 0 && own?.raw("felt") !== false;
  const times = timesOf(own?.list("ms") ?? [], points.length);
  const strokes: Float64Array[] = [];
  for (let from = 0; from < points.length; from += STROKE_POINTS_MAX - 1) {
    const part = points.slice(from, from + STROKE_POINTS_MAX);
    if (from > 0 && part.length < 2) break;
    const samples = new Float64Array(part.length * 4);
    const start = times[from] ?? 0;
    part.forEach(([x, y], i) => {
      const pressure = pressures[Math.min(from + i, pressures.length - 1)];
      const given = isNumber(pressure) ? Math.min(1, Math.max(PRESSURE_MIN, pressure)) : 0.5;
      samples.set([x, y, felt ? given : 0, Math.min(STROKE_TIME_MAX, (times[from + i] ?? 0) - start)], i * 4);
    });
    strokes.push(samples);
  }
  return strokes;
}

/** Milliseconds of each point, never going back. */
function timesOf(given: readonly unknown[], count: number): number[] {
  const usable = given.length === count && given.every((ms, i) => isNumber(ms) && ms >= 0 && (i === 0 || ms >= Number(given[i - 1])));
  return Array.from({ length: count }, (_, i) => (usable ? Number(given[i]) : i * STEP_MS));
}

/** A line with heads at both ends becomes two arrows, since ours have one. */
export function readLinear(element: Fields, budget: Spending): Path[] {
  const points = pointsOf(element, budget);
  if (points.length < 2) throw new Unreadable("a line of one point");
  const [first, last] = [points[0], points[points.length - 1]];
  const closed =
    element.raw("type") === "line" && points.length > 3 && first !== undefined && last !== undefined && Math.hypot(first[0] - last[0], first[1] - last[1]) < 1;
  const corners = closed ? points.slice(0, -1) : points;
  const round = element.fields("roundness") !== null && corners.length > 2;
  const path = thinned(round ? curve(corners, closed) : corners).flat();
  if (closed) return [{ kind: "polygon", path }];
  const heads = element.raw("type") === "arrow";
  const atEnd = heads && typeof element.raw("endArrowhead") === "string";
  const atStart = heads && typeof element.raw("startArrowhead") === "string";
  if (atEnd && atStart) return [{ kind: "arrow", path }, { kind: "arrow", path: reversed(path.slice(0, 4)) }];
  if (atStart) return [{ kind: "arrow", path: reversed(path) }];
  return [{ kind: atEnd ? "arrow" : "line", path }];
}

type Place = [number, number];

function pointsOf(element: Fields, budget: Spending): Place[] {
  const x = element.number("x", -COORDINATE_MAX, COORDINATE_MAX);
  const y = element.number("y", -COORDINATE_MAX, COORDINATE_MAX);
  const list = element.list("points");
  if (list.length === 0) throw new Unreadable("a line without points");
  budget.spend(list.length, POINTS_MAX);
  return list.map((point) => {
    const [dx, dy] = Array.isArray(point) ? (point as unknown[]) : [];
    if (!isNumber(dx) || !isNumber(dy) || Math.abs(dx) > COORDINATE_MAX || Math.abs(dy) > COORDINATE_MAX) throw new Unreadable("a point that is none");
    return [x + dx, y + dy];
  });
}

/** The curve through all corners (Catmull and Rom), as their program rounds lines, in short straight pieces. */
function curve(corners: readonly Place[], closed: boolean): Place[] {
  const at = (i: number): Place => {
    const count = corners.length;
    return corners[closed ? (i + count) % count : Math.max(0, Math.min(count - 1, i))] ?? [0, 0];
  };
  const pieces = closed ? corners.length : corners.length - 1;
  const steps = Math.max(1, Math.min(CURVE_STEPS, Math.floor(PATH_POINTS_MAX / (pieces + 1))));
  const found: Place[] = [at(0)];
  for (let i = 0; i < pieces; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let step = 1; step <= steps; step++) {
      if (closed && i === pieces - 1 && step === steps) break;
      const t = step / steps;
      found.push([spline(a[0], b[0], c[0], d[0], t), spline(a[1], b[1], c[1], d[1], t)]);
    }
  }
  return found;
}

function spline(a: number, b: number, c: number, d: number, t: number): number {
  return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
}

/** No more corners than a path may have, the ends always among them. */
function thinned(corners: readonly Place[]): readonly Place[] {
  if (corners.length <= PATH_POINTS_MAX) return corners;
  const step = (corners.length - 1) / (PATH_POINTS_MAX - 1);
  return Array.from({ length: PATH_POINTS_MAX }, (_, i) => corners[Math.round(i * step)] ?? [0, 0]);
}

function reversed(path: readonly number[]): number[] {
  const turned: number[] = [];
  for (let i = path.length - 2; i >= 0; i -= 2) turned.push(path[i] ?? 0, path[i + 1] ?? 0);
  return turned;
}
