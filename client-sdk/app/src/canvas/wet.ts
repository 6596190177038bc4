/**
 * The canvas of ink that is being drawn here. It is painted inside the event that brought the ink,
 * not in a frame of its own, and is cleared when the document's canvas shows the stroke.
 */
import { countOf, hasPressure, inkBounds, STRIDE, traceInk } from "./ink";
import { context, sizeCanvas } from "./dry";
import { inflate, intersects, type Rect, union } from "./rect";
import type { Size, View } from "./view";

/** Points a finished part has. A stroke is painted in parts, so that a long one costs no more than a short one. */
const PART = 32;

export class WetStroke {
  /** Four numbers a point, as the board takes them. */
  readonly points: number[] = [];
  private readonly parts: Part[] = [];
  private open: Part | null = null;
  private done = 0;

  constructor(
    readonly color: string,
    readonly width: number,
    /** Painted as one: parts of it laid over each other would be darker at their joints. */
    readonly translucent = false,
  ) {}

  /** Adds a point, unless the last one is at the same place. */
  add(x: number, y: number, pressure: number, ms: number): boolean {
    const last = this.points.length - STRIDE;
    if (last >= 0 && Math.hypot(x - (this.points[last] ?? 0), y - (this.points[last + 1] ?? 0)) < 0.2) return false;
    this.points.push(x, y, pressure, ms);
    return true;
  }

  get filled(): boolean {
    return hasPressure(this.points);
  }

  get all(): readonly Part[] {
    return this.open === null ? this.parts : [...this.parts, this.open];
  }

  /** The box around all that is painted. */
  get bounds(): Rect | null {
    return this.all.reduce<Rect | null>((box, part) => (box === null ? part.bounds : union(box, part.bounds)), null);
  }

  /** Takes in the points that were added. Returns what has to be painted again. */
  extend(): Rect | null {
    const total = countOf(this.points);
    let dirty = this.open?.bounds ?? null;
    // The last point is not yet final: its curve depends on the one after it.
    while (!this.translucent && total - this.done > PART + 1) {
      const part = this.trace(this.done, this.done + PART);
      this.parts.push(part);
      this.done += PART;
      dirty = dirty === null ? part.bounds : union(dirty, part.bounds);
    }
    this.open = this.trace(this.done, total);
    return dirty === null ? this.open.bounds : union(dirty, this.open.bounds);
  }

  private trace(from: number, end: number): Part {
    const path = new Path2D();
    traceInk(this.points, this.width, path, from, end);
    return { path, bounds: inkBounds(this.points, this.width, from, end) };
  }
}

interface Part {
  readonly path: Path2D;
  readonly bounds: Rect;
}

export class WetCanvas {
  private readonly ctx: CanvasRenderingContext2D;
  private readonly strokes = new Set<WetStroke>();
  private view: View = { scale: 1, x: 0, y: 0 };
  private ratio = 1;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.ctx = context(canvas, { alpha: true, desynchronized: showsAtOnce() });
  }

  get empty(): boolean {
    return this.strokes.size === 0;
  }

  resize(size: Size, ratio: number): void {
    sizeCanvas(this.canvas, size, ratio);
    this.ratio = ratio;
    this.repaint(null);
  }

  setView(view: View): void {
    this.view = view;
    this.repaint(null);
  }

  /** Paints a stroke's new points now. */
  paint(stroke: WetStroke): void {
    this.strokes.add(stroke);
    const dirty = stroke.extend();
    if (dirty !== null) this.repaint(dirty);
  }

  remove(stroke: WetStroke): void {
    const { bounds } = stroke;
    if (this.strokes.delete(stroke) && bounds !== null) this.repaint(bounds);
  }

  private repaint(region: Rect | null): void {
    const { ctx, view, ratio } = this;
    const scale = view.scale * ratio;
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    if (region === null) {
      ctx.clearRect(0, 0, this.canvas.width, this.canvas.height);
    } else {
      const left = Math.floor(region.x * scale + view.x * ratio) - 1;
      const top = Math.floor(region.y * scale + view.y * ratio) - 1;
      const width = Math.ceil(region.width * scale) + 3;
      const height = Math.ceil(region.height * scale) + 3;
      ctx.beginPath();
      ctx.rect(left, top, width, height);
      ctx.clip();
      ctx.clearRect(left, top, width, height);
    }
    ctx.setTransform(scale, 0, 0, scale, view.x * ratio, view.y * ratio);
    ctx.lineCap = "round";
    ctx.lineJoin = "round";
    const asked = region === null ? null : inflate(region, 3 / scale);
    for (const stroke of this.strokes) {
      ctx.fillStyle = stroke.color;
      ctx.strokeStyle = stroke.color;
      ctx.lineWidth = stroke.width;
      for (const part of stroke.all) {
        if (asked !== null && !intersects(part.bounds, asked)) continue;
        if (stroke.filled) ctx.fill(part.path);
        else ctx.stroke(part.path);
      }
    }
    ctx.restore();
  }
}

/**
 * A canvas that need not wait for the page's compositor shortens the way from hand to ink, but only
 * Chrome OS and Windows are known to lay it over the page without flicker.
 */
function showsAtOnce(): boolean {
  return /\bCrOS\b|Windows NT/.test(navigator.userAgent);
}
