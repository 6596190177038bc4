/** Where the bar of actions stands: near the selection, on screen, and off its handles. All in CSS pixels of the surface. */
import type { Rect } from "../../canvas/rect";
import type { Size } from "../../canvas/view";

/** Of the area's width; a bar that takes more is docked. */
const NARROW = 0.5;

/**
 * Above the selection, else below, else beside it; a selection that leaves no room around has the bar among those at
 * the foot, or at the bottom edge where they leave no room either. `around` holds frame and handles, `area` is what may
 * be covered, `foot` what is free at the foot.
 */
export function placeBar(
  around: Rect,
  bar: Size,
  area: Rect,
  gap: number,
  foot: () => Rect | null = () => null,
): { readonly x: number; readonly y: number } {
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
  const free = foot();
  if (free !== null && bar.width <= free.width) {
    return { x: free.x + (free.width - bar.width) / 2, y: free.y + free.height - bar.height };
  }
  return { x: area.x + (area.width - bar.width) / 2, y: bottom };
}

/** The widest room between the bars at the foot; null where the tools stand there too. */
export function freeFoot(gap: number): Rect | null {
  if (document.querySelector('.board[data-dock="side"]') === null) return null;
  const bars = Array.from(document.querySelectorAll(".pages, .zoom, .follow-bar, .kiosk-bar"), (bar) => bar.getBoundingClientRect());
  bars.sort((one, other) => one.left - other.left);
  const rooms = bars.slice(1).map((bar, i) => {
    const { right, top, height } = bars[i] ?? bar;
    return { x: right + gap, y: top, width: bar.left - right - 2 * gap, height };
  });
  return rooms.sort((one, other) => other.width - one.width)[0] ?? null;
}
