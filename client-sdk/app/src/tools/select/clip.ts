/**
 * What goes over the system's clipboard: copies as text that any program may hold, and that is read back
 * as data alone. Whatever does not fit this form to the letter is no clip.
 */
import type { Draft, Patch } from "@kakehashi/client";
import { STRIDE } from "../../canvas/ink";
import type { Rect } from "../../canvas/rect";
import type { Copy } from "./copies";

export interface Clip {
  /** Where it was taken up: pictures are fetched from there. */
  readonly board: string;
  readonly page: string;
  /** Where it lay. */
  readonly bounds: Rect;
  readonly copies: readonly Copy[];
}

/** Characters of a clip: a full page of writing. Reading takes some ten times as many bytes. */
export const CLIP_CHARS_MAX = 16 * 1024 * 1024;
export const CLIP_THINGS_MAX = 20_000;
/** Points of all its ink, as many as a full page has. */
export const CLIP_POINTS_MAX = 2_500_000;
/** Numbers, characters and points of one thing; the board takes no more. */
const PATH_MAX = 4000;
const TEXT_MAX = 20_000;
const STROKE_MAX = 40_000;
/** Page units. */
const FAR = 131_072;
/** Milliseconds of a stroke: ten minutes. */
const TIME_MAX = 600_000;

const VERSION = 1;

export function writeClip({ board, page, bounds, copies }: Clip): string {
  const things = copies.map(({ draft, patch, ink, text }) => ({
    ...draft,
    ...patch,
    ...(ink.length > 0 ? { ink: packInk(ink) } : {}),
    ...(text === "" ? {} : { text }),
  }));
  return JSON.stringify({ kakehashi: VERSION, board, page, bounds, things });
}

/** Null for everything that is not a clip of this version, in all its parts. */
export function readClip(source: string): Clip | null {
  if (source.length > CLIP_CHARS_MAX) return null;
  try {
    const clip = fields(JSON.parse(source));
    if (clip["kakehashi"] !== VERSION) return null;
    const bounds = fields(clip["bounds"]);
    const things = clip["things"];
    if (!Array.isArray(things) || things.length > CLIP_THINGS_MAX) return null;
    const budget = { points: CLIP_POINTS_MAX };
    return {
      board: matching(clip["board"], /^[0-9A-Za-z]{1,64}$/),
      page: matching(clip["page"], /^[0-9A-Za-z.]{1,64}$/),
      bounds: { x: place(bounds["x"]), y: place(bounds["y"]), width: number(bounds["width"], 0, 2 * FAR), height: number(bounds["height"], 0, 2 * FAR) },
      copies: things.map((thing: unknown) => readThing(fields(thing), budget)),
    };
  } catch (error) {
    if (error instanceof NotAClip || error instanceof SyntaxError) return null;
    throw error;
  }
}

class NotAClip extends Error {}

type Fields = Readonly<Record<string, unknown>>;

const NO_INK = new Float32Array();

function readThing(thing: Fields, budget: { points: number }): Copy {
  const kind = thing["kind"];
  const at = { x: place(thing["x"]), y: place(thing["y"]), rotation: number(thing["rotation"], 0, 360) };
  const plain = { patch: {}, ink: NO_INK, text: "" };
  switch (kind) {
    case "stroke": {
      const tool = oneOf(thing["tool"], ["pen", "highlighter"] as const);
      const draft: Draft = { kind, tool, ...line(thing) };
      const patch: Patch = { ...at, scaleX: factor(thing["scaleX"]), scaleY: factor(thing["scaleY"]) };
      const ink = unpackInk(thing["ink"], Math.min(STROKE_MAX, budget.points));
      budget.points -= ink.length / STRIDE;
      return { draft, patch, ink, text: "" };
    }
    case "rectangle":
    case "ellipse":
      return { ...plain, draft: { kind, ...at, ...size(thing), ...line(thing), fill: fill(thing) } };
    case "line":
    case "arrow":
    case "polygon":
      return { ...plain, draft: { kind, ...at, path: path(thing["path"]), ...line(thing), fill: fill(thing) } };
    case "text":
    case "note": {
      const letters = { fontSize: number(thing["fontSize"], 1, 1000), align: oneOf(thing["align"], ["start", "center", "end"] as const) };
      const draft: Draft = { kind, ...at, ...size(thing), ...letters, color: color(thing["color"]), fill: fill(thing) };
      return { ...plain, draft, text: thing["text"] === undefined ? "" : textOf(thing["text"]) };
    }
    case "image":
      return { ...plain, draft: { kind, ...at, ...size(thing), asset: matching(thing["asset"], /^[0-9a-f]{64}$/) } };
    default:
      throw new NotAClip();
  }
}

function fields(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new NotAClip();
  return value as Fields;
}

function number(value: unknown, least: number, most: number): number {
  if (typeof value !== "number" || !(value >= least && value <= most)) throw new NotAClip();
  return value;
}

function place(value: unknown): number {
  return number(value, -FAR, FAR);
}

function factor(value: unknown): number {
  return number(value, -1000, 1000);
}

function matching(value: unknown, form: RegExp): string {
  if (typeof value !== "string" || !form.test(value)) throw new NotAClip();
  return value;
}

function oneOf<Name extends string>(value: unknown, names: readonly Name[]): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw new NotAClip();
  return found;
}

function color(value: unknown): string {
  return matching(value, /^#[0-9a-fA-F]{8}$/);
}

function fill(thing: Fields): string | null {
  return thing["fill"] === null ? null : color(thing["fill"]);
}

function line(thing: Fields): { color: string; strokeWidth: number } {
  return { color: color(thing["color"]), strokeWidth: number(thing["strokeWidth"], 0, 1000) };
}

function size(thing: Fields): { width: number; height: number } {
  return { width: number(thing["width"], 0, FAR), height: number(thing["height"], 0, FAR) };
}

function path(value: unknown): number[] {
  if (!Array.isArray(value) || value.length > PATH_MAX || value.length % 2 !== 0) throw new NotAClip();
  return value.map(place);
}

function textOf(value: unknown): string {
  if (typeof value !== "string" || value.length > TEXT_MAX) throw new NotAClip();
  return value;
}

/** Ink as the board keeps it (eighths, 255 steps of pressure, milliseconds), in differences of seven bits a byte. */
export function packInk(ink: Float32Array): string {
  const bytes: number[] = [];
  const last = [0, 0, 0, 0];
  for (let i = 0; i < ink.length; i++) {
    const part = i % STRIDE;
    const value = kept(ink[i] ?? 0, part);
    let difference = value - (last[part] ?? 0);
    last[part] = value;
    difference = difference < 0 ? -2 * difference - 1 : 2 * difference;
    for (; difference >= 128; difference = Math.floor(difference / 128)) bytes.push((difference % 128) + 128);
    bytes.push(difference);
  }
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.slice(i, i + 8192));
  return btoa(text);
}

export function unpackInk(value: unknown, pointsMax: number): Float32Array {
  if (value === undefined) return NO_INK;
  const packed = matching(value, /^[A-Za-z0-9+/]*={0,2}$/);
  let text: string;
  try {
    text = atob(packed);
  } catch {
    throw new NotAClip();
  }
  const numbers: number[] = [];
  const last = [0, 0, 0, 0];
  for (let i = 0; i < text.length; ) {
    let difference = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = text.charCodeAt(i++);
      if (!(scale <= 128 ** 4)) throw new NotAClip();
      if (Number.isNaN(byte)) throw new NotAClip();
      difference += (byte % 128) * scale;
      if (byte < 128) break;
    }
    const part = numbers.length % STRIDE;
    const now = (last[part] ?? 0) + (difference % 2 === 1 ? -(difference + 1) / 2 : difference / 2);
    last[part] = now;
    numbers.push(shown(now, part));
    if (numbers.length > pointsMax * STRIDE) throw new NotAClip();
  }
  if (numbers.length % STRIDE !== 0) throw new NotAClip();
  return Float32Array.from(numbers);
}

/** A number of a point as it is packed; `part` is its place in the point. */
function kept(value: number, part: number): number {
  if (part === 2) return value > 0 ? 1 + Math.round(value * 254) : 0;
  return Math.round(part === 3 ? value : value * 8);
}

function shown(value: number, part: number): number {
  if (part === 2) return value === 0 ? 0 : Math.max(1e-6, number(value - 1, 0, 254) / 254);
  return part === 3 ? number(value, 0, TIME_MAX) : place(value / 8);
}

/** The clip as a piece of HTML whose words are the texts in it. `name` tells this page that it is its own. */
export function asHtml(name: string, clip: string | null, words: string): string {
  const data = clip === null ? "" : ` data-kakehashi="${toBase64(clip)}"`;
  return `<div data-kakehashi-name="${name}"${data}>${escaped(words).replace(/\n/g, "<br>")}</div>`;
}

/** Looks for a clip in HTML without ever making HTML of it. */
export function inHtml(html: string): { readonly name: string; readonly clip: string | null } | null {
  if (html.length > CLIP_CHARS_MAX * 1.4) return null;
  const name = / data-kakehashi-name="([0-9a-f]{1,32})"/.exec(html)?.[1];
  if (name === undefined) return null;
  const data = / data-kakehashi="([A-Za-z0-9+/]+={0,2})"/.exec(html)?.[1];
  return { name, clip: data === undefined ? null : fromBase64(data) };
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = "";
  for (let i = 0; i < bytes.length; i += 8192) binary += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(binary);
}

function fromBase64(data: string): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(atob(data), (character) => character.charCodeAt(0)));
  } catch {
    return null;
  }
}
