/** Puts what the screen shows together from tiles, and from what is afloat above them. */
import { ground, paintEdge } from "./ground";
import { paintSheet, paintShape, type Paints } from "./paint";
import { inflate, intersects, overlap, type Point, type Rect, union } from "./rect";
import type { Scene } from "./scene";
import type { Shape } from "./shape";
import type { Look } from "./tile-painter";
import { rangeOf, TILE, type Tile, type Tiles } from "./tiles";

/** Up to so many shapes a region with something afloat below others is painted from its shapes, in their order. */
const DIRECT_MAX = 300;

/** What is to be seen in a frame. */
export interface Sight {
  /** Device pixels of a page unit. */
  readonly scale: number;
  /** Where the page's corner lies, in device pixels. */
  readonly origin: Point;
  readonly look: Look;
  /** The scale of the overview's tiles; 0 while there is none. */
  readonly overview: number;
  /** Which frame it is; tiles that are shown remember it. */
  readonly frame: number;
}

export class Composer {
  /** The last scale whose own tiles were shown. */
  private shownScale = 0;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly ctx: CanvasRenderingContext2D,
    private readonly scene: Scene,
    private readonly tiles: Tiles,
    private readonly paints: Paints,
  ) {}

  /** Shows a region of the page anew. */
  show(region: Rect, sight: Sight): void {
    const { ctx } = this;
    const { scale, origin } = sight;
    // Whole device pixels, and one more around: the edges of lines are blended.
    const left = Math.max(0, Math.floor(region.x * scale + origin.x) - 1);
    const top = Math.max(0, Math.floor(region.y * scale + origin.y) - 1);
    const right = Math.min(this.canvas.width, Math.ceil((region.x + region.width) * scale + origin.x) + 1);
    const bottom = Math.min(this.canvas.height, Math.ceil((region.y + region.height) * scale + origin.y) + 1);
    if (right <= left || bottom <= top) return;
    const part = { x: (left - origin.x) / scale, y: (top - origin.y) / scale, width: (right - left) / scale, height: (bottom - top) / scale };
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.beginPath();
    ctx.rect(left, top, right - left, bottom - top);
    ctx.clip();
    // What is moved below others is painted with them, where they are few; else it is shown above.
    const all = this.scene.liesUnder(part) ? this.scene.everything(part, DIRECT_MAX) : null;
    if (all !== null) this.paintSheetOf(part, sight);
    else this.paintTilesOf(part, sight);
    ctx.setTransform(scale, 0, 0, scale, origin.x, origin.y);
    this.paintShapes(all ?? this.scene.afloat(part), 1 / scale);
    ctx.restore();
  }

  private paintShapes(shapes: readonly Shape[], pixel: number): void {
    const { ctx } = this;
    for (const shape of shapes) {
      const transform = this.scene.transform(shape.record.id);
      ctx.save();
      if (transform !== undefined) ctx.transform(...transform);
      paintShape(ctx, shape, this.paints, pixel);
      ctx.restore();
    }
  }

  private paintTilesOf(region: Rect, sight: Sight): void {
    const { ctx } = this;
    const { scale, origin, frame } = sight;
    const { left, top, right, bottom } = rangeOf(scale, region);
    const own: Tile[] = [];
    const side = TILE / scale;
    let missing: Rect | null = null;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const tile = this.tiles.get(scale, column, row);
        if (tile?.complete === true) {
          own.push(tile);
          continue;
        }
        const place = { x: column * side, y: row * side, width: side, height: side };
        missing = missing === null ? place : union(missing, place);
      }
    }
    if (missing !== null) this.paintInstead(overlap(missing, region), sight);
    else this.shownScale = scale;
    for (const tile of own) {
      tile.used = frame;
      ctx.drawImage(tile.canvas, tile.column * TILE + origin.x, tile.row * TILE + origin.y);
    }
  }

  /** Shows other scales' tiles, the overview first. */
  private paintInstead(region: Rect, sight: Sight): void {
    const { ctx } = this;
    const { scale, origin, overview, frame } = sight;
    this.paintSheetOf(region, sight);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.imageSmoothingQuality = "low";
    for (const other of this.shownScale === overview ? [overview] : [overview, this.shownScale]) {
      if (other === scale || other === 0) continue;
      for (const tile of this.tiles) {
        if (tile.scale !== other || !tile.complete || !intersects(tile.rect, region)) continue;
        tile.used = frame;
        paintTile(ctx, tile, origin, scale);
      }
    }
  }

  private paintSheetOf(region: Rect, { scale, origin, look }: Sight): void {
    const { ctx } = this;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = ground();
    ctx.fillRect(0, 0, this.canvas.width, this.canvas.height);
    paintEdge(ctx, origin, scale, look.ratio);
    ctx.setTransform(scale, 0, 0, scale, origin.x, origin.y);
    paintSheet(ctx, look.background, inflate(region, 2 / scale));
  }
}

/** Paints a tile where a page at another scale has it, to whole pixels, so that neighbours meet. */
export function paintTile(ctx: CanvasRenderingContext2D, tile: Tile, origin: Point, scale: number): void {
  const left = Math.round(tile.rect.x * scale + origin.x);
  const top = Math.round(tile.rect.y * scale + origin.y);
  const right = Math.round((tile.rect.x + tile.rect.width) * scale + origin.x);
  const bottom = Math.round((tile.rect.y + tile.rect.height) * scale + origin.y);
  ctx.drawImage(tile.canvas, left, top, right - left, bottom - top);
}
