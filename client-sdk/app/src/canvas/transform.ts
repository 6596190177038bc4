/** Affine maps of the page's plane. */
import type { Transform } from "@kakehashi/client";
import type { Point, Rect } from "./rect";

export const IDENTITY: Transform = [1, 0, 0, 1, 0, 0];

export function translation(dx: number, dy: number): Transform {
  return [1, 0, 0, 1, dx, dy];
}

export function mapPoint([a, b, c, d, e, f]: Transform, { x, y }: Point): Point {
  return { x: a * x + c * y + e, y: b * x + d * y + f };
}

/** The upright box around a box that was mapped. */
export function mapRect(transform: Transform, rect: Rect): Rect {
  const corners = [
    mapPoint(transform, rect),
    mapPoint(transform, { x: rect.x + rect.width, y: rect.y }),
    mapPoint(transform, { x: rect.x, y: rect.y + rect.height }),
    mapPoint(transform, { x: rect.x + rect.width, y: rect.y + rect.height }),
  ];
  const x = Math.min(...corners.map((corner) => corner.x));
  const y = Math.min(...corners.map((corner) => corner.y));
  return {
    x,
    y,
    width: Math.max(...corners.map((corner) => corner.x)) - x,
    height: Math.max(...corners.map((corner) => corner.y)) - y,
  };
}

/** Whether it leaves anything elsewhere than it was. */
export function moves(transform: Transform): boolean {
  return !sameTransform(transform, IDENTITY);
}

export function sameTransform(one: Transform | undefined, other: Transform | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.every((value, i) => value === other[i]);
}
