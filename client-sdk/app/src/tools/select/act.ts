/**
 * What a gesture does to what is selected: a map of the page's plane for everything, and the record that
 * each shape becomes. Lines of shapes keep their thickness; ink grows with what was written.
 */
import type { Patch, ShapeRecord, Transform } from "@kakehashi/client";
import { centre, type Point, turn } from "../../canvas/rect";
import type { Shape } from "../../canvas/shape";
import { mapPoint, translation } from "../../canvas/transform";
import { endsOf, type Frame, spotOf } from "./frame";

export type Act =
  | { readonly act: "move"; readonly dx: number; readonly dy: number }
  | { readonly act: "turn"; readonly about: Point; readonly degrees: number }
  | {
      readonly act: "scale";
      readonly sx: number;
      readonly sy: number;
      /** The place on the page that stays where it is. */
      readonly about: Point;
      /** The same place as shares of the frame's box. */
      readonly share: Point;
      /** The axes' direction. */
      readonly rotation: number;
    }
  /** One end of a line goes to a place. */
  | { readonly act: "end"; readonly end: 0 | 1; readonly to: Point };

/** Reads how a record would be laid out. */
export type Shaped = (record: ShapeRecord) => Shape;

/** Page units. */
const FONT_SIZE = { min: 4, max: 1000 };
const LINE_WIDTH = { min: 0.5, max: 1000 };
const FACTOR_MAX = 1000;

/** How everything moves while the gesture goes on. `lone` is the shape, if it is only one. */
export function transformOf(act: Act, lone: Shape | undefined): Transform {
  switch (act.act) {
    case "move":
      return translation(act.dx, act.dy);
    case "turn":
      return about(act.about, [...linear(act.degrees), 0, 0]);
    case "scale": {
      const [cos, sin, minusSin] = linear(act.rotation);
      const { sx, sy } = act;
      const cross = cos * sin * (sx - sy);
      return about(act.about, [sx * cos * cos + sy * sin * sin, cross, cross, sx * minusSin * minusSin + sy * cos * cos, 0, 0]);
    }
    case "end":
      return lone === undefined ? translation(0, 0) : endTransform(act, lone);
  }
}

/** The frame as the gesture has changed it. */
export function framed(act: Act, frame: Frame): Frame {
  const { box, rotation } = frame;
  switch (act.act) {
    case "move":
      return { box: { ...box, x: box.x + act.dx, y: box.y + act.dy }, rotation };
    case "turn": {
      const middle = turn(centre(box), act.about, act.degrees);
      return { box: { ...box, x: middle.x - box.width / 2, y: middle.y - box.height / 2 }, rotation: rotation + act.degrees };
    }
    case "scale": {
      const middle = mapPoint(transformOf(act, undefined), centre(box));
      const width = box.width * act.sx;
      const height = box.height * act.sy;
      return { box: { x: middle.x - width / 2, y: middle.y - height / 2, width, height }, rotation };
    }
    case "end":
      return frame;
  }
}

/** What a shape becomes; `lone` if nothing else is selected. */
export function changed(act: Act, shape: Shape, lone: boolean, shaped: Shaped): ShapeRecord {
  const { record } = shape;
  switch (act.act) {
    case "move":
      return { ...record, x: record.x + act.dx, y: record.y + act.dy };
    case "turn": {
      const turned = { ...record, rotation: degreesOf(record.rotation + act.degrees) };
      return placed(turned, { x: 0.5, y: 0.5 }, turn(spotOf(shape, { x: 0.5, y: 0.5 }), act.about, act.degrees), shaped);
    }
    case "scale":
      return lone ? scaledAlone(act, shape, shaped) : scaledInGroup(act, shape, shaped);
    case "end":
      return ended(act, shape);
  }
}

/** What has to be written so that `before` becomes `after`; null if nothing. */
export function patchOf(before: ShapeRecord, after: ShapeRecord): Patch | null {
  const patch: Record<string, unknown> = {};
  const old = before as unknown as Readonly<Record<string, unknown>>;
  for (const key of PATCHED) {
    const value = (after as unknown as Readonly<Record<string, unknown>>)[key];
    if (value === undefined || same(value, old[key])) continue;
    patch[key] = value;
  }
  return Object.keys(patch).length === 0 ? null : (patch as Patch);
}

const PATCHED = ["x", "y", "width", "height", "rotation", "scaleX", "scaleY", "strokeWidth", "fontSize", "path"] as const;

function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((value, i) => value === other[i]);
  return one === other;
}

function scaledAlone(act: Extract<Act, { act: "scale" }>, shape: Shape, shaped: Shaped): ShapeRecord {
  const { record } = shape;
  // A text that is made wider breaks elsewhere, and its upper edge stays.
  const rewrapped = record.kind === "text" && act.sy === 1;
  const share = rewrapped ? { x: act.share.x, y: 0 } : act.share;
  const about = rewrapped ? spotOf(shape, share) : act.about;
  return placed(sized(shape, act.sx, act.sy), share, about, shaped);
}

function scaledInGroup(act: Extract<Act, { act: "scale" }>, shape: Shape, shaped: Shaped): ShapeRecord {
  const across = Math.round(shape.record.rotation / 90) % 2 !== 0;
  const middle = { x: 0.5, y: 0.5 };
  const to = mapPoint(transformOf(act, undefined), spotOf(shape, middle));
  return placed(across ? sized(shape, act.sy, act.sx) : sized(shape, act.sx, act.sy), middle, to, shaped);
}

/** Moves a record so that a place of it, given as shares of its box, comes to lie at `to`. */
function placed(record: ShapeRecord, share: Point, to: Point, shaped: Shaped): ShapeRecord {
  const spot = spotOf(shaped(record), share);
  return { ...record, x: eighth(record.x + to.x - spot.x), y: eighth(record.y + to.y - spot.y) };
}

/** Another size along its own axes; where it then lies is settled afterwards. */
function sized(shape: Shape, sx: number, sy: number): ShapeRecord {
  const { record } = shape;
  const mean = Math.sqrt(sx * sy);
  switch (record.kind) {
    case "stroke":
      return {
        ...record,
        scaleX: thousandth(clamp(record.scaleX * sx, -FACTOR_MAX, FACTOR_MAX)),
        scaleY: thousandth(clamp(record.scaleY * sy, -FACTOR_MAX, FACTOR_MAX)),
        strokeWidth: eighth(clamp(record.strokeWidth * mean, LINE_WIDTH.min, LINE_WIDTH.max)),
      };
    case "rectangle":
    case "ellipse":
    case "image":
      return { ...record, width: eighth(record.width * sx), height: eighth(record.height * sy) };
    case "line":
    case "arrow":
    case "polygon":
      return { ...record, path: record.path.map((value, i) => eighth(value * (i % 2 === 0 ? sx : sy))) };
    case "text": {
      if (sx !== sy) return sx === 1 ? record : { ...record, width: eighth(Math.max(record.fontSize, shape.box.width * sx)) };
      const fontSize = eighth(clamp(record.fontSize * sx, FONT_SIZE.min, FONT_SIZE.max));
      // Rounding must not let a line break that did not break before.
      return { ...record, fontSize, width: eighth(Math.ceil((record.width * fontSize * 8) / record.fontSize) / 8) };
    }
    case "note": {
      const card = { ...record, width: eighth(record.width * sx), height: eighth(record.height * sy) };
      return sx === sy ? { ...card, fontSize: eighth(clamp(record.fontSize * sx, FONT_SIZE.min, FONT_SIZE.max)) } : card;
    }
    case "unknown":
      return record;
  }
}

/** A line whose end is elsewhere is no longer turned: its corners say all. */
function ended(act: Extract<Act, { act: "end" }>, shape: Shape): ShapeRecord {
  const { record } = shape;
  const [first, last] = endsOf(shape);
  if ((record.kind !== "line" && record.kind !== "arrow") || first === undefined || last === undefined) return record;
  const from = act.end === 0 ? act.to : first;
  const to = act.end === 1 ? act.to : last;
  const x = eighth(from.x);
  const y = eighth(from.y);
  return { ...record, rotation: 0, x, y, path: [0, 0, eighth(to.x - x), eighth(to.y - y)] };
}

/** Turns and stretches a line about its other end. */
function endTransform(act: Extract<Act, { act: "end" }>, shape: Shape): Transform {
  const [first, last] = endsOf(shape);
  if (first === undefined || last === undefined) return translation(0, 0);
  const [fixed, moved] = act.end === 0 ? [last, first] : [first, last];
  const before = { x: moved.x - fixed.x, y: moved.y - fixed.y };
  const after = { x: act.to.x - fixed.x, y: act.to.y - fixed.y };
  const length = before.x * before.x + before.y * before.y;
  if (length === 0) return translation(0, 0);
  const a = (after.x * before.x + after.y * before.y) / length;
  const b = (after.y * before.x - after.x * before.y) / length;
  return about(fixed, [a, b, -b, a, 0, 0]);
}

/** The same map about a place. */
function about(place: Point, [a, b, c, d]: Transform): Transform {
  return [a, b, c, d, place.x - a * place.x - c * place.y, place.y - b * place.x - d * place.y];
}

function linear(degrees: number): [number, number, number, number] {
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle)];
}

/** 0 up to 360, in the hundredths that are kept. */
export function degreesOf(degrees: number): number {
  return (((Math.round(degrees * 100) % 36_000) + 36_000) % 36_000) / 100;
}

/** Lengths as they are kept. */
export function eighth(length: number): number {
  return Math.round(length * 8) / 8;
}

function thousandth(factor: number): number {
  return Math.round(factor * 1000) / 1000;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
