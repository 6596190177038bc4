/**
 * Writes, as a pen or a highlighter. Every pointer that is down has its own stroke; samples become one
 * change a frame.
 */
import type { RecordId } from "@kakehashi/client";
import { countOf, STRIDE } from "../canvas/ink";
import { WetStroke } from "../canvas/wet";
import { COLORS, HIGHLIGHTS, HIGHLIGHT_WIDTHS, WIDTHS } from "./palette";
import type { Desk, Pointer, Sample, Tool } from "./tool";

/**
 * A stroke longer than this goes on as another one: about two minutes of writing without lifting the
 * pen. The protocol takes five times as many points, but a stroke is painted whole while it grows.
 */
export const STROKE_POINTS_MAX = 8000;
/** Milliseconds, likewise; the protocol counts up to ten minutes. */
export const STROKE_TIME_MAX = 9 * 60_000;
/** Milliseconds that wet ink waits for the document to show its stroke. */
const DRYING_MAX = 1000;

interface Writing {
  readonly pointer: Pointer;
  readonly hand: number;
  readonly gesture: number;
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
  private readonly writing = new Map<number, Writing>();
  private drying: Drying[] = [];

  constructor(
    private readonly desk: Desk,
    readonly name: "pen" | "highlighter" = "pen",
  ) {}

  down(pointer: Pointer, at: Sample): void {
    const writing: Writing = {
      pointer,
      hand: pointer.hand,
      gesture: this.desk.board.gesture(),
      wet: this.newStroke(),
      started: at.time,
      record: null,
      sent: 0,
    };
    this.writing.set(pointer.id, writing);
    this.extend(pointer.id, writing, [at]);
  }

  move(pointer: Pointer, samples: readonly Sample[]): void {
    const writing = this.writing.get(pointer.id);
    if (writing !== undefined) this.extend(pointer.id, writing, samples);
  }

  up(pointer: Pointer, at: Sample): void {
    const writing = this.writing.get(pointer.id);
    if (writing === undefined) return;
    this.extend(pointer.id, writing, [at]);
    if (this.send(pointer.id, writing)) this.dry(writing);
    this.writing.delete(pointer.id);
  }

  cancel(pointer: Pointer): void {
    const writing = this.writing.get(pointer.id);
    if (writing === undefined) return;
    this.writing.delete(pointer.id);
    this.desk.wet.remove(writing.wet);
    if (writing.record === null) return;
    // Too late to leave it unwritten; it is the last thing that this hand did.
    this.desk.board.undo(writing.hand);
    this.desk.scene.show(writing.record);
  }

  frame(): void {
    for (const [pointer, writing] of this.writing) {
      if (writing.pointer.held !== true) this.send(pointer, writing);
    }
    this.drying = this.drying.filter((drying) => !this.dried(drying));
    if (this.drying.length > 0) this.desk.requestFrame();
  }

  finish(): void {
    for (const [pointer, writing] of this.writing) {
      if (this.send(pointer, writing)) this.dry(writing);
    }
    this.writing.clear();
  }

  private newStroke(): WetStroke {
    if (this.name === "highlighter") {
      const style = this.desk.styles.highlighter.get();
      return new WetStroke(HIGHLIGHTS[style.color], HIGHLIGHT_WIDTHS[style.width], true);
    }
    const style = this.desk.styles.pen.get();
    return new WetStroke(COLORS[style.color], WIDTHS[style.width]);
  }

  private extend(pointer: number, writing: Writing, samples: readonly Sample[]): void {
    let added = false;
    for (const { page, pressure, time } of samples) {
      const { points } = writing.wet;
      const full = countOf(points) >= STROKE_POINTS_MAX || time - writing.started >= STROKE_TIME_MAX;
      if (full && countOf(points) > 0 && !this.goOn(pointer, writing, time)) return;
      // The clocks of devices tremble; a stroke's does not go back.
      const ms = Math.max(lastTime(writing.wet), time - writing.started);
      // Pressure that shows up or is lost on the way does not change what kind of line it is.
      const real = writing.wet.points.length === 0 || writing.wet.filled;
      const kept = real ? (writing.wet.points.length > 0 ? Math.max(0.02, pressure) : pressure) : 0;
      added = writing.wet.add(page.x, page.y, kept, ms) || added;
    }
    if (!added) return;
    this.desk.wet.paint(writing.wet);
    this.desk.requestFrame();
  }

  /** Gives the board what it does not have yet. False if the board does not take it; then the stroke is over. */
  private send(pointer: number, writing: Writing): boolean {
    const { points } = writing.wet;
    if (points.length === writing.sent) return true;
    const samples = Float64Array.from(points.slice(writing.sent));
    const { color, width } = writing.wet;
    let record = writing.record;
    const written = this.desk.write(writing.hand, writing.gesture, (edit) => {
      record ??= edit.create({ kind: "stroke", tool: this.name, color, strokeWidth: width });
      // Before the board tells of it: what is wet here must not be painted dry as well.
      this.desk.scene.hide(record);
      edit.appendInk(record, samples);
      return record;
    });
    if (written === undefined) {
      // A sentence says why. Wet ink that can never dry must not stay, nor grow until the pen is lifted.
      this.writing.delete(pointer);
      if (record !== null) this.desk.scene.show(record);
      this.desk.wet.remove(writing.wet);
      return false;
    }
    writing.record = written;
    writing.sent = points.length;
    return true;
  }

  private dry(writing: Writing): void {
    if (writing.record === null) this.desk.wet.remove(writing.wet);
    else this.drying.push({ wet: writing.wet, record: writing.record, since: performance.now() });
    this.desk.requestFrame();
  }

  /**
   * Begins another stroke where this one is: the same hand and gesture, so one undo takes back all of
   * it. False if the board did not take what there was.
   */
  private goOn(pointer: number, writing: Writing, time: number): boolean {
    const last = writing.wet.points.slice(-STRIDE);
    if (!this.send(pointer, writing)) return false;
    this.dry({ ...writing });
    writing.wet = this.newStroke();
    writing.wet.add(last[0] ?? 0, last[1] ?? 0, last[2] ?? 0, 0);
    writing.started = time;
    writing.record = null;
    writing.sent = 0;
    return true;
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

/** Milliseconds of a stroke's last point. */
function lastTime(stroke: WetStroke): number {
  return stroke.points[stroke.points.length - 1] ?? 0;
}
