/**
 * Shapes that are being drawn here and not written yet. They are painted as they will look, on a canvas
 * of their own, so that growing one repaints nothing of the page.
 */
import type { ShapeRecord } from "@kakehashi/client";
import { Layer } from "./layer";
import { paintShape, type Paints } from "./paint";
import type { Point } from "./rect";
import { shapeOf } from "./shape";
import type { Measure } from "./text-layout";
import type { Size, View } from "./view";

/** CSS pixels around a place that is to be tapped. */
const SPOT_RADIUS = 11;

export interface Sketch {
  readonly record: ShapeRecord;
  /** A place to tap, which closes a polygon. */
  readonly spot?: Point;
}

export class Sketches {
  private readonly layer: Layer;
  private readonly sketches = new Map<string, Sketch>();
  private changed = false;

  constructor(
    parent: HTMLElement,
    private readonly paints: Paints,
    private readonly measure: (font: string) => Measure,
    private readonly requestFrame: () => void,
  ) {
    this.layer = new Layer(parent);
  }

  set(key: string, sketch: Sketch | null): void {
    if (sketch === null) {
      if (!this.sketches.delete(key)) return;
    } else {
      this.sketches.set(key, sketch);
    }
    this.touch();
  }

  resize(size: Size, ratio: number): void {
    this.layer.resize(size, ratio);
    this.touch();
  }

  /** The view is another. */
  touch(): void {
    this.changed = true;
    this.requestFrame();
  }

  frame(view: View): void {
    if (!this.changed) return;
    this.changed = false;
    if (this.sketches.size === 0) {
      this.layer.remove();
      return;
    }
    const ctx = this.layer.begin(view);
    for (const { record, spot } of this.sketches.values()) {
      paintShape(ctx, shapeOf(record, 0, this.paints.line, this.measure), this.paints);
      if (spot !== undefined) paintSpot(ctx, spot, SPOT_RADIUS / view.scale);
    }
  }
}

function paintSpot(ctx: CanvasRenderingContext2D, at: Point, radius: number): void {
  ctx.beginPath();
  ctx.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  ctx.fillStyle = "#ffffffcc";
  ctx.fill();
  ctx.lineWidth = radius / 4;
  ctx.strokeStyle = "#1f5f8b";
  ctx.stroke();
}
