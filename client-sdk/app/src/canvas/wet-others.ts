/**
 * Ink that others are drawing, where it has come here before the log: by the lane of a call. While such a stroke
 * grows, all of it is on the wet canvas, as one's own is, and its record is not painted; so what is dry and what is
 * wet of it is one line, and highlighting never lies on itself. Like all ink that is not saved yet it looks as it
 * will; if the log never has it, it goes.
 */
import type { RecordId, ShapeRecord, StrokeRecord, WetTail } from "@kakehashi/client";
import { countOf, type Points } from "./ink";
import { WetStroke } from "./wet-stroke";

/** Milliseconds without new points, after which a stroke is left to the document's canvas; as there. */
const WRITTEN = 700;

/** What of the stage is needed. */
export interface WetDesk {
  readonly board: { wet(): readonly WetTail[]; ink(stroke: RecordId): Points };
  readonly scene: {
    get(id: RecordId): { readonly record: ShapeRecord } | undefined;
    hide(id: RecordId): void;
    show(id: RecordId): void;
  };
  readonly wet: { paint(stroke: WetStroke): void; remove(stroke: WetStroke): void };
  requestFrame(): void;
}

interface Growing {
  readonly tail: WetTail;
  /** From the stroke's first point on, as far as nothing is missing. */
  readonly whole: WetStroke;
  /** Pieces behind a gap, by the place of their first point. */
  readonly pieces: Map<number, WetStroke>;
  grew: number;
}

export class WetOthers {
  private readonly growing = new Map<RecordId, Growing>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly desk: WetDesk) {}

  /** Once before each painted frame. */
  frame(now: number): void {
    const tails = this.desk.board.wet();
    if (tails.length === 0 && this.growing.size === 0) return;
    const waiting = new Map(tails.map((tail) => [tail.id, tail]));
    for (const tail of tails) if (!this.growing.has(tail.id)) this.begin(tail, now);
    for (const [id, growing] of this.growing) this.follow(id, growing, waiting.get(id), now);
    if (this.growing.size > 0) this.timer ??= setTimeout(() => this.wake(), WRITTEN);
  }

  /** Another page is shown, or none. */
  clear(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const [id, growing] of this.growing) this.leave(id, growing);
  }

  private begin(tail: WetTail, now: number): void {
    const { color, strokeWidth, tool } = tail;
    this.growing.set(tail.id, { tail, whole: new WetStroke(color, strokeWidth, tool === "highlighter"), pieces: new Map(), grew: now });
  }

  private follow(id: RecordId, growing: Growing, tail: WetTail | undefined, now: number): void {
    const record = this.recordOf(id);
    const { whole, pieces } = growing;
    const before = countOf(whole.points);
    const dry = record?.points ?? 0;
    // What was deleted, moved or turned is as its record says; and what nobody confirms any more is nowhere.
    const done = tail === undefined && (dry < before || now - growing.grew >= WRITTEN);
    if (done || (record !== undefined && !isAsDrawn(record))) {
      this.leave(id, growing);
      return;
    }
    const behind: { first: number; points: Points }[] = [];
    if (dry > before) whole.take(this.desk.board.ink(id), before);
    for (const part of tail?.parts ?? []) {
      const skip = countOf(whole.points) - part.first;
      if (skip >= 0) whole.take(part.points, skip);
      else behind.push(part);
    }
    if (countOf(whole.points) > before) {
      growing.grew = now;
      if (before === 0) this.desk.scene.hide(id);
      this.desk.wet.paint(whole);
    }
    for (const [first, piece] of pieces) {
      if (behind.some((part) => part.first === first)) continue;
      this.desk.wet.remove(piece);
      pieces.delete(first);
    }
    for (const part of behind) this.paintPiece(growing, part, now);
  }

  private paintPiece(growing: Growing, { first, points }: { first: number; points: Points }, now: number): void {
    const { tail, pieces } = growing;
    const piece = pieces.get(first) ?? new WetStroke(tail.color, tail.strokeWidth, tail.tool === "highlighter");
    pieces.set(first, piece);
    const before = countOf(piece.points);
    piece.take(points, before);
    if (countOf(piece.points) === before) return;
    growing.grew = now;
    this.desk.wet.paint(piece);
  }

  private leave(id: RecordId, { whole, pieces }: Growing): void {
    this.growing.delete(id);
    if (countOf(whole.points) > 0) this.desk.scene.show(id);
    for (const wet of [whole, ...pieces.values()]) this.desk.wet.remove(wet);
  }

  private wake(): void {
    this.timer = undefined;
    this.desk.requestFrame();
  }

  private recordOf(id: RecordId): StrokeRecord | undefined {
    const record = this.desk.scene.get(id)?.record;
    return record?.kind === "stroke" ? record : undefined;
  }
}

/** Whether nobody has changed a stroke since it was drawn. */
function isAsDrawn({ x, y, rotation, scaleX, scaleY }: StrokeRecord): boolean {
  return x === 0 && y === 0 && rotation === 0 && scaleX === 1 && scaleY === 1;
}
