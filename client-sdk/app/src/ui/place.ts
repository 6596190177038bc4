/** Where something goes that belongs to a control and floats beside it. All in CSS pixels of the window. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export type Side = "above" | "below" | "left" | "right";

const OPPOSITE: Readonly<Record<Side, Side>> = { above: "below", below: "above", left: "right", right: "left" };

/**
 * On the wanted side of the anchor, in line with its middle; on the other side where there is no room; never off the
 * window. It is moved along the anchor where it would cover what is to be clear.
 */
export function placeBeside(
  anchor: Box,
  size: { readonly width: number; readonly height: number },
  window: { readonly width: number; readonly height: number },
  side: Side,
  gap: number,
  margin: number,
  clear: Box | null = null,
): { readonly left: number; readonly top: number } {
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
  if (clear === null || !overlap({ left, top, ...size }, clear)) return { left, top };
  const aside = [clear.left - gap - size.width, clear.left + clear.width + gap].filter(
    (x) => x >= margin && x + size.width <= window.width - margin && x <= anchor.left && x + size.width >= anchor.left + anchor.width,
  );
  return { left: aside[0] ?? left, top };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height;
}
