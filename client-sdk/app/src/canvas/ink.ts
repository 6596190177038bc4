/**
 * How a stroke's points become a smooth line.
 *
 * Curves go from the middle of one segment to the middle of the next, with the point between as their
 * control point: this rounds off the sampling of a panel without moving what was written. Without
 * pressure the line has one width and is stroked; with pressure it is an outline and is filled.
 */
import type { Rect } from "./rect";

/** Numbers a point: x, y, pressure (0: the device has none) and milliseconds. */
export const STRIDE = 4;

export type Points = ArrayLike<number>;

/** The calls of Path2D that a line needs, so that geometry can be tested without a browser. */
export interface PathSink {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void;
  arc(x: number, y: number, radius: number, start: number, end: number): void;
  closePath(): void;
}

export function countOf(points: Points): number {
  return Math.floor(points.length / STRIDE);
}

/** A stroke keeps what its first point says: a device has pressure or it has none. */
export function hasPressure(points: Points): boolean {
  return (points[2] ?? 0) > 0;
}

/**
 * Traces the line from point `from` up to point `end` (exclusive). A part that does not begin at the
 * first point begins in the middle before `from`, and one that does not end at the last point ends in
 * the middle after it, so parts fit together.
 */
export function traceInk(
  points: Points,
  width: number,
  sink: PathSink,
  from = 0,
  end = countOf(points),
): void {
  if (end <= from) return;
  if (hasPressure(points)) traceOutline(points, width, sink, from, end);
  else traceLine(points, sink, from, end);
}

/** The box around points `from` to `end` and the middles next to them, the line's width included. */
export function inkBounds(points: Points, width: number, from = 0, end = countOf(points)): Rect {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  const last = Math.min(countOf(points), end + 1);
  for (let i = Math.max(0, from - 1); i < last; i++) {
    const x = number(points, i * STRIDE);
    const y = number(points, i * STRIDE + 1);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const around = hasPressure(points) ? radiusAt(1, width) : width / 2;
  return {
    x: left - around,
    y: top - around,
    width: right - left + 2 * around,
    height: bottom - top + 2 * around,
  };
}

/** Half the width of a line of `width` under `pressure` (0 to 1). */
export function radiusAt(pressure: number, width: number): number {
  return (width / 2) * (0.35 + 1.1 * Math.min(1, pressure));
}

function traceLine(points: Points, sink: PathSink, from: number, end: number): void {
  const total = countOf(points);
  const x = (i: number): number => number(points, i * STRIDE);
  const y = (i: number): number => number(points, i * STRIDE + 1);
  if (total === 1) {
    sink.moveTo(x(0), y(0));
    // A line without any length has no caps, and a dot is nothing but its caps.
    sink.lineTo(x(0) + 0.01, y(0));
    return;
  }
  if (from === 0) sink.moveTo(x(0), y(0));
  else sink.moveTo((x(from - 1) + x(from)) / 2, (y(from - 1) + y(from)) / 2);
  for (let i = from; i < end; i++) {
    if (i === total - 1) sink.lineTo(x(i), y(i));
    else if (i === 0) sink.lineTo((x(0) + x(1)) / 2, (y(0) + y(1)) / 2);
    else sink.quadraticCurveTo(x(i), y(i), (x(i) + x(i + 1)) / 2, (y(i) + y(i + 1)) / 2);
  }
}

/** Discs along the line and the strips between them, all turning the same way, so that filling joins them. */
function traceOutline(
  points: Points,
  width: number,
  sink: PathSink,
  from: number,
  end: number,
): void {
  const total = countOf(points);
  const x = (i: number): number => number(points, i * STRIDE);
  const y = (i: number): number => number(points, i * STRIDE + 1);
  const r = (i: number): number => radiusAt(number(points, i * STRIDE + 2), width);
  const first = Math.max(0, from - 1);
  let px = from === 0 ? x(0) : (x(first) + x(from)) / 2;
  let py = from === 0 ? y(0) : (y(first) + y(from)) / 2;
  let pr = from === 0 ? r(0) : (r(first) + r(from)) / 2;
  disc(sink, px, py, pr);
  const to = (qx: number, qy: number, qr: number): void => {
    strip(sink, px, py, pr, qx, qy, qr);
    disc(sink, qx, qy, qr);
    px = qx;
    py = qy;
    pr = qr;
  };
  for (let i = from; i < end; i++) {
    if (i === total - 1) {
      to(x(i), y(i), r(i));
      continue;
    }
    const mx = (x(i) + x(i + 1)) / 2;
    const my = (y(i) + y(i + 1)) / 2;
    const mr = (r(i) + r(i + 1)) / 2;
    const sx = px;
    const sy = py;
    const sr = pr;
    const length = Math.hypot(x(i) - sx, y(i) - sy) + Math.hypot(mx - x(i), my - y(i));
    const steps = Math.max(1, Math.min(10, Math.ceil(length / 3)));
    for (let step = 1; step <= steps; step++) {
      const t = step / steps;
      const u = 1 - t;
      to(
        u * u * sx + 2 * u * t * x(i) + t * t * mx,
        u * u * sy + 2 * u * t * y(i) + t * t * my,
        u * sr + t * mr,
      );
    }
  }
}

function disc(sink: PathSink, x: number, y: number, radius: number): void {
  sink.moveTo(x + radius, y);
  sink.arc(x, y, radius, 0, 2 * Math.PI);
  sink.closePath();
}

function strip(
  sink: PathSink,
  ax: number,
  ay: number,
  ar: number,
  bx: number,
  by: number,
  br: number,
): void {
  const dx = bx - ax;
  const dy = by - ay;
  const length = Math.hypot(dx, dy);
  if (length < 0.01) return;
  const nx = dy / length;
  const ny = -dx / length;
  sink.moveTo(ax + nx * ar, ay + ny * ar);
  sink.lineTo(bx + nx * br, by + ny * br);
  sink.lineTo(bx - nx * br, by - ny * br);
  sink.lineTo(ax - nx * ar, ay - ny * ar);
  sink.closePath();
}

function number(values: Points, index: number): number {
  return values[index] ?? 0;
}
