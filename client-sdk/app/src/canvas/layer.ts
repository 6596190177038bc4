/** A canvas over the page that exists only while something is shown on it: on a wall each takes 33 MB. */
import { context, sizeCanvas } from "./dry";
import type { Size, View } from "./view";

export class Layer {
  private canvas: HTMLCanvasElement | null = null;
  private ctx: CanvasRenderingContext2D | null = null;
  private extent: Size = { width: 1, height: 1 };
  private ratio = 1;

  constructor(private readonly parent: HTMLElement) {}

  resize(size: Size, ratio: number): void {
    this.extent = size;
    this.ratio = ratio;
    if (this.canvas !== null) sizeCanvas(this.canvas, size, ratio);
  }

  /** An empty canvas in page units, made if there is none. */
  begin(view: View): CanvasRenderingContext2D {
    if (this.canvas === null || this.ctx === null) {
      this.canvas = document.createElement("canvas");
      this.canvas.className = "layer";
      this.parent.prepend(this.canvas);
      this.ctx = context(this.canvas, { alpha: true });
      sizeCanvas(this.canvas, this.extent, this.ratio);
    }
    const { ctx, ratio } = this;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, this.canvas.width, this.canvas.height);
    ctx.setTransform(view.scale * ratio, 0, 0, view.scale * ratio, view.x * ratio, view.y * ratio);
    return ctx;
  }

  remove(): void {
    this.canvas?.remove();
    this.canvas = null;
    this.ctx = null;
  }
}
