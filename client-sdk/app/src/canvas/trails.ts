/**
 * The fading tails of laser pointers, one's own and the others'. Each is fed with points and fades by
 * itself; the canvas is there only while something glows.
 */
import { Layer } from "./layer";
import type { Point } from "./rect";
import type { Size, View } from "./view";

/** Milliseconds that a place glows after the pointer was there. */
export const TRAIL_MS = 1000;
/** CSS pixels on a laptop. */
const WIDTH = 7;
/** More device pixels than this cost more than a glow shows. */
const RATIO_MAX = 1.5;
/** A trail moves on in steps of at least so many page units. */
const STEP = 0.5;

interface Place extends Point {
  readonly at: number;
}

interface Trail {
  readonly color: string;
  places: Place[];
  /** Still pressed: the last place glows on. */
  on: boolean;
}

export class Trails {
  private readonly layer: Layer;
  private readonly trails = new Map<string, Trail>();

  /** `enlarged` says how much larger things are here than on a laptop. */
  constructor(
    parent: HTMLElement,
    private readonly requestFrame: () => void,
    private readonly enlarged: () => number = () => 1,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.layer = new Layer(parent);
  }

  /** The laser of `key` (a pointer here, or an actor elsewhere) is at a place of the page; null: it went out. */
  point(key: string, color: string, place: Point | null): void {
    const known = this.trails.get(key);
    if (place === null) {
      if (known !== undefined) this.goOut(known);
      return;
    }
    const trail = known !== undefined && known.color === color ? known : { color, places: [], on: true };
    if (!trail.on) trail.places = [];
    trail.on = true;
    this.trails.set(key, trail);
    const last = trail.places[trail.places.length - 1];
    const at = this.now();
    if (last !== undefined && Math.hypot(place.x - last.x, place.y - last.y) < STEP) trail.places.pop();
    trail.places.push({ x: place.x, y: place.y, at });
    this.requestFrame();
  }

  /** Nothing glows any more: the page is another. */
  clear(): void {
    this.trails.clear();
    this.layer.remove();
  }

  resize(size: Size, ratio: number): void {
    this.layer.resize(size, Math.min(ratio, RATIO_MAX));
  }

  frame(view: View): void {
    if (this.trails.size === 0) return;
    const now = this.now();
    for (const [key, trail] of this.trails) {
      trail.places = fresh(trail.places, now, trail.on);
      if (trail.places.length === 0) this.trails.delete(key);
    }
    if (this.trails.size === 0) {
      this.layer.remove();
      return;
    }
    const ctx = this.layer.begin(view);
    ctx.lineCap = "round";
    ctx.lineJoin = "round";
    const width = (WIDTH * this.enlarged()) / view.scale;
    for (const trail of this.trails.values()) paintTrail(ctx, trail, width, now);
    this.requestFrame();
  }

  private goOut(trail: Trail): void {
    if (!trail.on) return;
    trail.on = false;
    // The last place begins to fade now, however long the pointer rested there.
    const last = trail.places.pop();
    if (last !== undefined) trail.places.push({ ...last, at: this.now() });
    this.requestFrame();
  }
}

/** What still glows; the last place as long as the pointer is `on`. */
export function fresh<T extends { readonly at: number }>(places: readonly T[], now: number, on: boolean): T[] {
  return places.filter((place, i) => now - place.at < TRAIL_MS || (on && i === places.length - 1));
}

/** Lines laid over one another, each beginning nearer to the pointer: a tail that fades without beads at its joints. */
const LAYERS = 10;
const LAYER_ALPHA = 0.2;

function paintTrail(ctx: CanvasRenderingContext2D, trail: Trail, width: number, now: number): void {
  const { places } = trail;
  const last = places[places.length - 1];
  if (last === undefined) return;
  ctx.strokeStyle = trail.color;
  for (let layer = 0; layer < LAYERS; layer++) {
    const since = now - TRAIL_MS * (1 - layer / LAYERS);
    const from = places.findIndex(({ at }) => at >= since);
    if (from < 0 || from === places.length - 1) break;
    ctx.globalAlpha = LAYER_ALPHA;
    ctx.lineWidth = width * (0.35 + (0.65 * (layer + 1)) / LAYERS);
    ctx.beginPath();
    for (const { x, y } of places.slice(from)) ctx.lineTo(x, y);
    ctx.stroke();
  }
  const left = trail.on ? 1 : Math.max(0, 1 - (now - last.at) / TRAIL_MS);
  ctx.fillStyle = trail.color;
  for (const [radius, alpha] of [[1.6, 0.3], [0.9, 1]] as const) {
    ctx.globalAlpha = alpha * left;
    ctx.beginPath();
    ctx.arc(last.x, last.y, width * radius, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.globalAlpha = 1;
}
