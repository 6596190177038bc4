/**
 * A stroke's ink as an outline to fill: pure functions from points to a path.
 *
 * The points become a line with a width at each of them; curves go from the middle of one segment to
 * the middle of the next, with the point between as their control point, which rounds off the sampling
 * of a panel without moving what was written. Along the line run strips of `PART` points, closed
 * one by one and cut straight across where they meet, so that a stroke can be painted from its parts
 * while it grows and looks the same as when it is painted whole. Thin ink is traced without what a pixel
 * cannot show. All of it turns the same way, so filling (non-zero) joins it without holes, and
 * translucent ink never lies on itself.
 */
import type { InkStyle, PathSink } from "./ink";
import { CoarseStrip } from "./outline-coarse";
import { lengthOf, type Line, LINE_STRIDE, number } from "./outline-line";
import { widest } from "./outline-nib";
import { type Cut, dot, type Place, Strip } from "./outline-strip";

/** Points of a strip. */
export const PART = 32;

/**
 * Points nearer than this to the last one are left away: in device pixels, for they would not be seen, and
 * in half widths, for within the ink's own width it is the device that trembles and not the hand.
 */
const NEAR_PIXELS = 1 / 3;
const NEAR_RADII = 0.6;
/** Device pixels of half the width, up to which straight steps do for ink. */
const THIN = 4;

/** Traces a line's outline. `pixel`: page units of a device pixel, which decides how fine it has to be. */
export function traceOutline(line: Line, style: InkStyle, sink: PathSink, pixel: number): void {
  const count = lengthOf(line);
  for (let from = 0; from < count; from += PART) tracePart(line, style, sink, pixel, from);
}

/** Traces the strip that begins at point `from`, a multiple of {@link PART}. */
export function tracePart(line: Line, style: InkStyle, sink: PathSink, pixel: number, from: number): void {
  const count = lengthOf(line);
  const end = Math.min(count, from + PART);
  const flat = style.tool === "highlighter";
  if (count === 1) {
    dot(sink, number(line, 0), number(line, 1), number(line, 2), flat);
    return;
  }
  const half = widest(style, true);
  const strip = flat || half > THIN * pixel ? new Strip(sink, flat, pixel) : new CoarseStrip(sink, pixel, half);
  const cut = end < count ? cutAt(line, end, count) : null;
  let last: Place;
  if (from === 0) {
    last = placeAt(line, 0);
    strip.begin(last, null);
  } else {
    const begun = cutAt(line, from, count);
    last = begun;
    strip.begin(last, begun);
  }
  const goal = cut ?? placeAt(line, count - 1);
  let held: Place | null = null;
  for (let i = from === 0 ? 1 : from; i < (cut === null ? count - 1 : end); i++) {
    const at = i * LINE_STRIDE;
    const x = number(line, at);
    const y = number(line, at + 1);
    const r = number(line, at + 2);
    const near = Math.max(NEAR_PIXELS * pixel, NEAR_RADII * r);
    const from2 = (x - last.x) ** 2 + (y - last.y) ** 2;
    if (from2 < near * near) continue;
    const place = { x, y, r };
    if (held !== null) strip.bend(held, place);
    held = place;
    last = place;
  }
  strip.end(held, goal, cut);
}

function placeAt(line: Line, i: number): Place {
  return { x: number(line, i * LINE_STRIDE), y: number(line, i * LINE_STRIDE + 1), r: number(line, i * LINE_STRIDE + 2) };
}

/** Where the strips before and from point `i` on meet. Null if the points there are all at one place. */
function cutAt(line: Line, i: number, count: number): Cut {
  const a = placeAt(line, i - 1);
  const b = placeAt(line, i);
  // The direction of two points that lie close together is chance; that of four is the hand's.
  const before = placeAt(line, Math.max(0, i - 2));
  const after = placeAt(line, Math.min(count - 1, i + 1));
  const dx = after.x - before.x;
  const dy = after.y - before.y;
  const length = Math.hypot(dx, dy);
  const across = length > 0 ? { nx: dy / length, ny: -dx / length } : { nx: 0, ny: -1 };
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, r: (a.r + b.r) / 2, ...across };
}
