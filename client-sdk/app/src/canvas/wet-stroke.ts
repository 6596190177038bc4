/**
 * A stroke that is being drawn, here or by another. What a new point costs does not depend on how long the stroke is:
 * only its last points change, and only the parts near them are painted again.
 */
import { countOf, type InkStyle, type PathSink, type Points, STRIDE } from "./ink";
import { PART, tracePart } from "./outline";
import { LINE_STRIDE, lineBounds } from "./outline-line";
import { ageOf, Nib, runOut, TAIL_POINTS, touchOf } from "./outline-nib";
import { intersects, type Rect, union } from "./rect";

export class WetStroke {
  /** Four numbers a point, as the board takes them. */
  readonly points: number[] = [];
  readonly style: InkStyle;
  /** Three numbers a point, as the document's canvas will have them. */
  private readonly line: number[] = [];
  /** Half the width at each point, before the end runs out. */
  private readonly radii: number[] = [];
  /** The boxes around the parts, the last one still growing. */
  private readonly boxes: Rect[] = [];
  private nib: Nib | null = null;

  constructor(
    readonly color: string,
    readonly width: number,
    readonly highlighter = false,
  ) {
    this.style = { tool: highlighter ? "highlighter" : "pen", width };
  }

  /** Adds a point as the board will keep it, unless the last one is at the same place. */
  add(x: number, y: number, pressure: number, ms: number): boolean {
    const last = this.points.length - STRIDE;
    if (last >= 0 && Math.hypot(x - (this.points[last] ?? 0), y - (this.points[last + 1] ?? 0)) < 0.2) return false;
    this.points.push(Math.round(x * 8) / 8, Math.round(y * 8) / 8, Math.round(pressure * 254) / 254, Math.round(ms));
    return true;
  }

  /** Takes points over from `from` on as they are: from the board, which keeps all of them. */
  take(points: Points, from: number): void {
    for (let i = from * STRIDE; i < points.length; i++) this.points.push(points[i] ?? 0);
  }

  /** Whether the device measures pressure. */
  get filled(): boolean {
    return (this.points[2] ?? 0) > 0;
  }

  /** The box around all that is painted. */
  get bounds(): Rect | null {
    return this.boxes.reduce<Rect | null>((all, box) => (all === null ? box : union(all, box)), null);
  }

  /** Takes in the points that were added. Returns what has to be painted again. */
  extend(): Rect | null {
    const count = countOf(this.points);
    const before = this.radii.length;
    if (count === before) return null;
    this.nib ??= Nib.of(this.points, this.style);
    for (let i = before; i < count; i++) {
      const [x = 0, y = 0, pressure = 0, ms = 0] = this.points.slice(i * STRIDE, (i + 1) * STRIDE);
      this.radii.push(this.nib.next(x, y, pressure, ms));
      this.line.push(x, y, 0);
    }
    const changed = Math.max(0, before - TAIL_POINTS);
    const { loss } = this.nib;
    for (let i = changed; i < count; i++) {
      const touch = i === 0 && count > 1 ? touchOf(this.points, this.style) : 1;
      const end = i >= count - TAIL_POINTS ? runOut(loss, ageOf(this.points, i)) : 1;
      this.line[i * LINE_STRIDE + 2] = Math.fround(Math.fround((this.radii[i] ?? 0) * touch) * end);
    }
    // The strip before is cut in the middle to the first point that changed.
    const part = Math.floor(Math.max(0, changed - 1) / PART);
    let dirty: Rect | null = null;
    for (let i = part; i * PART < count; i++) {
      const box = lineBounds(this.line, i * PART, (i + 1) * PART);
      const old = this.boxes[i];
      this.boxes[i] = box;
      dirty = dirty === null ? box : union(dirty, box);
      if (old !== undefined) dirty = union(dirty, old);
    }
    return dirty;
  }

  /** Traces what of the stroke lies in `region`; all of it for null. False if nothing does. */
  trace(sink: PathSink, pixel: number, region: Rect | null): boolean {
    let any = false;
    this.boxes.forEach((box, part) => {
      if (region !== null && !intersects(box, region)) return;
      tracePart(this.line, this.style, sink, pixel, part * PART);
      any = true;
    });
    return any;
  }
}
