/**
 * What an eraser leaves of a stroke. Plain geometry: points are kept as they were written, pressures and
 * times included, and where the eraser's edge crosses a line, a point is put in between.
 */
import type { StrokeRecord } from "@kakehashi/client";
import { countOf, type Points, STRIDE } from "../canvas/ink";
import { lineBounds } from "../canvas/outline-line";
import { between, centre, inflate, intersects, type Point, shift, toSegment, turn } from "../canvas/rect";
import { strokeLine } from "../canvas/shape";

/** Of a stroke's line: points one after the other, as ink is kept. */
export type Run = readonly number[];

/** Page units. A rest shorter than the line is wide, or than this, is a crumb and not a line. */
const CRUMB_MAX = 8;
const CRUMB_MIN = 2;

/** A stroke that is being rubbed at: which runs of it are left, and where they lie on the page. */
export class Rest {
  private kept: Run[];
  private readonly origin: Point;
  /** What the stroke is turned about. */
  private readonly middle: Point;

  constructor(
    readonly record: StrokeRecord,
    ink: Points,
  ) {
    const points = Array.from(ink).slice(0, countOf(ink) * STRIDE);
    this.kept = points.length === 0 ? [] : [points];
    this.origin = { x: points[0] ?? 0, y: points[1] ?? 0 };
    this.middle = middleOf(record, points, record);
  }

  get runs(): readonly Run[] {
    return this.kept;
  }

  /** Takes away what lies under an eraser of `radius` on its way from `from` to `to`. True if that was anything. */
  rub(from: Point, to: Point, radius: number): boolean {
    const { record } = this;
    const a = turn(from, this.middle, -record.rotation);
    const b = turn(to, this.middle, -record.rotation);
    const reach = radius + record.strokeWidth / 2;
    const crumb = Math.max(CRUMB_MIN, Math.min(CRUMB_MAX, record.strokeWidth));
    const place = (run: Run, i: number): Point => this.unturned(run[i * STRIDE] ?? 0, run[i * STRIDE + 1] ?? 0);
    let changed = false;
    this.kept = this.kept.flatMap((run) => {
      const pieces = cut(run, (i) => place(run, i), a, b, reach);
      if (pieces === null) return [run];
      changed = true;
      return pieces.filter((piece) => lengthOf(piece, (i) => place(piece, i)) >= crumb);
    });
    return changed;
  }

  /** A run's points where they are on the page. */
  onPage(run: Run): number[] {
    const placed: number[] = [];
    for (let i = 0; i < run.length; i += STRIDE) {
      const at = turn(this.unturned(run[i] ?? 0, run[i + 1] ?? 0), this.middle, this.record.rotation);
      placed.push(at.x, at.y, run[i + 2] ?? 0, run[i + 3] ?? 0);
    }
    return placed;
  }

  /**
   * Where a stroke of its own has to stand so that the run stays where it is: a stroke is resized about
   * its own first point and turned about its own middle.
   */
  placeOf(run: Run): Point {
    const { record } = this;
    const x = record.x + (this.origin.x - (run[0] ?? 0)) * (1 - record.scaleX);
    const y = record.y + (this.origin.y - (run[1] ?? 0)) * (1 - record.scaleY);
    const part = middleOf(record, run, { x, y });
    const turned = turn(part, this.middle, record.rotation);
    return { x: x + turned.x - part.x, y: y + turned.y - part.y };
  }

  /** Where a point is on the page before the stroke is turned. */
  private unturned(x: number, y: number): Point {
    const { record, origin } = this;
    return {
      x: record.x + origin.x + (x - origin.x) * record.scaleX,
      y: record.y + origin.y + (y - origin.y) * record.scaleY,
    };
  }
}

/** The middle of the box around a stroke with these points, before it is turned; it matters only if it is. */
function middleOf(record: StrokeRecord, points: Run, at: Point): Point {
  if (record.rotation === 0 || points.length === 0) return at;
  return centre(shift(lineBounds(strokeLine(record, points)), at.x, at.y));
}

/** What is left of a run outside an eraser from `a` to `b`; null if all of it is. */
function cut(run: Run, place: (i: number) => Point, a: Point, b: Point, reach: number): Run[] | null {
  const count = countOf(run);
  if (count === 1) return toSegment(place(0), a, b) <= reach ? [] : null;
  const hidden = hiddenParts(count, place, a, b, reach);
  if (hidden.size === 0) return null;
  const pieces: number[][] = [];
  let piece: number[] = [];
  const point = (i: number): number[] => run.slice(i * STRIDE, (i + 1) * STRIDE);
  for (let i = 0; i + 1 < count; i++) {
    const [from, to] = hidden.get(i) ?? [1, 1];
    if (from > 0) {
      if (piece.length === 0) piece.push(...point(i));
      piece.push(...(from < 1 ? amid(run, i, from) : point(i + 1)));
    }
    if (!hidden.has(i)) continue;
    if (piece.length > 0) pieces.push(piece);
    piece = to < 1 ? [...amid(run, i, to), ...point(i + 1)] : [];
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}

/** By the number of its first point, which part of each segment lies under the eraser. */
function hiddenParts(count: number, place: (i: number) => Point, a: Point, b: Point, reach: number): Map<number, readonly [number, number]> {
  const hidden = new Map<number, readonly [number, number]>();
  const near = inflate(between(a, b), reach);
  let before = place(0);
  for (let i = 0; i + 1 < count; i++) {
    const after = place(i + 1);
    // Most of a long line is nowhere near.
    const part = intersects(between(before, after), near) ? under(before, after, a, b, reach) : null;
    if (part !== null) hidden.set(i, part);
    before = after;
  }
  return hidden;
}

/** A point of a run between its point `i` and the next one; `share` of the way. */
function amid(run: Run, i: number, share: number): number[] {
  return Array.from({ length: STRIDE }, (_, part) => {
    const before = run[i * STRIDE + part] ?? 0;
    const after = run[(i + 1) * STRIDE + part] ?? 0;
    return before + (after - before) * share;
  });
}

/**
 * Which part of the segment p-q is nearer than `reach` to the segment a-b, as shares of the way; null if
 * none is. What is near a segment is a convex area, so that it is one part.
 */
export function under(p: Point, q: Point, a: Point, b: Point, reach: number): readonly [number, number] | null {
  let from = Infinity;
  let to = -Infinity;
  const take = (part: readonly [number, number] | null): void => {
    if (part === null) return;
    from = Math.min(from, part[0]);
    to = Math.max(to, part[1]);
  };
  take(inDisc(p, q, a, reach));
  take(inDisc(p, q, b, reach));
  take(inStrip(p, q, a, b, reach));
  return from <= to ? [from, to] : null;
}

function inDisc(p: Point, q: Point, middle: Point, radius: number): readonly [number, number] | null {
  const [dx, dy] = [q.x - p.x, q.y - p.y];
  const [fx, fy] = [p.x - middle.x, p.y - middle.y];
  const square = dx * dx + dy * dy;
  const half = fx * dx + fy * dy;
  const rest = fx * fx + fy * fy - radius * radius;
  if (square === 0) return rest <= 0 ? [0, 1] : null;
  const root = half * half - square * rest;
  if (root < 0) return null;
  return within((-half - Math.sqrt(root)) / square, (-half + Math.sqrt(root)) / square);
}

/** The rectangle between the discs. */
function inStrip(p: Point, q: Point, a: Point, b: Point, radius: number): readonly [number, number] | null {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (length === 0) return null;
  const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  const along = (at: Point): number => (at.x - a.x) * ux + (at.y - a.y) * uy;
  const aside = (at: Point): number => (at.y - a.y) * ux - (at.x - a.x) * uy;
  const lengthwise = slab(along(p), along(q), 0, length);
  const across = slab(aside(p), aside(q), -radius, radius);
  if (lengthwise === null || across === null) return null;
  return within(Math.max(lengthwise[0], across[0]), Math.min(lengthwise[1], across[1]));
}

/** When a value that goes from `start` to `end` lies between two limits. */
function slab(start: number, end: number, least: number, most: number): readonly [number, number] | null {
  const way = end - start;
  if (way === 0) return start >= least && start <= most ? [-Infinity, Infinity] : null;
  const [one, other] = [(least - start) / way, (most - start) / way];
  return [Math.min(one, other), Math.max(one, other)];
}

function within(from: number, to: number): readonly [number, number] | null {
  const [start, end] = [Math.max(0, from), Math.min(1, to)];
  return start <= end ? [start, end] : null;
}

function lengthOf(run: Run, place: (i: number) => Point): number {
  let length = 0;
  for (let i = 1; i < countOf(run); i++) {
    const [before, after] = [place(i - 1), place(i)];
    length += Math.hypot(after.x - before.x, after.y - before.y);
  }
  return length;
}
