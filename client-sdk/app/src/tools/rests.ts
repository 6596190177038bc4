/** The lines that one eraser is rubbing parts out of: how they look meanwhile, and how that is written. */
import type { Edit, RecordId } from "@kakehashi/client";
import { countOf, STRIDE } from "../canvas/ink";
import { between, inflate, intersects, type Point, type Rect } from "../canvas/rect";
import { WetStroke } from "../canvas/wet";
import { Rest, type Run } from "./cutting";
import type { Desk } from "./tool";

/** Milliseconds that a line is left alone before it is written. */
const SETTLED = 250;
/** Milliseconds after which it is written although it is still being rubbed at. */
const WAIT_MAX = 1000;
/** Points that one change takes: at ten bytes each they stay below what a change may have. */
const CHANGE_POINTS_MAX = 10_000;

interface Rubbed {
  readonly rest: Rest;
  readonly since: number;
  touched: number;
  /** How each run is shown. */
  wet: Map<Run, { readonly stroke: WetStroke; readonly bounds: Rect | null }>;
}

export class Rests {
  private readonly rubbed = new Map<RecordId, Rubbed>();
  private readonly refused = new Set<RecordId>();

  constructor(
    private readonly desk: Desk,
    private readonly hand: number,
    private readonly gesture: number,
  ) {}

  /** The eraser, so many page units in radius, went from one place to another. */
  rub(from: Point, to: Point, radius: number): void {
    const now = performance.now();
    const way = inflate(between(from, to), radius);
    for (const [id, rubbed] of this.rubbed) {
      let near = false;
      for (const { bounds } of rubbed.wet.values()) near ||= bounds !== null && intersects(bounds, way);
      if (near && rubbed.rest.rub(from, to, radius)) this.show(id, rubbed, now);
    }
    for (const { record } of this.desk.scene.underEraser(from, to, radius)) {
      if (record.kind !== "stroke" || record.locked || this.refused.has(record.id) || this.rubbed.has(record.id)) continue;
      const rest = new Rest(record, this.desk.scene.ink(record.id));
      if (!rest.rub(from, to, radius)) continue;
      const rubbed: Rubbed = { rest, since: now, touched: now, wet: new Map() };
      this.rubbed.set(record.id, rubbed);
      this.show(record.id, rubbed, now);
    }
    if (this.rubbed.size > 0) this.desk.requestFrame();
  }

  /** Writes the lines that are left alone by now. */
  writeSettled(): void {
    const now = performance.now();
    this.write([...this.rubbed.values()].filter(({ touched, since }) => now - touched >= SETTLED || now - since >= WAIT_MAX));
    if (this.rubbed.size > 0) this.desk.requestFrame();
  }

  writeAll(): void {
    this.write([...this.rubbed.values()]);
  }

  /** Nothing was rubbed out after all. */
  forget(): void {
    for (const rubbed of [...this.rubbed.values()]) this.drop(rubbed);
  }

  /** The line itself is left unpainted, and what is left of it is wet. */
  private show(id: RecordId, rubbed: Rubbed, now: number): void {
    rubbed.touched = now;
    this.desk.scene.hide(id);
    const before = rubbed.wet;
    rubbed.wet = new Map();
    for (const run of rubbed.rest.runs) {
      // Runs that lost nothing are shown already.
      rubbed.wet.set(run, before.get(run) ?? this.wetRun(rubbed.rest, run));
      before.delete(run);
    }
    for (const { stroke } of before.values()) this.desk.wet.remove(stroke);
  }

  private wetRun(rest: Rest, run: Run): { stroke: WetStroke; bounds: Rect | null } {
    const { record } = rest;
    const stroke = new WetStroke(record.color, record.strokeWidth, record.tool === "highlighter");
    stroke.points.push(...rest.onPage(run));
    this.desk.wet.paint(stroke);
    return { stroke, bounds: stroke.bounds };
  }

  private write(all: readonly Rubbed[]): void {
    let batch: Rubbed[] = [];
    let points = 0;
    for (const rubbed of all) {
      const more = rubbed.rest.runs.reduce((sum, run) => sum + countOf(run), 0);
      if (batch.length > 0 && points + more > CHANGE_POINTS_MAX) {
        this.change(batch);
        batch = [];
        points = 0;
      }
      batch.push(rubbed);
      points += more;
    }
    if (batch.length > 0) this.change(batch);
  }

  /** One change: these lines go, and their rests come. */
  private change(batch: readonly Rubbed[]): void {
    const later: { readonly stroke: RecordId; readonly points: Run }[] = [];
    const done = this.desk.write(this.hand, this.gesture, (edit) => {
      let room = CHANGE_POINTS_MAX;
      edit.remove(batch.map(({ rest }) => rest.record.id));
      for (const { rest } of batch) {
        for (const run of rest.runs) {
          const stroke = makeRest(edit, rest, run);
          const now = run.slice(0, room * STRIDE);
          room -= countOf(now);
          if (now.length > 0) edit.appendInk(stroke, Float64Array.from(now));
          if (now.length < run.length) later.push({ stroke, points: run.slice(now.length) });
        }
      }
      return true;
    });
    for (const rubbed of batch) {
      if (done === undefined) this.refused.add(rubbed.rest.record.id);
      this.drop(rubbed);
    }
    if (done === undefined) return;
    for (const { stroke, points } of later) {
      for (let from = 0; from < points.length; from += CHANGE_POINTS_MAX * STRIDE) {
        const part = Float64Array.from(points.slice(from, from + CHANGE_POINTS_MAX * STRIDE));
        this.desk.write(this.hand, this.gesture, (edit) => edit.appendInk(stroke, part));
      }
    }
  }

  private drop(rubbed: Rubbed): void {
    const { id } = rubbed.rest.record;
    this.rubbed.delete(id);
    for (const { stroke } of rubbed.wet.values()) this.desk.wet.remove(stroke);
    this.desk.scene.show(id);
  }
}

/** A stroke for what is left, which says where it came from and stands just where it stood. */
function makeRest(edit: Edit, rest: Rest, run: Run): RecordId {
  const { record } = rest;
  const { id: from, tool, color, strokeWidth, rotation, scaleX, scaleY } = record;
  const stroke = edit.create({ kind: "stroke", tool, color, strokeWidth, from });
  const { x, y } = rest.placeOf(run);
  const plain = x === 0 && y === 0 && rotation === 0 && scaleX === 1 && scaleY === 1;
  if (!plain) edit.set(stroke, { x, y, rotation, scaleX, scaleY });
  return stroke;
}
