/** A stroke's points as a line with a width at each of them: what is traced, hit and measured. */
import { countOf, type InkStyle, type Points, STRIDE } from "./ink";
import { ageOf, Nib, runOut, TAIL_POINTS, touchOf } from "./outline-nib";
import type { Rect } from "./rect";

/** Numbers a point of a line: x, y and half the width. */
export const LINE_STRIDE = 3;

/** Points with their widths, three numbers each. */
export type Line = ArrayLike<number>;

/** The line that points make under a pen. */
export function lineOf(points: Points, style: InkStyle): Float32Array {
  const count = countOf(points);
  const line = new Float32Array(count * LINE_STRIDE);
  const nib = Nib.of(points, style);
  for (let i = 0; i < count; i++) {
    const at = i * STRIDE;
    const x = number(points, at);
    const y = number(points, at + 1);
    line[i * LINE_STRIDE] = x;
    line[i * LINE_STRIDE + 1] = y;
    line[i * LINE_STRIDE + 2] = nib.next(x, y, number(points, at + 2), number(points, at + 3));
  }
  if (count > 1) line[2] = number(line, 2) * touchOf(points, style);
  const { loss } = nib;
  for (let i = Math.max(0, count - TAIL_POINTS); loss > 0 && i < count; i++) {
    line[i * LINE_STRIDE + 2] = number(line, i * LINE_STRIDE + 2) * runOut(loss, ageOf(points, i));
  }
  return line;
}

/** The box around points `from` to `end` of a line and the ink between them and their neighbours. */
export function lineBounds(line: Line, from = 0, end = lengthOf(line)): Rect {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  const last = Math.min(lengthOf(line), end + 1);
  for (let i = Math.max(0, from - 1); i < last; i++) {
    const x = number(line, i * LINE_STRIDE);
    const y = number(line, i * LINE_STRIDE + 1);
    const radius = number(line, i * LINE_STRIDE + 2);
    left = Math.min(left, x - radius);
    right = Math.max(right, x + radius);
    top = Math.min(top, y - radius);
    bottom = Math.max(bottom, y + radius);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export function lengthOf(line: Line): number {
  return Math.floor(line.length / LINE_STRIDE);
}

export function number(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}
