/** Where the bar of actions stands: near the selection, on screen, and off its handles. All in CSS pixels of the surface. */
import type { Rect } from "../../canvas/rect";
import type { Size } from "../../canvas/view";

/** Of the area's width; a bar that takes more is docked. */
const NARROW = 0.5;

/**
 * Above the selection, else below, else beside it; a selection that leaves no room around has the bar at the
 * bottom edge. `around` holds frame and handles, `area` is what may be covered.
 */
export function placeBar(around: Rect, bar: Size, area: Rect, gap: number): { readonly x: number; readonly y: number } {
  const right = area.x + area.width - bar.width;
  const bottom = area.y + area.height - bar.height;
  const clampX = (x: number): number => Math.max(area.x, Math.min(right, x));
  const clampY = (y: number): number => Math.max(area.y, Math.min(bottom, y));
  // A narrow screen has one place for it, where the thumb is; things under it are reached from the other edge.
  if (bar.width > area.width * NARROW) {
    const x = area.x + (area.width - bar.width) / 2;
    return { x, y: around.y + around.height + gap > bottom && around.y - gap > area.y + bar.height ? area.y : bottom };
  }
  const middle = clampX(around.x + (around.width - bar.width) / 2);
  const beside = clampY(around.y + (around.height - bar.height) / 2);
  const above = around.y - gap - bar.height;
  const below = around.y + around.height + gap;
  const after = around.x + around.width + gap;
  const before = around.x - gap - bar.width;
  if (above >= area.y && above <= bottom) return { x: middle, y: above };
  if (below <= bottom && below >= area.y) return { x: middle, y: below };
  if (after <= right && after >= area.x) return { x: after, y: beside };
  if (before >= area.x && before <= right) return { x: before, y: beside };
  return { x: area.x + (area.width - bar.width) / 2, y: bottom };
}
