/** Where something goes that belongs to a control and floats beside it. All in CSS pixels of the window. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

type Place = Pick<Box, "left" | "top">;

export type Side = "above" | "below" | "left" | "right";

const OPPOSITE: Readonly<Record<Side, Side>> = { above: "below", below: "above", left: "right", right: "left" };

/**
 * On the wanted side of the anchor, in line with its middle; on the other side where there is no room; never off the
 * window. Where it would cover what is to be clear, it goes to the nearest place beside that.
 */
export function placeBeside(
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  window: { readonly width: number; readonly height: number },
  side: Side,
  gap: number,
  margin: number,
  clear: Box | null = null,
): Place {
  const room: Readonly<Record<Side, number>> = {
    above: anchor.top - gap - margin - size.height,
    below: window.height - anchor.top - anchor.height - gap - margin - size.height,
    left: anchor.left - gap - margin - size.width,
    right: window.width - anchor.left - anchor.width - gap - margin - size.width,
  };
  const chosen = room[side] < 0 && room[OPPOSITE[side]] > room[side] ? OPPOSITE[side] : side;
  const middle = { x: anchor.left + (anchor.width - size.width) / 2, y: anchor.top + (anchor.height - size.height) / 2 };
  const at = {
    above: { left: middle.x, top: anchor.top - gap - size.height },
    below: { left: middle.x, top: anchor.top + anchor.height + gap },
    left: { left: anchor.left - gap - size.width, top: middle.y },
    right: { left: anchor.left + anchor.width + gap, top: middle.y },
  }[chosen];
  const left = Math.max(margin, Math.min(window.width - margin - size.width, at.left));
  const top = Math.max(margin, Math.min(window.height - margin - size.height, at.top));
  if (clear === null) return { left, top };
  // It is not moved for a sliver.
  const kept = { left: clear.left + gap, top: clear.top + gap, width: clear.width - 2 * gap, height: clear.height - 2 * gap };
  const fits = (place: Place): boolean =>
    place.left >= margin &&
    place.top >= margin &&
    place.left + size.width <= window.width - margin &&
    place.top + size.height <= window.height - margin &&
    !overlap({ ...place, ...size }, kept) &&
    !overlap({ ...place, ...size }, anchor);
  const away = (place: Place): number => Math.hypot(place.left - left, place.top - top);
  const places = [
    { left, top },
    { left: clear.left - gap - size.width, top },
    { left: clear.left + clear.width + gap, top },
    { left, top: clear.top - gap - size.height },
    { left, top: clear.top + clear.height + gap },
  ];
  return places.filter(fits).sort((a, b) => away(a) - away(b))[0] ?? { left, top };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}
