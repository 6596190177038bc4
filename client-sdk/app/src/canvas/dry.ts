/** The canvas of what is in the document. Paints only the regions that became dirty. */
import type { Background } from "@kakehashi/client";
import { ground, paintEdge } from "./ground";
import { paintSheet, paintShape, type Paints } from "./paint";
import { inflate, intersects, type Rect } from "./rect";
import type { Scene } from "./scene";
import { mapRect } from "./transform";
import { sameView, type Size, snapped, type View, visible } from "./view";

/** Milliseconds. A whole repaint slower than this is put off until the view stands still. */
const SLOW_PAINT = 14;
/** Milliseconds the view stands still before it is painted sharp again. */
const SETTLE = 120;

export class DryCanvas {
  private readonly ctx: CanvasRenderingContext2D;
  private painted: View | null = null;
  private lastPaint = 0;
  private settleTimer: ReturnType<typeof setTimeout> | undefined;
  private settled = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly scene: Scene,
    private readonly paints: Paints,
    private readonly requestFrame: () => void,
  ) {
    this.ctx = context(canvas, { alpha: false });
  }

  resize(size: Size, ratio: number): void {
    sizeCanvas(this.canvas, size, ratio);
    this.painted = null;
  }

  frame(view: View, size: Size, ratio: number, background: Background): void {
    if (this.painted !== null && !sameView(this.painted, view)) {
      if (this.lastPaint > SLOW_PAINT && !this.settled) {
        this.showMoved(this.painted, view);
        return;
      }
      this.scene.dirty.all();
    }
    if (this.painted === null) this.scene.dirty.all();
    if (this.scene.dirty.empty) return;
    this.settled = false;
    const regions = this.scene.dirty.take();
    const inSight = visible(view, size);
    const started = performance.now();
    if (regions === null) {
      this.canvas.style.transform = "";
      this.paintRegion(inSight, view, ratio, background);
      this.lastPaint = performance.now() - started;
      this.painted = view;
      return;
    }
    for (const region of regions) {
      if (intersects(region, inSight)) this.paintRegion(region, view, ratio, background);
    }
  }

  close(): void {
    clearTimeout(this.settleTimer);
  }

  /** Shows the old picture in its new place until the view stands still. */
  private showMoved(from: View, to: View): void {
    const zoom = to.scale / from.scale;
    this.canvas.style.transform = `matrix(${zoom},0,0,${zoom},${to.x - from.x * zoom},${to.y - from.y * zoom})`;
    clearTimeout(this.settleTimer);
    this.settleTimer = setTimeout(() => {
      this.settled = true;
      this.scene.dirty.all();
      this.requestFrame();
    }, SETTLE);
  }

  private paintRegion(region: Rect, view: View, ratio: number, background: Background): void {
    const { ctx } = this;
    const scale = view.scale * ratio;
    const origin = snapped(view, ratio);
    // Whole device pixels, and one more around: the edges of lines are blended.
    const left = Math.max(0, Math.floor(region.x * scale + origin.x) - 1);
    const top = Math.max(0, Math.floor(region.y * scale + origin.y) - 1);
    const right = Math.min(this.canvas.width, Math.ceil((region.x + region.width) * scale + origin.x) + 1);
    const bottom = Math.min(this.canvas.height, Math.ceil((region.y + region.height) * scale + origin.y) + 1);
    if (right <= left || bottom <= top) return;
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.beginPath();
    ctx.rect(left, top, right - left, bottom - top);
    ctx.clip();
    ctx.fillStyle = ground();
    ctx.fillRect(left, top, right - left, bottom - top);
    paintEdge(ctx, origin, scale, ratio);
    ctx.setTransform(scale, 0, 0, scale, origin.x, origin.y);
    const asked = inflate(region, 2 / scale);
    paintSheet(ctx, background, asked);
    for (const shape of this.scene.within(asked)) {
      const transform = this.scene.transform(shape.record.id);
      if (transform === undefined) {
        paintShape(ctx, shape, this.paints, 1 / scale);
      } else if (intersects(mapRect(transform, shape.bounds), asked)) {
        ctx.save();
        ctx.transform(...transform);
        paintShape(ctx, shape, this.paints, 1 / scale);
        ctx.restore();
      }
    }
    ctx.restore();
  }
}

export function context(canvas: HTMLCanvasElement, settings: CanvasRenderingContext2DSettings): CanvasRenderingContext2D {
  const ctx = canvas.getContext("2d", settings);
  if (ctx === null) throw new Error("This browser gives no canvas to draw on.");
  return ctx;
}

export function sizeCanvas(canvas: HTMLCanvasElement, size: Size, ratio: number): void {
  canvas.width = Math.max(1, Math.round(size.width * ratio));
  canvas.height = Math.max(1, Math.round(size.height * ratio));
  canvas.style.width = `${size.width}px`;
  canvas.style.height = `${size.height}px`;
}
