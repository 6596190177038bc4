/**
 * Paints tiles a little at a time. A tile is shown when all of it is there; where it has to be painted
 * anew, the old picture stays until the new one is finished.
 */
import type { Background } from "@kakehashi/client";
import { ground, paintEdge } from "./ground";
import { paintSheet, paintShape, type Paints } from "./paint";
import { inflate, overlap, type Rect, union } from "./rect";
import type { Scene } from "./scene";
import type { Shape } from "./shape";
import { TILE, type Tile } from "./tiles";

/** Points painted in a millisecond, before it is known of this device. */
const PACE = 300;
/** Points painted before it is asked whether somebody waits. */
const POINTS_A_LOOK = 800;
/** What a shape that is no ink costs, in points. */
const SHAPE_POINTS = 60;

interface Job {
  readonly tile: Tile;
  /** Page units. */
  region: Rect;
  /** What is painted there, the lowest first; null until it is begun. */
  shapes: Shape[] | null;
  next: number;
}

/** How the page looks now. */
export interface Look {
  readonly background: Background;
  /** Device pixels of a CSS pixel. */
  readonly ratio: number;
}

export class TilePainter {
  private job: Job | null = null;
  /** Points that this device paints in a millisecond, as it has been lately. */
  private pace = PACE;
  private readonly scratch: CanvasRenderingContext2D;
  private readonly glance: CanvasRenderingContext2D;

  constructor(
    private readonly scene: Scene,
    private readonly paints: Paints,
    canvas: (width: number, height: number) => CanvasRenderingContext2D,
  ) {
    this.scratch = canvas(TILE, TILE);
    this.glance = canvas(1, 1);
  }

  get busy(): boolean {
    return this.job !== null;
  }

  /**
   * Paints what `wanted` names, one after the other, until the time comes. Calls `painted` for each
   * finished region.
   */
  paint(until: number, look: Look, wanted: () => Tile | null, painted: (tile: Tile, region: Rect) => void): void {
    for (let now = performance.now(); now < until; ) {
      this.job ??= begin(wanted());
      if (this.job === null) return;
      const { tile, region } = this.job;
      const points = this.go(this.job, this.pace * (until - now), look);
      const then = performance.now();
      if (points > POINTS_A_LOOK) this.pace += (points / Math.max(0.1, then - now) - this.pace) * 0.3;
      now = then;
      if (this.job.shapes === null || this.job.next < this.job.shapes.length) return;
      this.job = null;
      tile.complete = true;
      painted(tile, region);
    }
  }

  /** If it is this tile that is being painted, begins anew with a region that changed. */
  takesIn(tile: Tile, region: Rect): boolean {
    const { job } = this;
    if (job?.tile !== tile) return false;
    if (tile.complete) job.region = union(job.region, overlap(tile.rect, region));
    job.shapes = null;
    return true;
  }

  /** A shape came on top of all that is in `tile`. */
  addOnTop(tile: Tile, shape: Shape): void {
    const { job } = this;
    if (job?.tile === tile) {
      // What is not yet begun will find the shape in the scene.
      if (job.shapes !== null) job.shapes.push(shape);
      if (!tile.complete) return;
    }
    if (!tile.complete) return;
    const { ctx } = tile;
    ctx.save();
    this.place(ctx, tile);
    paintShape(ctx, shape, this.paints, 1 / tile.scale);
    ctx.restore();
  }

  /** Leaves what it was painting, if that was on such a tile. */
  leave(unwanted: (tile: Tile) => boolean): void {
    if (this.job === null || !unwanted(this.job.tile)) return;
    const { tile, region } = this.job;
    if (tile.complete) tile.stale = tile.stale === null ? region : union(tile.stale, region);
    this.job = null;
  }

  /** Goes on with a job by about so many points. Returns how many it were. */
  private go(job: Job, allowed: number, look: Look): number {
    const { tile } = job;
    const { scale } = tile;
    const onto = tile.complete ? this.scratch : tile.ctx;
    const left = Math.max(0, Math.floor((job.region.x - tile.rect.x) * scale) - 1);
    const top = Math.max(0, Math.floor((job.region.y - tile.rect.y) * scale) - 1);
    const right = Math.min(TILE, Math.ceil((job.region.x + job.region.width - tile.rect.x) * scale) + 1);
    const bottom = Math.min(TILE, Math.ceil((job.region.y + job.region.height - tile.rect.y) * scale) + 1);
    onto.save();
    onto.setTransform(1, 0, 0, 1, 0, 0);
    onto.beginPath();
    onto.rect(left, top, right - left, bottom - top);
    onto.clip();
    if (job.shapes === null) {
      job.shapes = this.scene.still(inflate(job.region, 2 / scale));
      job.next = 0;
      onto.fillStyle = ground();
      onto.fillRect(left, top, right - left, bottom - top);
      paintEdge(onto, { x: -tile.column * TILE, y: -tile.row * TILE }, scale, look.ratio);
      this.place(onto, tile);
      paintSheet(onto, look.background, inflate(job.region, 2 / scale));
    } else {
      this.place(onto, tile);
    }
    let points = 0;
    let asked = 0;
    while (job.next < job.shapes.length && points < allowed) {
      const shape = job.shapes[job.next++];
      if (shape === undefined) continue;
      paintShape(onto, shape, this.paints, 1 / scale);
      points += shape.record.kind === "stroke" ? shape.record.points : SHAPE_POINTS;
      if (points < asked + POINTS_A_LOOK) continue;
      asked = points;
      if (inputWaits()) break;
    }
    onto.restore();
    this.finishDrawing(onto);
    if (job.next === job.shapes.length && onto === this.scratch) {
      const { ctx } = tile;
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      ctx.drawImage(this.scratch.canvas, left, top, right - left, bottom - top, left, top, right - left, bottom - top);
    }
    return points;
  }

  private place(ctx: CanvasRenderingContext2D, tile: Tile): void {
    ctx.setTransform(tile.scale, 0, 0, tile.scale, -tile.column * TILE, -tile.row * TILE);
  }

  /** Browsers note down what is drawn and draw it later; asking for a pixel makes them do it now, so that the clock tells. */
  private finishDrawing(ctx: CanvasRenderingContext2D): void {
    this.glance.drawImage(ctx.canvas, 0, 0, 1, 1, 0, 0, 1, 1);
  }
}

function begin(tile: Tile | null): Job | null {
  if (tile === null) return null;
  const region = tile.complete ? (tile.stale ?? tile.rect) : tile.rect;
  tile.stale = null;
  return { tile, region, shapes: null, next: 0 };
}

/** Whether somebody touched the screen and is waiting for it to be seen; not every browser tells. */
function inputWaits(): boolean {
  return (navigator as Navigator & { scheduling?: { isInputPending?: () => boolean } }).scheduling?.isInputPending?.() ?? false;
}
