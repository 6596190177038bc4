/**
 * Squares of the painted page, in device pixels, by the scale they were painted at. They are kept as long
 * as there is room: those shown longest ago go first.
 */
import type { Rect } from "./rect";

/** Device pixels of a side; a tile takes 1 MiB. */
export const TILE = 512;

const TILE_BYTES = TILE * TILE * 4;

/** Tiles that even the smallest screen may keep: zooming in and out again costs no painting then. */
const BYTES_MIN = 24 * 1024 * 1024;
/** Of a screen's pixels, how many times are kept. A wall of 3840 x 2160 keeps 80 MiB of tiles. */
const SCREENS = 2.5;

export interface Tile {
  /** Device pixels of a page unit. */
  readonly scale: number;
  readonly column: number;
  readonly row: number;
  /** Page units. */
  readonly rect: Rect;
  readonly canvas: HTMLCanvasElement;
  readonly ctx: CanvasRenderingContext2D;
  /** Whether it has ever been painted to the end. */
  complete: boolean;
  /** What of it does not show the page as it is now, in page units. */
  stale: Rect | null;
  /** When it was last wanted. */
  used: number;
}

/** Columns and rows, the last ones included. */
export interface Range {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The tiles that a region of the page lies in. */
export function rangeOf(scale: number, region: Rect): Range {
  const side = TILE / scale;
  return {
    left: Math.floor(region.x / side),
    top: Math.floor(region.y / side),
    right: Math.ceil((region.x + region.width) / side) - 1,
    bottom: Math.ceil((region.y + region.height) / side) - 1,
  };
}

/** How many tiles a screen of so many device pixels may keep, besides the overview. */
export function tilesFor(pixels: number): number {
  return Math.ceil(Math.max(BYTES_MIN, SCREENS * pixels * 4) / TILE_BYTES);
}

export class Tiles {
  private readonly levels = new Map<number, Map<string, Tile>>();
  /** Canvases of tiles that went, to be painted on again. */
  private readonly spare: HTMLCanvasElement[] = [];
  private count = 0;

  constructor(private readonly context: (canvas: HTMLCanvasElement) => CanvasRenderingContext2D) {}

  get size(): number {
    return this.count;
  }

  get(scale: number, column: number, row: number): Tile | undefined {
    return this.levels.get(scale)?.get(`${column} ${row}`);
  }

  /** A new tile with nothing painted on it. */
  make(scale: number, column: number, row: number, used: number): Tile {
    const side = TILE / scale;
    const canvas = this.spare.pop() ?? blank();
    const tile: Tile = {
      scale,
      column,
      row,
      rect: { x: column * side, y: row * side, width: side, height: side },
      canvas,
      ctx: this.context(canvas),
      complete: false,
      stale: null,
      used,
    };
    let level = this.levels.get(scale);
    if (level === undefined) this.levels.set(scale, (level = new Map()));
    level.set(`${column} ${row}`, tile);
    this.count++;
    return tile;
  }

  drop(tile: Tile): void {
    const level = this.levels.get(tile.scale);
    if (level?.delete(`${tile.column} ${tile.row}`) !== true) return;
    if (level.size === 0) this.levels.delete(tile.scale);
    this.spare.push(tile.canvas);
    this.count--;
  }

  *[Symbol.iterator](): Generator<Tile> {
    for (const level of this.levels.values()) yield* level.values();
  }

  /** Lets go of the tiles that were wanted longest ago until there are `most`, but of none that is `kept`. */
  trim(most: number, kept: (tile: Tile) => boolean): void {
    if (this.count > most) {
      const loose = [...this].filter((tile) => !kept(tile)).sort((a, b) => b.used - a.used);
      for (const tile of loose.slice(Math.max(0, most - (this.count - loose.length)))) this.drop(tile);
    }
    // A few canvases stay to be used again; their memory counts too.
    for (const canvas of this.spare.splice(2)) canvas.width = canvas.height = 0;
  }

  clear(): void {
    for (const tile of this) this.spare.push(tile.canvas);
    this.levels.clear();
    this.count = 0;
  }
}

function blank(): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = TILE;
  canvas.height = TILE;
  return canvas;
}
