/**
 * What two fingers that come down together mean: they move and zoom the page, as on a tablet, or each
 * of them writes, as at a wall where two people stand.
 */
import { remembered } from "./remembered";
import type { Store } from "./store";

export type Fingers = "write" | "move";

/** CSS pixels. A screen as wide as this is a wall or a desk that several people stand at. */
const WALL_WIDTH = 1600;

/** What suits a device that was never asked. */
export function usualFingers(device: { readonly touch: boolean; readonly width: number }): Fingers {
  return device.touch && device.width < WALL_WIDTH ? "move" : "write";
}

export const fingers: Store<{ readonly two: Fingers }> = remembered(
  "fingers",
  { two: usualFingers(thisDevice()) },
  { two: ["write", "move"] },
);

function thisDevice(): { touch: boolean; width: number } {
  if (typeof window === "undefined") return { touch: false, width: WALL_WIDTH };
  return {
    // A Chromebook with a touch screen has a touch pad as its main pointer.
    touch: window.matchMedia("(any-pointer: coarse)").matches,
    width: Math.max(window.screen.width, window.screen.height),
  };
}
