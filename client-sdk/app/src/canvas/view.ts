/** How the page lies on the screen: screen = page * scale + offset, in CSS pixels of the surface. */
import { PAGE, type Point, type Rect } from "./rect";

export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Of the scale at which the whole sheet fits: smaller than this there is nothing to be seen. */
const SMALLEST = 0.5;

export const SCALE_MIN = 0.05;
export const SCALE_MAX = 8;

/** What of the page's edge always stays on screen, in CSS pixels, so that nobody loses the sheet. */
const KEEP_IN_SIGHT = 48;

export function toPage(view: View, point: Point): Point {
  return { x: (point.x - view.x) / view.scale, y: (point.y - view.y) / view.scale };
}

export function toScreen(view: View, point: Point): Point {
  return { x: point.x * view.scale + view.x, y: point.y * view.scale + view.y };
}

/** Where the page's corner lies, in whole device pixels: what is painted there can be moved without blurring. */
export function snapped(view: View, ratio: number): Point {
  return { x: Math.round(view.x * ratio), y: Math.round(view.y * ratio) };
}

/** The part of the page's plane that a surface of `size` shows. */
export function visible(view: View, size: Size): Rect {
  const corner = toPage(view, { x: 0, y: 0 });
  return {
    ...corner,
    width: size.width / view.scale,
    height: size.height / view.scale,
  };
}

/** The part of a surface that nothing lies on, with a margin to the edges; in CSS pixels of the surface. */
export function wholeSurface(size: Size): Rect {
  const margin = Math.min(32, size.width * 0.02, size.height * 0.03);
  return { x: margin, y: margin, width: size.width - 2 * margin, height: size.height - 2 * margin };
}

/** The whole sheet, in the middle of the place that is free for it. */
export function fit(size: Size, place: Rect = wholeSurface(size)): View {
  const scale = clampScale(Math.min(place.width / PAGE.width, place.height / PAGE.height));
  return {
    scale,
    x: place.x + (place.width - PAGE.width * scale) / 2,
    y: place.y + (place.height - PAGE.height * scale) / 2,
  };
}

/** Zooms by `factor` so that what is under `at` (screen) stays under it. */
export function zoomAt(view: View, at: Point, factor: number): View {
  const scale = clampScale(view.scale * factor);
  const ratio = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

export function panBy(view: View, dx: number, dy: number): View {
  return { scale: view.scale, x: view.x + dx, y: view.y + dy };
}

/** Two fingers went from `from` to `to` (screen): zoom by their distance, move by their middle. */
export function pinch(view: View, from: readonly [Point, Point], to: readonly [Point, Point]): View {
  const before = Math.hypot(from[0].x - from[1].x, from[0].y - from[1].y);
  const after = Math.hypot(to[0].x - to[1].x, to[0].y - to[1].y);
  const start = { x: (from[0].x + from[1].x) / 2, y: (from[0].y + from[1].y) / 2 };
  const end = { x: (to[0].x + to[1].x) / 2, y: (to[0].y + to[1].y) / 2 };
  const zoomed = zoomAt(view, start, before > 0 ? after / before : 1);
  return panBy(zoomed, end.x - start.x, end.y - start.y);
}

/** Brings a strayed view back until some of the sheet is in sight, and a sheet that is too small until it can be read. */
export function keepInSight(strayed: View, size: Size, place: Rect = wholeSurface(size)): View {
  const least = fit(size, place).scale * SMALLEST;
  const middle = { x: place.x + place.width / 2, y: place.y + place.height / 2 };
  const view = strayed.scale < least ? zoomAt(strayed, middle, least / strayed.scale) : strayed;
  const width = PAGE.width * view.scale;
  const height = PAGE.height * view.scale;
  return {
    scale: view.scale,
    x: Math.min(place.x + place.width - KEEP_IN_SIGHT, Math.max(place.x + KEEP_IN_SIGHT - width, view.x)),
    y: Math.min(place.y + place.height - KEEP_IN_SIGHT, Math.max(place.y + KEEP_IN_SIGHT - height, view.y)),
  };
}

/** The same middle of the page in the middle of a surface that changed its size. */
export function resized(view: View, from: Size, to: Size): View {
  return panBy(view, (to.width - from.width) / 2, (to.height - from.height) / 2);
}

export function sameView(a: View, b: View): boolean {
  return a.scale === b.scale && a.x === b.x && a.y === b.y;
}

function clampScale(scale: number): number {
  return Math.min(SCALE_MAX, Math.max(SCALE_MIN, scale));
}
