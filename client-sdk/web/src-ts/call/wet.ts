/**
 * What others show by the lane, as far as it is known: messages may be lost, and overtake each other. Strokes' points
 * are known by their place in the stroke, and are let go when the log has them. It knows no channel and no clock.
 */
import type { PageId, RecordId, WetTail } from "../api.js";
import { type Place, type Shown, STRIDE, type WetStroke } from "./lane-bytes.js";
import { Runs } from "./runs.js";

/** How long a pointer counts for more than presence, which is slower; milliseconds, as all times here. */
export const POINTER_MS = 2_000;
/** How long a stroke of which nothing more comes waits for the log, while the board's connection is there. */
export const WAITS_MS = 20_000;
/** The same while it is not: then nothing can confirm it. Also how long a stroke may go on without being confirmed at all. */
export const UNCONFIRMED_MS = 120_000;
/** Strokes of one writer: hands of a panel, and what they wrote before. */
const STROKES_MAX = 48;
/** Points of one writer that wait: half a minute of four hands. Some 250 kB. */
const POINTS_MAX = 8_192;
/** Writers; as many as a call has members. With them all wet at once it is some 50 MB. */
const WRITERS_MAX = 200;

/** What the log has by now. */
export interface Confirmed {
  /** How many points of a stroke are there, 0 if it is not; null: it was there, and is shown no more. */
  points(page: PageId, stroke: RecordId): number | null;
}

interface Tail {
  readonly stroke: WetStroke;
  readonly runs: Runs;
  /** When something came of it last. */
  heard: number;
  /** When it was begun, or confirmed in part. */
  since: number;
}

interface Writer {
  sequence: number;
  /** When its last pointers came. */
  heard: number;
  page: PageId;
  cursor: Place | null;
  laser: Place | null;
  readonly tails: Map<RecordId, Tail>;
}

export class Wet {
  readonly #confirmed: Confirmed;
  readonly #writers = new Map<string, Writer>();
  #page: PageId | null = null;
  /** Since when the board's connection is there; null: it is not. */
  #live: number | null = null;

  constructor(confirmed: Confirmed) {
    this.#confirmed = confirmed;
  }

  /** Nobody shows anything. */
  get empty(): boolean {
    return this.#writers.size === 0;
  }

  /** Another page is shown; only of that ink is kept. */
  turn(page: PageId | null): void {
    if (page === this.#page) return;
    this.#page = page;
    for (const { tails } of this.#writers.values()) tails.clear();
  }

  live(live: boolean, now: number): void {
    if (live !== (this.#live !== null)) this.#live = live ? now : null;
  }

  take({ actor, glimpse }: Shown, now: number): void {
    const writer = this.#writerOf(actor);
    // A number that is lower long after is of a page that counts anew.
    if (glimpse.sequence > writer.sequence || now - writer.heard > POINTER_MS) {
      const { sequence, document: page, cursor, laser } = glimpse;
      Object.assign(writer, { sequence, heard: now, page, cursor, laser });
    }
    if (glimpse.document === this.#page) for (const stroke of glimpse.strokes) this.#draw(writer, actor, stroke, now);
  }

  /** The log may have these strokes by now, or all; says whether something of them was wet. */
  confirm(page: PageId, changed: readonly RecordId[], all: boolean, now: number): boolean {
    if (page !== this.#page) return false;
    let any = false;
    for (const { tails } of this.#writers.values()) {
      for (const record of all ? [...tails.keys()] : changed) {
        const tail = tails.get(record);
        if (tail === undefined) continue;
        any = true;
        this.#dry(tails, record, tail, now);
      }
    }
    return any;
  }

  /** Lets go of what has waited in vain, and of writers that are silent; says whether something was let go. */
  sweep(now: number): boolean {
    let any = false;
    for (const [actor, { tails, heard }] of this.#writers) {
      for (const [record, tail] of tails) {
        if (!this.#silent(tail, now)) {
          any = this.#inVain(tail, now) && tail.runs.clear() || any;
        } else {
          any = tail.runs.points > 0 || any;
          tails.delete(record);
        }
      }
      if (tails.size > 0 || now - heard <= POINTER_MS) continue;
      this.#writers.delete(actor);
      any = true;
    }
    return any;
  }

  tails(): readonly WetTail[] {
    const all: WetTail[] = [];
    for (const [actor, { tails }] of this.#writers) {
      for (const [record, { stroke, runs }] of tails) {
        if (runs.points === 0) continue;
        const { highlighter, color, width } = stroke;
        all.push({ id: record, author: actor, tool: highlighter ? "highlighter" : "pen", color, strokeWidth: width / 8, parts: runs.parts() });
      }
    }
    return all;
  }

  /** Where somebody points on a page, page units; undefined: the lane does not say. */
  pointers(actor: string, page: PageId | null, now: number): { readonly cursor: Place | null; readonly laser: Place | null } | undefined {
    const writer = this.#writers.get(actor);
    if (writer === undefined || writer.page !== page || now - writer.heard > POINTER_MS) return undefined;
    return { cursor: inUnits(writer.cursor), laser: inUnits(writer.laser) };
  }

  #writerOf(actor: string): Writer {
    let writer = this.#writers.get(actor);
    if (writer !== undefined) return writer;
    writer = { sequence: -1, heard: -Infinity, page: "", cursor: null, laser: null, tails: new Map() };
    this.#writers.set(actor, writer);
    for (const oldest of this.#writers.keys()) {
      if (this.#writers.size <= WRITERS_MAX) break;
      this.#writers.delete(oldest);
    }
    return writer;
  }

  #draw({ tails }: Writer, actor: string, stroke: WetStroke, now: number): void {
    const record = `${actor}.${stroke.counter}`;
    const tail = tails.get(record) ?? { stroke: { ...stroke, points: [] }, runs: new Runs(), heard: now, since: now };
    tail.heard = now;
    // Least recently heard first.
    tails.delete(record);
    tails.set(record, tail);
    if (this.#inVain(tail, now)) return;
    tail.runs.put(stroke.first, inBoardsNumbers(stroke.points));
    this.#dry(tails, record, tail, now);
    let points = 0;
    for (const { runs } of tails.values()) points += runs.points;
    for (const [oldest, { runs }] of tails) {
      if (tails.size <= STROKES_MAX && points <= POINTS_MAX) break;
      points -= runs.points;
      tails.delete(oldest);
    }
  }

  #dry(tails: Map<RecordId, Tail>, record: RecordId, tail: Tail, now: number): void {
    const points = this.#confirmed.points(this.#page ?? "", record);
    if (points !== null && points > 0 && tail.runs.dry(points)) tail.since = now;
    if (points === null || (points > 0 && tail.runs.points === 0 && !this.#inVain(tail, now))) tails.delete(record);
  }

  /** Nothing more comes of it, and what came should be in the log by now. */
  #silent({ heard }: Tail, now: number): boolean {
    if (now - heard > UNCONFIRMED_MS) return true;
    return this.#live !== null && now - Math.max(heard, this.#live) > WAITS_MS;
  }

  /** It is drawn on, and not a point of it ever comes into the log. */
  #inVain({ since }: Tail, now: number): boolean {
    return now - since > UNCONFIRMED_MS;
  }
}

function inUnits(place: Place | null): Place | null {
  return place && { x: place.x / 8, y: place.y / 8 };
}

/** Points as the board gives them: page units, and pressure from 0 to 1. */
function inBoardsNumbers(points: readonly number[]): number[] {
  return points.map((value, at) => {
    switch (at % STRIDE) {
      case 2:
        return Math.max(0, value - 1) / 254;
      case 3:
        return value;
      default:
        return value / 8;
    }
  });
}
