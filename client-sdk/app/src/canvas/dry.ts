/**
 * The canvas of what is in the document. The page is painted into tiles, a little at a time, and put
 * together from them in each frame that shows something new; so moving over a page costs the same
 * whatever stands on it. While a scale's own tiles are missing, those of another scale take their place,
 * and below all lies an overview of the whole page.
 */
import type { Background } from "@kakehashi/client";
import { ground } from "./ground";
import type { Paints } from "./paint";
import { Composer, paintTile } from "./put-together";
import { inflate, intersects, overlap, PAGE, type Rect, union } from "./rect";
import type { Scene } from "./scene";
import { type Look, TilePainter } from "./tile-painter";
import { rangeOf, TILE, type Tile, Tiles, tilesFor } from "./tiles";
import { fit, sameView, type Size, snapped, type View, visible } from "./view";

/** Milliseconds of painting in a frame, and in a pause between frames. */
const SLICE = 6;
const PAUSE_SLICE = 8;
/** The same while nothing that is in sight is as it should be: a page was opened. */
const OPENING_SLICE = 24;
/** Milliseconds without a move or a change, after which pauses are used for painting. */
const CALM = 150;
/** Milliseconds that the scale stays the same before its own tiles are painted. */
const STEADY = 90;
/** Device pixels of the overview: of a page at 100%, 8 MiB. */
const OVERVIEW_PIXELS = PAGE.width * PAGE.height;

export class DryCanvas {
  private readonly composer: Composer;
  private readonly tiles = new Tiles((canvas) => context(canvas, { alpha: false }));
  private readonly painter: TilePainter;
  private readonly pause = new MessageChannel();
  private pauseAsked = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private timerAt = Infinity;
  private tilesMax = 0;
  private overview = 1;
  private view: View | null = null;
  private size: Size = { width: 1, height: 1 };
  private look: Look = { background: "plain", ratio: 1 };
  private whole = true;
  private turns = -1;
  private frames = 0;
  private movedAt = -Infinity;
  private zoomedAt = -Infinity;
  private changedAt = -Infinity;
  private opening = true;
  private closed = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly scene: Scene,
    paints: Paints,
    private readonly requestFrame: () => void,
  ) {
    this.composer = new Composer(canvas, context(canvas, { alpha: false }), scene, this.tiles, paints);
    this.painter = new TilePainter(scene, paints, (width, height) => {
      const made = document.createElement("canvas");
      made.width = width;
      made.height = height;
      return context(made, { alpha: false });
    });
    this.pause.port1.onmessage = () => this.usePause();
  }

  resize(size: Size, ratio: number): void {
    sizeCanvas(this.canvas, size, ratio);
    this.whole = true;
    this.tilesMax = tilesFor(this.canvas.width * this.canvas.height);
    this.overview = 0;
  }

  frame(view: View, size: Size, ratio: number, background: Background): void {
    const now = performance.now();
    this.frames++;
    this.size = size;
    this.followView(view, now);
    this.followLook({ background, ratio });
    if (this.overview === 0) this.chooseOverview(view);
    this.followScene(now);
    this.paintTiles(now + SLICE);
    this.putTogether();
    this.goOn(now);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.pause.port1.close();
    this.tiles.clear();
  }

  /** Whether all that is in sight is painted as it is. */
  get upToDate(): boolean {
    return !this.painter.busy && this.wantedInSight() === null;
  }

  private get scale(): number {
    return (this.view?.scale ?? 1) * this.look.ratio;
  }

  /** The scale whose own tiles are to be shown; null while it changes. */
  private get steadyScale(): number | null {
    return performance.now() - this.zoomedAt < STEADY ? null : this.scale;
  }

  private followView(view: View, now: number): void {
    const before = this.view;
    if (before !== null && sameView(before, view)) return;
    this.view = view;
    this.whole = true;
    if (before === null) return;
    this.movedAt = now;
    if (before.scale !== view.scale) this.zoomedAt = now;
  }

  /** As large as the page is when all of it is in sight, but no larger than at 100%. */
  private chooseOverview(view: View): void {
    const inSight = PAGE.width * view.scale <= this.size.width && PAGE.height * view.scale <= this.size.height;
    const scale = (inSight ? view.scale : fit(this.size).scale) * this.look.ratio;
    this.overview = Math.min(scale, Math.sqrt(OVERVIEW_PIXELS / (PAGE.width * PAGE.height)));
  }

  private followLook(look: Look): void {
    if (look.background !== this.look.background || look.ratio !== this.look.ratio) this.scene.dirty.all();
    this.look = look;
  }

  /** What changed on the page makes tiles stale, or comes on top of them. */
  private followScene(now: number): void {
    const { scene } = this;
    if (scene.turns !== this.turns) {
      // Nothing of another page is shown, not even for a moment.
      this.turns = scene.turns;
      this.painter.leave(() => true);
      this.tiles.clear();
      this.whole = true;
    }
    const again = scene.dryStrokes(now);
    if (again !== null) this.askAgain(again);
    if (!scene.dirty.empty) {
      const regions = scene.dirty.take();
      if (regions !== null) this.changedAt = now;
      else this.opening = true;
      for (const tile of this.tiles) this.makeStale(tile, regions);
    }
    for (const shape of scene.takeAdded()) {
      for (const tile of this.tiles) {
        if (intersects(shape.bounds, tile.rect)) this.painter.addOnTop(tile, shape);
      }
      this.changedAt = now;
    }
  }

  private makeStale(tile: Tile, regions: readonly Rect[] | null): void {
    const { rect } = tile;
    const touched = regions === null ? [rect] : regions.map((region) => inflate(region, 2 / tile.scale)).filter((region) => intersects(region, rect));
    for (const region of touched) {
      if (tile.scale !== this.overview && tile.scale !== this.scale) {
        // Painting what nobody looks at is not worth it.
        this.painter.leave((other) => other === tile);
        this.tiles.drop(tile);
        return;
      }
      if (this.painter.takesIn(tile, region)) continue;
      const part = overlap(rect, region);
      tile.stale = tile.stale === null ? part : union(tile.stale, part);
    }
  }

  private paintTiles(until: number): void {
    this.leaveUnseen();
    this.painter.paint(
      until,
      this.look,
      () => this.wanted(),
      (tile, region) => {
        if (tile.scale === this.scale || tile.scale === this.overview) this.scene.shown.add(region);
      },
    );
    if ((this.opening || this.scene.unsettled) && !this.painter.busy && this.wantedInSight() === null) {
      this.opening = false;
      this.scene.tilesAreUpToDate();
    }
    this.tiles.trim(this.tilesMax, (tile) => tile.scale === this.overview || tile.used === this.frames);
    this.painter.leave((tile) => this.tiles.get(tile.scale, tile.column, tile.row) !== tile);
  }

  /** What is in sight goes first. */
  private leaveUnseen(): void {
    if (!this.painter.busy || this.view === null) return;
    const seen = visible(this.view, this.size);
    const next = this.wantedInSight();
    if (next !== null) this.painter.leave((tile) => tile.scale !== next.scale || !intersects(tile.rect, seen));
    else this.painter.leave((tile) => tile.scale !== this.scale && tile.scale !== this.overview);
  }

  /** The tile that is to be painted next. */
  private wanted(): Tile | null {
    return this.wantedInSight() ?? this.wantedOfOverview() ?? this.wantedAround();
  }

  private wantedInSight(): Tile | null {
    const scale = this.steadyScale;
    if (scale === null || this.view === null) return null;
    return this.wantedOf(scale, visible(this.view, this.size));
  }

  private wantedOfOverview(): Tile | null {
    const tile = this.wantedOf(this.overview, PAGE);
    if (tile === null || tile.complete || !this.copyFromFiner(tile)) return tile;
    return this.wantedOfOverview();
  }

  /** Tiles just beyond the edges of the screen, where the page may be moved to next. */
  private wantedAround(): Tile | null {
    const scale = this.steadyScale;
    if (scale === null || this.view === null || performance.now() - this.movedAt < CALM) return null;
    const seen = visible(this.view, this.size);
    const around = overlap(inflate(PAGE, TILE / scale), inflate(seen, TILE / scale));
    const { left, top, right, bottom } = rangeOf(scale, around);
    if ((right - left + 1) * (bottom - top + 1) > this.tilesMax) return null;
    return around.width > 0 && around.height > 0 ? this.wantedOf(scale, around) : null;
  }

  /** The tile nearest to the middle of a region that is missing there or stale. */
  private wantedOf(scale: number, region: Rect): Tile | null {
    const { left, top, right, bottom } = rangeOf(scale, region);
    let best: { tile: Tile | undefined; column: number; row: number } | null = null;
    let least = Infinity;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const tile = this.tiles.get(scale, column, row);
        if (tile !== undefined) tile.used = this.frames;
        if (tile?.complete === true && tile.stale === null) continue;
        // What is wrong goes before what is missing.
        const away = Math.hypot(column - (left + right) / 2, row - (top + bottom) / 2) + (tile?.complete === true ? 0 : 1000);
        if (away < least) {
          least = away;
          best = { tile, column, row };
        }
      }
    }
    return best === null ? null : (best.tile ?? this.tiles.make(scale, best.column, best.row, this.frames));
  }

  /** Makes a tile of the overview from the finer ones, if all that it needs are there. */
  private copyFromFiner(tile: Tile): boolean {
    const scale = this.steadyScale;
    const region = overlap(tile.rect, PAGE);
    if (scale === null || scale <= tile.scale || region.width <= 0 || region.height <= 0) return false;
    const finer = [...this.tiles].filter((other) => other.scale === scale && other.complete && other.stale === null && intersects(other.rect, region));
    const { left, top, right, bottom } = rangeOf(scale, region);
    if (finer.length < (right - left + 1) * (bottom - top + 1)) return false;
    const { ctx } = tile;
    const corner = { x: -tile.column * TILE, y: -tile.row * TILE };
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.fillStyle = ground();
    ctx.fillRect(0, 0, TILE, TILE);
    ctx.imageSmoothingQuality = "high";
    for (const other of finer) paintTile(ctx, other, corner, tile.scale);
    tile.complete = true;
    this.scene.shown.add(tile.rect);
    return true;
  }

  private putTogether(): void {
    const { view, scene } = this;
    if (view === null) return;
    const seen = visible(view, this.size);
    const regions = scene.shown.take();
    const sight = { scale: this.scale, origin: snapped(view, this.look.ratio), look: this.look, overview: this.overview, frame: this.frames };
    if (this.whole || regions === null) this.composer.show(inflate(seen, 2 / this.scale), sight);
    else for (const region of regions) if (intersects(region, seen)) this.composer.show(region, sight);
    this.whole = false;
  }

  /** Sees to it that what is left to do is done, and nobody has to wait for it. */
  private goOn(now: number): void {
    const toZoom = this.zoomedAt + STEADY - now;
    if (toZoom > 0) this.askAgain(toZoom + 1);
    if (!this.workLeft()) return;
    const toCalm = Math.max(this.movedAt, this.changedAt) + CALM - now;
    if (toCalm > 0) {
      this.askAgain(toCalm);
      this.requestFrame();
    } else {
      this.askPause();
    }
  }

  private workLeft(): boolean {
    return this.painter.busy || this.wanted() !== null;
  }

  private askAgain(wait: number): void {
    const at = performance.now() + Math.max(0, wait);
    if (at >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = at;
    this.timer = setTimeout(() => {
      this.timerAt = Infinity;
      this.requestFrame();
    }, Math.max(0, wait));
  }

  private askPause(): void {
    if (this.pauseAsked || this.closed) return;
    this.pauseAsked = true;
    this.pause.port2.postMessage(null);
  }

  private usePause(): void {
    this.pauseAsked = false;
    if (this.closed || this.view === null) return;
    // What changed since is for the next frame to see first, and who works with the page is not to be held up.
    const now = performance.now();
    if (!this.scene.dirty.empty || now - Math.max(this.movedAt, this.changedAt) < CALM) {
      this.requestFrame();
      return;
    }
    this.paintTiles(now + (this.opening ? OPENING_SLICE : PAUSE_SLICE));
    if (!this.scene.shown.empty) this.requestFrame();
    if (this.workLeft()) this.askPause();
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
