/**
 * The lane of a board in a call: a data channel that waits for nothing, by which this page shows what it draws and
 * where it points, and hears the same of others. What the log needs goes another way; SPEC LANE-1 to LANE-5.
 */
import type { PageId, RecordId, ShapeRecord, StrokeRecord, WetTail } from "../api.js";
import { now } from "../time.js";
import { PLACE_MAX, type Place, POINTS_MAX, readShown, STRIDE } from "./lane-bytes.js";
import { Outbox } from "./lane-out.js";
import { type Confirmed, Wet } from "./wet.js";

/** Milliseconds between two messages, at least. */
export const EVERY_MS = 16;
/** Bytes that may wait in the browser; with more a turn is left out, since what is newest counts. */
export const BUFFERED_MAX = 2_000;
/** How often it is looked for what has waited in vain, milliseconds. */
const SWEEP_MS = 500;

/** A point in page units. */
type Point = { readonly x: number; readonly y: number } | null;

/** The board, as the lane needs it. */
export interface LaneHost extends Confirmed {
  actor(): string;
  record(page: PageId, id: RecordId): ShapeRecord | undefined;
  /** What others show by the lane is not what it was. */
  changed(): void;
}

export class Lane {
  readonly #host: LaneHost;
  readonly #outbox = new Outbox();
  readonly #wet: Wet;
  #channel: RTCDataChannel | undefined;
  #page: PageId | null = null;
  #rests = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sweeping: ReturnType<typeof setInterval> | undefined;
  #told = -Infinity;

  constructor(host: LaneHost) {
    this.#host = host;
    this.#wet = new Wet(host);
  }

  /** Goes by this channel from now on. */
  attach(channel: RTCDataChannel): void {
    this.#channel = channel;
    channel.binaryType = "arraybuffer";
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) this.#hear(new Uint8Array(data));
    };
  }

  /** Whether anything goes by it now. */
  get open(): boolean {
    return this.#channel?.readyState === "open" && !this.#rests;
  }

  /** Shows nothing while the line up has its hands full: all of it goes by the board's own connection. */
  rest(rests: boolean): void {
    this.#rests = rests;
    if (rests) this.#outbox.clear();
  }

  turn(page: PageId | null): void {
    this.#page = page;
    this.#outbox.turn(page);
    this.#wet.turn(page);
  }

  /** The board's own connection is there, or is not. */
  live(live: boolean): void {
    this.#wet.live(live, now());
  }

  /** The own pointers, as presence has them. */
  point(cursor: Point, laser: Point): void {
    this.#outbox.point(inEighths(cursor), inEighths(laser));
    this.#soon();
  }

  /** Points were added to one of the own strokes, as {@link Edit.appendInk} takes them; the board has them already. */
  drew(page: PageId, id: RecordId, samples: Float64Array): void {
    const count = samples.length / STRIDE;
    if (!this.open || page !== this.#page || count > POINTS_MAX) return;
    const record = this.#host.record(page, id);
    const points = pointsOf(samples);
    if (points !== null && record?.kind === "stroke" && isOwn(record, this.#host.actor())) {
      const { tool, color, strokeWidth } = record;
      const counter = Number(id.split(".")[1]);
      this.#outbox.draw(id, { counter, highlighter: tool === "highlighter", color, width: Math.round(strokeWidth * 8), first: record.points - count, points });
    }
    this.#soon();
  }

  /** This page load writes as another actor now. */
  renewed(): void {
    this.#outbox.clear();
  }

  /** The board's records changed. */
  records(page: PageId, changed: readonly RecordId[], all: boolean): void {
    if (!this.#wet.empty && this.#wet.confirm(page, changed, all, now())) this.#host.changed();
  }

  tails(): readonly WetTail[] {
    return this.#wet.tails();
  }

  /** What presence says of somebody, with the pointers that the lane knows better. */
  better<T extends { readonly actor: string; readonly page: PageId | null }>(person: T): T {
    const pointers = this.#wet.empty ? undefined : this.#wet.pointers(person.actor, person.page, now());
    return pointers === undefined ? person : { ...person, ...pointers };
  }

  close(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#sweeping);
    if (this.#channel !== undefined) this.#channel.onmessage = null;
    this.#channel = undefined;
  }

  /** What is shown together, as in one frame, goes into one message. */
  #soon(): void {
    if (this.#timer !== undefined || !this.open || !this.#outbox.waiting) return;
    this.#timer = setTimeout(() => this.#tell(), Math.max(0, this.#told + EVERY_MS - now()));
  }

  #tell(): void {
    this.#timer = undefined;
    const channel = this.#channel;
    if (channel === undefined || !this.open) return;
    this.#told = now();
    if (channel.bufferedAmount <= BUFFERED_MAX) {
      const bytes = this.#outbox.take();
      if (bytes !== null) channel.send(bytes);
    }
    this.#soon();
  }

  #hear(bytes: Uint8Array): void {
    const own = this.#host.actor();
    const others = (readShown(bytes) ?? []).filter(({ actor }) => actor !== own);
    if (others.length === 0) return;
    for (const shown of others) this.#wet.take(shown, now());
    this.#sweeping ??= setInterval(() => this.#sweep(), SWEEP_MS);
    this.#host.changed();
  }

  #sweep(): void {
    const any = this.#wet.sweep(now());
    if (this.#wet.empty) {
      clearInterval(this.#sweeping);
      this.#sweeping = undefined;
    }
    if (any) this.#host.changed();
  }
}

function isOwn(record: StrokeRecord, actor: string): boolean {
  return record.id.startsWith(`${actor}.`);
}

function inEighths(place: Point): Place | null {
  if (place === null) return null;
  const [x, y] = [Math.round(place.x * 8), Math.round(place.y * 8)];
  return Math.abs(x) <= PLACE_MAX && Math.abs(y) <= PLACE_MAX ? { x, y } : null;
}

/** Samples as the lane's numbers; null: some lie too far from the page. */
function pointsOf(samples: Float64Array): number[] | null {
  const points: number[] = [];
  let last = 0;
  for (let i = 0; i < samples.length; i += STRIDE) {
    const [x = 0, y = 0, pressure = 0, ms = 0] = samples.subarray(i, i + STRIDE);
    const place = inEighths({ x, y });
    if (place === null) return null;
    last = Math.max(last, Math.round(ms));
    points.push(place.x, place.y, pressure > 0 ? 1 + Math.round(Math.min(1, pressure) * 254) : 0, last);
  }
  return points;
}
