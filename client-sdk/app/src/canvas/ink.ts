/** What ink is made of: points as the board keeps them, and the look of the tool that wrote them. */

/** Numbers a point: x, y, pressure (0: the device has none) and milliseconds. */
export const STRIDE = 4;

export type Points = ArrayLike<number>;

/** What of a stroke's record decides how its ink looks. */
export interface InkStyle {
  readonly tool: "pen" | "highlighter";
  /** Page units. */
  readonly width: number;
}

/** The calls of Path2D that ink needs, so that geometry can be tested, and written to files, without a browser. */
export interface PathSink {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void;
  /** Always clockwise as the page is seen. */
  arc(x: number, y: number, radius: number, start: number, end: number): void;
  closePath(): void;
}

export function countOf(points: Points): number {
  return Math.floor(points.length / STRIDE);
}

/** A stroke keeps what its first point says: a device has pressure or it has none. */
export function hasPressure(points: Points): boolean {
  return (points[2] ?? 0) > 0;
}
