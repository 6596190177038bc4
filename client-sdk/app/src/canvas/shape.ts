/** What the renderer keeps of a record: its box on the page and how it is painted. */
import type { PathRecord, ShapeRecord, StrokeRecord, TextRecord } from "@kakehashi/client";
import { type InkStyle, type Points, STRIDE } from "./ink";
import { LINE_STRIDE, type Line as InkLine, lineBounds, lineOf } from "./outline-line";
import { TAIL_POINTS, widest } from "./outline-nib";
import { inflate, type Rect, shift, turnedBox } from "./rect";
import { breakLines, type Line, LINE_HEIGHT, type Measure, TEXT_FONT } from "./text-layout";

/** Reads a stroke's points; they are not kept here, 20,000 strokes are many. */
export type InkOf = (id: string) => Points;

/** Reads a stroke's line, relative to its x and y. */
export type LineOf = (record: StrokeRecord) => InkLine;

export interface Shape {
  readonly record: ShapeRecord;
  /** Place among the others, the lowest first. */
  z: number;
  /** Before it is turned; in page units. */
  readonly box: Rect;
  /** The upright box around all that is painted. */
  readonly bounds: Rect;
  /** Only texts and notes have lines. */
  readonly lines: readonly Line[] | null;
}

/** How far a note's text stays from its edges, in page units. */
export const NOTE_PADDING = 16;

/** `known`: the box around all that is painted before it is turned, where that is known already. */
export function shapeOf(record: ShapeRecord, z: number, line: LineOf, measure: (font: string) => Measure, known: Rect | null = null): Shape {
  const lines = record.kind === "text" || record.kind === "note" ? linesOf(record, measure) : null;
  const box = known ?? boxOf(record, lines, line);
  return { record, z, box, bounds: turnedBox(box, record.rotation), lines };
}

export function fontOf(size: number): string {
  return `${size}px ${TEXT_FONT}`;
}

/** The points where a resized stroke has them, before it is moved by x and y. */
export function scaledInk(record: StrokeRecord, points: Points): Points {
  if (record.scaleX === 1 && record.scaleY === 1) return points;
  const x = points[0] ?? 0;
  const y = points[1] ?? 0;
  const scaled = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += STRIDE) {
    scaled[i] = x + ((points[i] ?? 0) - x) * record.scaleX;
    scaled[i + 1] = y + ((points[i + 1] ?? 0) - y) * record.scaleY;
    scaled[i + 2] = points[i + 2] ?? 0;
    scaled[i + 3] = points[i + 3] ?? 0;
  }
  return scaled;
}

export function styleOf(record: StrokeRecord): InkStyle {
  return { tool: record.tool, width: record.strokeWidth };
}

/** A stroke's line, relative to its x and y. Resizing stretches it and leaves its width as it was written. */
export function strokeLine(record: StrokeRecord, points: Points): Float32Array {
  const line = lineOf(points, styleOf(record));
  const { scaleX, scaleY } = record;
  if (scaleX === 1 && scaleY === 1) return line;
  const x = line[0] ?? 0;
  const y = line[1] ?? 0;
  for (let i = 0; i < line.length; i += LINE_STRIDE) {
    line[i] = x + ((line[i] ?? 0) - x) * scaleX;
    line[i + 1] = y + ((line[i + 1] ?? 0) - y) * scaleY;
  }
  return line;
}

/** The box around a stroke's ink from that around its points; null if it has to be measured. */
export function inkBox(record: ShapeRecord, boxes: Float32Array, index: number): Rect | null {
  if (record.kind !== "stroke" || record.scaleX !== 1 || record.scaleY !== 1) return null;
  const [left = NaN, top = NaN, right = NaN, bottom = NaN, pressed = 0] = boxes.subarray(index * 5, index * 5 + 5);
  if (Number.isNaN(left)) return null;
  const box = { x: record.x + left, y: record.y + top, width: right - left, height: bottom - top };
  return inflate(box, widest(styleOf(record), pressed > 0));
}

/** Reads lines anew each time, for who paints a page once. */
export function linesFrom(ink: InkOf): LineOf {
  return (record) => strokeLine(record, ink(record.id));
}

/** The box around what a stroke gained since it had `before` points, and around the tip that it had then. */
export function grownBounds(record: StrokeRecord, before: number, line: LineOf): Rect {
  const from = Math.max(0, before - TAIL_POINTS - 1);
  return shift(lineBounds(line(record), from), record.x, record.y);
}

/** The corners of a path record on the page, before it is turned. */
export function cornersOf(record: PathRecord): { x: number; y: number }[] {
  const corners = [];
  for (let i = 0; i + 1 < record.path.length; i += 2) {
    corners.push({ x: record.x + (record.path[i] ?? 0), y: record.y + (record.path[i + 1] ?? 0) });
  }
  return corners;
}

/** The length of an arrow's head, in page units. */
export function headLength(strokeWidth: number): number {
  return Math.max(12, strokeWidth * 4);
}

function boxOf(record: ShapeRecord, lines: readonly Line[] | null, line: LineOf): Rect {
  switch (record.kind) {
    case "stroke": {
      const ink = line(record);
      if (ink.length === 0) return { x: record.x, y: record.y, width: 0, height: 0 };
      return shift(lineBounds(ink), record.x, record.y);
    }
    case "line":
    case "arrow":
    case "polygon":
      return pathBox(record);
    case "rectangle":
    case "ellipse":
      return inflate(plainBox(record), record.strokeWidth / 2);
    case "text":
      return textBox(record, lines ?? []);
    case "note": {
      const needed = (lines?.length ?? 0) * record.fontSize * LINE_HEIGHT + 2 * NOTE_PADDING;
      const box = plainBox(record);
      return { ...box, height: Math.max(box.height, needed) };
    }
    case "image":
      return plainBox(record);
    case "unknown":
      return { x: record.x, y: record.y, width: 0, height: 0 };
  }
}

/** A text is as large as its lines, so that a tap beside it does not mean it. */
function textBox(record: TextRecord, lines: readonly Line[]): Rect {
  const widest = lines.reduce((most, line) => Math.max(most, line.width), record.fontSize);
  const width = record.align === "start" ? Math.min(record.width, widest) : record.width;
  const height = Math.max(1, lines.length) * record.fontSize * LINE_HEIGHT;
  return { x: record.x, y: record.y, width, height };
}

function pathBox(record: PathRecord): Rect {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const corner of cornersOf(record)) {
    left = Math.min(left, corner.x);
    right = Math.max(right, corner.x);
    top = Math.min(top, corner.y);
    bottom = Math.max(bottom, corner.y);
  }
  if (left === Infinity) return { x: record.x, y: record.y, width: 0, height: 0 };
  const around = record.strokeWidth / 2 + (record.kind === "arrow" ? headLength(record.strokeWidth) / 2 : 0);
  return inflate({ x: left, y: top, width: right - left, height: bottom - top }, around);
}

function plainBox(record: { x: number; y: number; width: number; height: number }): Rect {
  return { x: record.x, y: record.y, width: record.width, height: record.height };
}

function linesOf(record: TextRecord, measure: (font: string) => Measure): Line[] {
  const inner = record.kind === "note" ? record.width - 2 * NOTE_PADDING : record.width;
  return breakLines(record.text, Math.max(1, inner), measure(fontOf(record.fontSize)));
}
