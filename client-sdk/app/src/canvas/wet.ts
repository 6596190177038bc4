/**
 * The canvas of ink that is being drawn. One's own is painted inside the event that brought the ink,
 * not in a frame of its own, and is cleared when the document's canvas shows the stroke.
 *
 * A highlighter darkens what is below it, so its wet ink has a canvas of its own that the browser
 * multiplies with the page; it exists only while somebody highlights.
 */
import { context, sizeCanvas } from "./dry";
import { inflate, type Rect } from "./rect";
import { type Size, snapped, type View } from "./view";
import { WetStroke } from "./wet-stroke";

export { WetStroke };

export class WetCanvas {
  private readonly ink: Layer;
  private marks: Layer | null = null;
  private view: View = { scale: 1, x: 0, y: 0 };
  private extent: Size = { width: 1, height: 1 };
  private ratio = 1;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.ink = new Layer(canvas, showsAtOnce());
  }

  get empty(): boolean {
    return this.ink.strokes.size === 0 && this.marks === null;
  }

  resize(size: Size, ratio: number): void {
    this.extent = size;
    this.ratio = ratio;
    for (const layer of this.layers()) {
      sizeCanvas(layer.canvas, size, ratio);
      layer.repaint(this.view, ratio, null);
    }
  }

  setView(view: View): void {
    this.view = view;
    for (const layer of this.layers()) layer.repaint(view, this.ratio, null);
  }

  /** Paints a stroke's new points now. */
  paint(stroke: WetStroke): void {
    const layer = stroke.highlighter ? this.highlights() : this.ink;
    layer.strokes.add(stroke);
    const dirty = stroke.extend();
    if (dirty !== null) layer.repaint(this.view, this.ratio, dirty);
  }

  remove(stroke: WetStroke): void {
    const layer = stroke.highlighter ? this.marks : this.ink;
    if (layer === null || !layer.strokes.delete(stroke)) return;
    if (layer === this.marks && layer.strokes.size === 0) {
      layer.canvas.remove();
      this.marks = null;
    } else if (stroke.bounds !== null) {
      layer.repaint(this.view, this.ratio, stroke.bounds);
    }
  }

  private layers(): Layer[] {
    return this.marks === null ? [this.ink] : [this.ink, this.marks];
  }

  private highlights(): Layer {
    if (this.marks === null) {
      const canvas = document.createElement("canvas");
      canvas.className = "layer";
      canvas.setAttribute("aria-hidden", "true");
      canvas.style.mixBlendMode = "multiply";
      this.canvas.before(canvas);
      this.marks = new Layer(canvas, false);
      sizeCanvas(canvas, this.extent, this.ratio);
    }
    return this.marks;
  }
}

class Layer {
  readonly strokes = new Set<WetStroke>();
  private readonly ctx: CanvasRenderingContext2D;
  private blank = true;

  constructor(
    readonly canvas: HTMLCanvasElement,
    desynchronized: boolean,
  ) {
    this.ctx = context(canvas, { alpha: true, desynchronized });
  }

  repaint(view: View, ratio: number, region: Rect | null): void {
    // Nothing is wet while the page is moved, and clearing a wall's canvas in each frame costs.
    if (this.strokes.size === 0 && this.blank) return;
    const { ctx } = this;
    const scale = view.scale * ratio;
    const origin = snapped(view, ratio);
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    if (region === null) {
      ctx.clearRect(0, 0, this.canvas.width, this.canvas.height);
      this.blank = this.strokes.size === 0;
    } else {
      const left = Math.floor(region.x * scale + origin.x) - 1;
      const top = Math.floor(region.y * scale + origin.y) - 1;
      const width = Math.ceil(region.width * scale) + 3;
      const height = Math.ceil(region.height * scale) + 3;
      ctx.beginPath();
      ctx.rect(left, top, width, height);
      ctx.clip();
      ctx.clearRect(left, top, width, height);
      if (this.strokes.size > 0) this.blank = false;
    }
    ctx.setTransform(scale, 0, 0, scale, origin.x, origin.y);
    const asked = region === null ? null : inflate(region, 3 / scale);
    for (const stroke of this.strokes) {
      ctx.beginPath();
      if (!stroke.trace(ctx, 1 / scale, asked)) continue;
      ctx.fillStyle = stroke.color;
      ctx.fill();
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
