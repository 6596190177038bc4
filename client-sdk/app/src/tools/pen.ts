/** Writes. Every pointer that is down has its own stroke; samples become one change a frame. */
import type { RecordId } from "@kakehashi/client";
import { countOf, STRIDE } from "../canvas/ink";
import { WetStroke } from "../canvas/wet";
import { COLORS, WIDTHS } from "./palette";
import type { Desk, Pointer, Sample, Tool } from "./tool";

/** A stroke longer than this goes on as another one: about two minutes of writing without lifting the pen. */
const STROKE_POINTS_MAX = 8000;
/** Milliseconds that wet ink waits for the document to show its stroke. */
const DRYING_MAX = 1000;

interface Writing {
  readonly hand: number;
  gesture: number;
  wet: WetStroke;
  /** On the clock of events. */
  started: number;
  /** Known once the first samples were written. */
  record: RecordId | null;
  /** Numbers of the wet stroke that the board has. */
  sent: number;
}

interface Drying {
  readonly wet: WetStroke;
  readonly record: RecordId;
  readonly since: number;
}

export class Pen implements Tool {
  readonly name = "pen";
  private readonly writing = new Map<number, Writing>();
  private drying: Drying[] = [];

  constructor(private readonly desk: Desk) {}

  down(pointer: Pointer, at: Sample): void {
    const writing: Writing = {
      hand: pointer.hand,
      gesture: this.desk.board.gesture(),
      wet: this.newStroke(),
      started: at.time,
      record: null,
      sent: 0,
    };
    this.writing.set(pointer.id, writing);
    this.extend(writing, [at]);
  }

  move(pointer: Pointer, samples: readonly Sample[]): void {
    const writing = this.writing.get(pointer.id);
    if (writing !== undefined) this.extend(writing, samples);
  }

  up(pointer: Pointer, at: Sample): void {
    const writing = this.writing.get(pointer.id);
    if (writing === undefined) return;
    this.writing.delete(pointer.id);
    this.extend(writing, [at]);
    this.end(writing);
  }

  frame(): void {
    for (const writing of this.writing.values()) this.send(writing);
    this.drying = this.drying.filter((drying) => !this.dried(drying));
    if (this.drying.length > 0) this.desk.requestFrame();
  }

  finish(): void {
    for (const writing of this.writing.values()) this.end(writing);
    this.writing.clear();
  }

  private newStroke(): WetStroke {
    const style = this.desk.pen.get();
    return new WetStroke(COLORS[style.color], WIDTHS[style.width]);
  }

  private extend(writing: Writing, samples: readonly Sample[]): void {
    let added = false;
    for (const { page, pressure, time } of samples) {
      const ms = Math.max(0, time - writing.started);
      // Pressure that shows up or is lost on the way does not change what kind of line it is.
      const real = writing.wet.points.length === 0 || writing.wet.filled;
      const kept = real ? (writing.wet.points.length > 0 ? Math.max(0.02, pressure) : pressure) : 0;
      added = writing.wet.add(page.x, page.y, kept, ms) || added;
    }
    if (!added) return;
    this.desk.wet.paint(writing.wet);
    this.desk.requestFrame();
    if (countOf(writing.wet.points) >= STROKE_POINTS_MAX) this.goOn(writing);
  }

  /** Gives the board what it does not have yet. */
  private send(writing: Writing): void {
    const { points } = writing.wet;
    if (points.length === writing.sent || (writing.record === null && writing.sent > 0)) return;
    const samples = Float64Array.from(points.slice(writing.sent));
    writing.sent = points.length;
    const { color, width } = writing.wet;
    const known = writing.record;
    const written = this.desk.write(writing.hand, writing.gesture, (edit) => {
      const record = known ?? edit.create({ kind: "stroke", tool: "pen", color, strokeWidth: width });
      // Before the board tells of it: what is wet here must not be painted dry as well.
      this.desk.scene.hide(record);
      edit.appendInk(record, samples);
      return record;
    });
    writing.record = written ?? known;
  }

  private end(writing: Writing): void {
    this.send(writing);
    if (writing.record === null) this.desk.wet.remove(writing.wet);
    else this.drying.push({ wet: writing.wet, record: writing.record, since: performance.now() });
    this.desk.requestFrame();
  }

  /** The same hand and gesture, another record: one undo takes back all of it. */
  private goOn(writing: Writing): void {
    const { points } = writing.wet;
    const last = points.slice(points.length - STRIDE);
    this.end({ ...writing });
    writing.wet = this.newStroke();
    writing.wet.add(last[0] ?? 0, last[1] ?? 0, last[2] ?? 0, 0);
    writing.started += last[3] ?? 0;
    writing.record = null;
    writing.sent = 0;
  }

  /** Hands a finished stroke over from the wet canvas to the document's, within one frame. */
  private dried(drying: Drying): boolean {
    const shown = this.desk.scene.get(drying.record)?.record;
    const complete = shown?.kind === "stroke" && shown.points >= countOf(drying.wet.points);
    if (!complete && performance.now() - drying.since < DRYING_MAX) return false;
    this.desk.scene.show(drying.record);
    this.desk.wet.remove(drying.wet);
    return true;
  }
}
