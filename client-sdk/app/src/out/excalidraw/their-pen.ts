/**
 * How wide Excalidraw paints its pen (perfect-freehand with thinning 0.6, in its version 0.18): the radius is
 * 4.25 times the stroke's width times sin(pi/2 * (0.2 + 0.6 * pressure)).
 */

const SIZE = 4.25;

/** How many times wider than it says a stroke is under the middle pressure. */
export const PEN_FACTOR = SIZE * 2 * Math.sin((Math.PI / 2) * 0.5);
/** The same where the pressure is made up from the speed: brisk lines are thinner. */
export const SIMULATED_FACTOR = SIZE;

/** The pressure under which a stroke that says `strokeWidth` has this radius, as far as there is one. */
export function pressureFor(radius: number, strokeWidth: number): number {
  const share = Math.asin(Math.min(1, Math.max(0, radius / (SIZE * strokeWidth)))) / (Math.PI / 2);
  return Math.min(1, Math.max(0.01, (share - 0.2) / 0.6));
}
