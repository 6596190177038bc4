/**
 * What this page shows of itself by the lane, gathered into messages: the pointers as they are now, and of each
 * stroke the points that did not stand in {@link REPEATS} messages yet. It knows no channel and no clock.
 */
import type { PageId, RecordId } from "../api.js";
import { type Glimpse, GLIMPSE_BYTES_MAX, glimpseBytes, type Place, POINTS_MAX, STRIDE, STROKES_MAX, type WetStroke } from "./lane-bytes.js";

/** In how many messages a point, and a place of a pointer, stands. */
export const REPEATS = 3;
/** Strokes that wait; more than any panel has hands. */
const WAITING_MAX = 64;

interface Waiting {
  stroke: WetStroke;
  /** In how many messages each point is still to stand, which never is less for a later one. */
  left: number[];
  /** The message in which it stood last. */
  told: number;
}

export class Outbox {
  #sequence = 0;
  #document: PageId | null = null;
  #cursor: Place | null = null;
  #laser: Place | null = null;
  #pointersLeft = 0;
  readonly #strokes = new Map<RecordId, Waiting>();

  /** Whether there is something to say. */
  get waiting(): boolean {
    return this.#document !== null && (this.#pointersLeft > 0 || this.#strokes.size > 0);
  }

  /** Another page is shown: what was drawn on the one before is left to the log. */
  turn(document: PageId | null): void {
    if (document === this.#document) return;
    this.clear();
    this.#document = document;
  }

  /** Nothing more is said of what was. */
  clear(): void {
    this.#strokes.clear();
    this.#cursor = null;
    this.#laser = null;
    this.#pointersLeft = 0;
  }

  point(cursor: Place | null, laser: Place | null): void {
    if (samePlace(cursor, this.#cursor) && samePlace(laser, this.#laser)) return;
    this.#cursor = cursor;
    this.#laser = laser;
    this.#pointersLeft = REPEATS;
  }

  /** More of a stroke: its new points, and how many come before them. */
  draw(record: RecordId, more: WetStroke): void {
    const known = this.#strokes.get(record);
    const waiting = known !== undefined && endOf(known.stroke) === more.first ? known : { stroke: { ...more, points: [] }, left: [], told: -1 };
    const points = [...waiting.stroke.points, ...more.points].slice(-POINTS_MAX * STRIDE);
    waiting.stroke = { ...more, first: endOf(more) - points.length / STRIDE, points };
    waiting.left = [...waiting.left, ...Array.from({ length: more.points.length / STRIDE }, () => REPEATS)].slice(-POINTS_MAX);
    this.#strokes.set(record, waiting);
    for (const oldest of this.#strokes.keys()) {
      if (this.#strokes.size <= WAITING_MAX) break;
      this.#strokes.delete(oldest);
    }
  }

  /**
   * The next message; null: there is nothing to say. If not all fits, the newest points go, and those that were
   * told already wait no longer.
   */
  take(): Uint8Array<ArrayBuffer> | null {
    if (!this.waiting) return null;
    // Those that have waited longest go first, if there are too many.
    const told = [...this.#strokes].sort(([, a], [, b]) => a.told - b.told).slice(0, STROKES_MAX);
    for (let tellings = REPEATS; tellings > 0; tellings -= 1) {
      const bytes = this.#tell(told, ({ left }) => left.filter((times) => times > REPEATS - tellings).length);
      if (bytes !== null) return bytes;
    }
    for (let most = POINTS_MAX / 4; most > 1; most /= 2) {
      const bytes = this.#tell(told, ({ left }) => Math.min(most, left.filter((times) => times === REPEATS).length));
      if (bytes !== null) return bytes;
    }
    return this.#tell(told.slice(0, 1), () => 1);
  }

  /** A message with so many of the last points of each of these strokes, if it fits. */
  #tell(told: readonly (readonly [RecordId, Waiting])[], lastOf: (waiting: Waiting) => number): Uint8Array<ArrayBuffer> | null {
    const strokes: WetStroke[] = [];
    const counts = told.map(([, waiting]) => {
      const { stroke, left } = waiting;
      const count = Math.min(left.length, lastOf(waiting));
      if (count > 0) strokes.push({ ...stroke, first: endOf(stroke) - count, points: stroke.points.slice(-count * STRIDE) });
      return count;
    });
    const glimpse: Glimpse = { sequence: this.#sequence, document: this.#document ?? "", cursor: this.#cursor, laser: this.#laser, strokes };
    if (counts.reduce((sum, count) => sum + count, 0) > POINTS_MAX) return null;
    const bytes = glimpseBytes(glimpse);
    if (bytes.length > GLIMPSE_BYTES_MAX) return null;
    this.#pointersLeft = Math.max(0, this.#pointersLeft - 1);
    told.forEach(([record, waiting], at) => this.#wasTold(record, waiting, counts[at] ?? 0));
    this.#sequence += 1;
    return bytes;
  }

  #wasTold(record: RecordId, waiting: Waiting, count: number): void {
    const before = waiting.left.slice(waiting.left.length - count).map((times) => times - 1);
    waiting.left = before.filter((times) => times > 0);
    waiting.told = this.#sequence;
    if (waiting.left.length === 0) {
      this.#strokes.delete(record);
      return;
    }
    const { stroke } = waiting;
    waiting.stroke = { ...stroke, first: endOf(stroke) - waiting.left.length, points: stroke.points.slice(-waiting.left.length * STRIDE) };
  }
}

function endOf({ first, points }: WetStroke): number {
  return first + points.length / STRIDE;
}

function samePlace(one: Place | null, other: Place | null): boolean {
  return one?.x === other?.x && one?.y === other?.y;
}
