/**
 * The bytes of the lane (WIRE section 13; `protocol/src/lane.rs`): from what a page shows of itself right now to
 * messages, and back. Lengths are eighths of a page unit here.
 */
import type { PageId } from "../api.js";

/** Bytes of a message of this page. */
export const GLIMPSE_BYTES_MAX = 1_000;
/** Bytes of a message of the server. */
export const SHOWN_BYTES_MAX = 1_100;
/** Strokes in one glimpse. */
export const STROKES_MAX = 16;
/** Points in one glimpse. */
export const POINTS_MAX = 192;
/** Eighths of a unit that anything may lie from the page's corner, either way. */
export const PLACE_MAX = 131_072 * 8;

/** Numbers of a point that lie one after the other: x, y, pressure (1 to 255; 0: not measured) and milliseconds. */
export const STRIDE = 4;

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** The end of a stroke that is being drawn. */
export interface WetStroke {
  /** Of its record, whose actor is the page's that draws it. */
  readonly counter: number;
  readonly highlighter: boolean;
  /** `#rrggbbaa` */
  readonly color: string;
  readonly width: number;
  /** How many of the stroke's points come before these. */
  readonly first: number;
  /** {@link STRIDE} numbers a point, as they lie on the page. */
  readonly points: readonly number[];
}

/** What a page shows of itself right now. */
export interface Glimpse {
  readonly sequence: number;
  readonly document: PageId;
  readonly cursor: Place | null;
  readonly laser: Place | null;
  readonly strokes: readonly WetStroke[];
}

/** Somebody else's. */
export interface Shown {
  /** 16 hexadecimal digits. */
  readonly actor: string;
  readonly glimpse: Glimpse;
}

/** A glimpse's bytes, however many they are. Actors and counters are whole numbers of up to 64 and 53 bits. */
export function glimpseBytes(glimpse: Glimpse): Uint8Array<ArrayBuffer> {
  const out = new Writer();
  out.number(glimpse.sequence);
  const [actor = "", counter = ""] = glimpse.document.split(".");
  out.big(BigInt(`0x${actor}`));
  out.number(Number(counter));
  for (const place of [glimpse.cursor, glimpse.laser]) {
    out.byte(place === null ? 0 : 1);
    if (place === null) continue;
    out.signed(place.x);
    out.signed(place.y);
  }
  out.number(glimpse.strokes.length);
  for (const stroke of glimpse.strokes) writeStroke(out, stroke);
  return out.bytes();
}

/** What a message of the server says; null: something of it is wrong, and none of it counts. */
export function readShown(bytes: Uint8Array): readonly Shown[] | null {
  if (bytes.length > SHOWN_BYTES_MAX) return null;
  const reader = new Reader(bytes);
  const all: Shown[] = [];
  try {
    while (reader.more) all.push({ actor: hex(reader.big()), glimpse: readGlimpse(reader) });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return all;
}

function writeStroke(out: Writer, { counter, highlighter, color, width, first, points }: WetStroke): void {
  out.number(counter);
  out.byte(highlighter ? 1 : 0);
  for (let i = 1; i < 9; i += 2) out.byte(Number.parseInt(color.slice(i, i + 2), 16));
  out.number(width);
  out.number(first);
  out.number(points.length / STRIDE);
  let [x, y, ms] = [0, 0, 0];
  for (let i = 0; i < points.length; i += STRIDE) {
    const [nextX = 0, nextY = 0, pressure = 0, nextMs = 0] = points.slice(i, i + STRIDE);
    out.signed(nextX - x);
    out.signed(nextY - y);
    out.byte(pressure);
    out.number(nextMs - ms);
    [x, y, ms] = [nextX, nextY, nextMs];
  }
}

function readGlimpse(reader: Reader): Glimpse {
  const sequence = reader.number(0xffff_ffff);
  const document = `${hex(reader.big())}.${reader.number(Number.MAX_SAFE_INTEGER)}`;
  const [cursor, laser] = [reader.place(), reader.place()];
  const strokes: WetStroke[] = [];
  let room = POINTS_MAX;
  for (let left = reader.number(STROKES_MAX); left > 0; left -= 1) {
    const stroke = readStroke(reader, room);
    room -= stroke.points.length / STRIDE;
    strokes.push(stroke);
  }
  return { sequence, document, cursor, laser, strokes };
}

function readStroke(reader: Reader, room: number): WetStroke {
  const counter = reader.number(Number.MAX_SAFE_INTEGER);
  const highlighter = reader.flag();
  const color = `#${[0, 0, 0, 0].map(() => reader.byte().toString(16).padStart(2, "0")).join("")}`;
  const width = reader.number(0xffff);
  const first = reader.number(0xffff_ffff);
  const points: number[] = [];
  let [x, y, ms] = [0, 0, 0];
  for (let left = reader.number(room); left > 0; left -= 1) {
    x = within(x + reader.signed());
    y = within(y + reader.signed());
    const pressure = reader.byte();
    ms += reader.number(0xffff_ffff);
    points.push(x, y, pressure, ms);
  }
  return { counter, highlighter, color, width, first, points };
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, "0");
}

function within(at: number): number {
  if (Math.abs(at) > PLACE_MAX) throw new RangeError("a place is beyond the page");
  return at;
}

class Writer {
  readonly #bytes: number[] = [];

  byte(value: number): void {
    this.#bytes.push(value);
  }

  number(value: number): void {
    if (value > 0xffff_ffff) this.big(BigInt(value));
    else if (value > 0xffff) this.#wide(0xfc, BigInt(value), 4);
    else if (value > 250) this.#wide(0xfb, BigInt(value), 2);
    else this.byte(value);
  }

  big(value: bigint): void {
    if (value > 0xffff_ffffn) this.#wide(0xfd, value, 8);
    else this.number(Number(value));
  }

  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes);
  }

  #wide(mark: number, value: bigint, length: number): void {
    this.byte(mark);
    for (let i = 0; i < length; i += 1) this.byte(Number((value >> BigInt(8 * i)) & 0xffn));
  }
}

/** Throws a RangeError where the bytes end too soon or say what cannot be. */
class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get more(): boolean {
    return this.#at < this.#view.byteLength;
  }

  byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  flag(): boolean {
    return this.#among(this.byte(), 1) === 1;
  }

  big(): bigint {
    const mark = this.byte();
    const at = this.#at;
    switch (mark) {
      case 0xfb:
        this.#at += 2;
        return BigInt(this.#view.getUint16(at, true));
      case 0xfc:
        this.#at += 4;
        return BigInt(this.#view.getUint32(at, true));
      case 0xfd:
        this.#at += 8;
        return this.#view.getBigUint64(at, true);
      default:
        return BigInt(this.#among(mark, 250));
    }
  }

  number(most: number): number {
    return this.#among(Number(this.big()), most);
  }

  signed(): number {
    const value = this.number(0xffff_ffff);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  place(): Place | null {
    return this.flag() ? { x: within(this.signed()), y: within(this.signed()) } : null;
  }

  #among(value: number, most: number): number {
    if (value > most) throw new RangeError(`${value} is more than ${most}`);
    return value;
  }
}
