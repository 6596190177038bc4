/**
 * Many things that are dragged at once: painted one time on a canvas of their own, which then is moved,
 * stretched and turned as a whole. So dragging thousands of strokes costs no more than dragging one.
 */
import type { RecordId, Transform } from "@kakehashi/client";
import { context } from "./dry";
import { paintShape, type Paints } from "./paint";
import { inflate, intersects, overlap, type Rect } from "./rect";
import type { Scene } from "./scene";
import { type Size, type View, visible } from "./view";

/** Fewer than this are painted anew each frame, sharp and in their places among the others. */
export const LIFT_MIN = 120;
/** Pixels of the canvas: 32 MB. What is larger is painted coarser. */
const PIXELS_MAX = 8_000_000;

export class Lifted {
  private canvas: HTMLCanvasElement | null = null;
  private ids: readonly RecordId[] = [];
  /** What the canvas shows, in page units, and its pixels a page unit. */
  private region: Rect = { x: 0, y: 0, width: 0, height: 0 };
  private scale = 1;
  private transform: Transform = [1, 0, 0, 1, 0, 0];

  constructor(
    private readonly parent: HTMLElement,
    private readonly scene: Scene,
    private readonly paints: Paints,
  ) {}

  /** Shows these records so; the very list that is up already is only moved. */
  show(ids: readonly RecordId[], transform: Transform, view: View, size: Size, ratio: number): void {
    this.transform = transform;
    if (this.canvas === null || ids !== this.ids) {
      this.drop();
      this.lift(ids, view, size, ratio);
    }
    this.place(view);
  }

  /** The view is another. */
  place(view: View): void {
    if (this.canvas === null) return;
    const [a, b, c, d, e, f] = this.transform;
    const { x, y } = this.region;
    const { scale } = this;
    const v = view.scale;
    // From the canvas to the page, moved there, and to the screen.
    const left = v * (a * x + c * y + e) + view.x;
    const top = v * (b * x + d * y + f) + view.y;
    this.canvas.style.transform = `matrix(${(v * a) / scale},${(v * b) / scale},${(v * c) / scale},${(v * d) / scale},${left},${top})`;
  }

  drop(): void {
    if (this.canvas === null) return;
    this.canvas.remove();
    this.canvas = null;
    for (const id of this.ids) this.scene.show(id);
    this.ids = [];
  }

  private lift(ids: readonly RecordId[], view: View, size: Size, ratio: number): void {
    const bounds = this.scene.boundsOf(ids);
    if (bounds === null) return;
    const sight = visible(view, size);
    // What is out of sight may be dragged into it.
    const shown = overlap(inflate(bounds, 2), { x: sight.x - sight.width / 2, y: sight.y - sight.height / 2, width: sight.width * 2, height: sight.height * 2 });
    const region = { ...shown, width: Math.max(1, shown.width), height: Math.max(1, shown.height) };
    const wanted = view.scale * ratio;
    const scale = Math.min(wanted, Math.sqrt(PIXELS_MAX / Math.max(1, region.width * region.height)));
    const canvas = document.createElement("canvas");
    canvas.className = "layer lifted";
    canvas.width = Math.max(1, Math.ceil(region.width * scale));
    canvas.height = Math.max(1, Math.ceil(region.height * scale));
    const ctx = context(canvas, { alpha: true });
    ctx.setTransform(scale, 0, 0, scale, -region.x * scale, -region.y * scale);
    const up = new Set(ids);
    for (const shape of this.scene.within(region)) {
      if (up.has(shape.record.id) && intersects(shape.bounds, region)) paintShape(ctx, shape, this.paints, 1 / scale);
    }
    for (const id of ids) this.scene.hide(id);
    this.parent.prepend(canvas);
    this.canvas = canvas;
    this.ids = ids;
    this.region = region;
    this.scale = scale;
  }
}
