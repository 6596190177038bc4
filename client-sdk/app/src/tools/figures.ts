/** What the Shape tool draws between two places: plain geometry, in page units. */
import type { BoxRecord, Draft, PathRecord } from "@kakehashi/client";
import { between, type Point, type Rect } from "../canvas/rect";
import { COLORS, WIDTHS } from "./palette";
import type { ShapeStyle } from "./styles";

export type FigureDraft = Extract<Draft, { kind: "rectangle" | "ellipse" | "line" | "arrow" | "polygon" }>;

/** With shift, lines turn in steps of so many degrees. */
const TURN = 15;
/** What a tap without a drag makes. */
const USUAL: Readonly<Record<"wide" | "square" | "line", { readonly width: number; readonly height: number }>> = {
  wide: { width: 240, height: 160 },
  square: { width: 200, height: 200 },
  line: { width: 240, height: 0 },
};
/** How far the inner corners of a star of five points lie from its middle, times the outer ones: its edges are straight then. */
const STAR_INNER = 0.382;

/** The figure between where a drag began and where it is now; with `even`, of equal sides or at an even angle. */
export function figureBetween(style: ShapeStyle, from: Point, to: Point, even: boolean): FigureDraft {
  const { figure } = style;
  if (figure === "line" || figure === "arrow") {
    const end = even ? evenAngle(from, to) : to;
    return path(style, figure, [from, end]);
  }
  const box = between(from, even ? evenCorner(from, to) : to);
  switch (figure) {
    case "rectangle":
    case "ellipse":
      return { kind: figure, ...snapped(box), ...look(style) };
    case "triangle":
      return path(style, "polygon", stretched(ring(3, 1), box));
    case "star":
      return path(style, "polygon", stretched(ring(10, STAR_INNER), box));
    case "regular":
    case "corners":
      return path(style, "polygon", stretched(ring(style.sides, 1), box));
  }
}

/** What a tap makes: a figure of the usual size with the tap in its middle. */
export function usualFigure(style: ShapeStyle, at: Point): FigureDraft {
  const { figure } = style;
  const { width, height } = USUAL[
    figure === "line" || figure === "arrow" ? "line" : figure === "rectangle" || figure === "ellipse" ? "wide" : "square"
  ];
  const from = { x: at.x - width / 2, y: at.y - height / 2 };
  return figureBetween(style, from, { x: from.x + width, y: from.y + height }, false);
}

/** A polygon through corners; while it is open, the lines between them. */
export function throughCorners(style: ShapeStyle, corners: readonly Point[], closed: boolean): FigureDraft {
  return path(style, closed ? "polygon" : "line", corners);
}

/** A figure as the record that it will be, to be painted before there is one. */
export function sketchOf(draft: FigureDraft): BoxRecord | PathRecord {
  const base = { id: "sketch", author: "", rotation: 0, locked: false, unsaved: false, color: "#000000ff", strokeWidth: 1 };
  return { ...base, ...draft, fill: draft.fill ?? null } as BoxRecord | PathRecord;
}

/** What a filled figure of a colour is filled with: thin enough that writing under it can be read. */
export function fillOf(color: string): string {
  return color === COLORS.white ? color : `${color.slice(0, 7)}40`;
}

function look(style: ShapeStyle): { color: string; fill: string | null; strokeWidth: number } {
  const color = COLORS[style.color];
  return { color, fill: style.filled ? fillOf(color) : null, strokeWidth: WIDTHS[style.width] };
}

function path(style: ShapeStyle, kind: "line" | "arrow" | "polygon", corners: readonly Point[]): FigureDraft {
  const x = eighth(Math.min(...corners.map((corner) => corner.x)));
  const y = eighth(Math.min(...corners.map((corner) => corner.y)));
  const numbers = corners.flatMap((corner) => [eighth(corner.x - x), eighth(corner.y - y)]);
  const { color, fill, strokeWidth } = look(style);
  return { kind, x, y, path: numbers, color, fill: kind === "polygon" ? fill : null, strokeWidth };
}

/** Corners around the middle, the first at the top; every other one `inner` times as far out. */
function ring(count: number, inner: number): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count - Math.PI / 2;
    const radius = i % 2 === 1 ? inner : 1;
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
  });
}

/** Corners so that they just fill a box. */
function stretched(corners: readonly Point[], box: Rect): Point[] {
  const xs = corners.map((corner) => corner.x);
  const ys = corners.map((corner) => corner.y);
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
  return corners.map((corner) => ({
    x: box.x + ((corner.x - left) / width) * box.width,
    y: box.y + ((corner.y - top) / height) * box.height,
  }));
}

function evenCorner(from: Point, to: Point): Point {
  const side = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  return { x: from.x + side * (to.x < from.x ? -1 : 1), y: from.y + side * (to.y < from.y ? -1 : 1) };
}

function evenAngle(from: Point, to: Point): Point {
  const step = (TURN * Math.PI) / 180;
  const angle = Math.round(Math.atan2(to.y - from.y, to.x - from.x) / step) * step;
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  return { x: from.x + length * Math.cos(angle), y: from.y + length * Math.sin(angle) };
}

function snapped(box: Rect): Rect {
  const [x, y] = [eighth(box.x), eighth(box.y)];
  return { x, y, width: eighth(box.width), height: eighth(box.height) };
}

/** The board keeps eighths; what is shown before must not jump. */
function eighth(value: number): number {
  return Math.round(value * 8) / 8;
}
