/** The view of somebody who follows another's. Both are computed from what they show now, never from a view before, so nothing can drift. */
import type { Rect } from "./rect";
import { SCALE_MAX, toPage, type View } from "./view";

/** Smaller than any view that the app lets one choose, so that the leader's whole view fits a smaller window too. */
const SCALE_LEAST = 0.005;

/** The part of the page's plane that lies in `place` of the surface. */
export function shownIn(view: View, place: Rect): Rect {
  const corner = toPage(view, place);
  return { x: corner.x, y: corner.y, width: place.width / view.scale, height: place.height / view.scale };
}

/** The view with all of `seen` in `place`, as large as it can be, and middle on middle; null if nothing is seen. */
export function viewOver(seen: Rect, place: Rect): View | null {
  if (!(seen.width > 0 && seen.height > 0)) return null;
  const scale = Math.max(SCALE_LEAST, Math.min(SCALE_MAX, place.width / seen.width, place.height / seen.height));
  return {
    scale,
    x: place.x + place.width / 2 - (seen.x + seen.width / 2) * scale,
    y: place.y + place.height / 2 - (seen.y + seen.height / 2) * scale,
  };
}
