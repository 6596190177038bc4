/** Chooses records by a tap or a box, and moves them. Others see the move; it is written when it ends. */
import type { RecordId } from "@kakehashi/client";
import { between, type Point } from "../canvas/rect";
import { translation } from "../canvas/transform";
import type { Desk, Pointer, Sample, Tool } from "./tool";

/** CSS pixels on a laptop. */
const REACH = 8;
/** Likewise, what a pointer goes before a tap becomes a drag. */
const DRAG_START = 4;
/** Milliseconds between the taps of a double tap. */
const DOUBLE_TAP = 400;

type Doing =
  | { readonly act: "press"; readonly add: boolean; readonly hit: RecordId | null }
  | { readonly act: "move" }
  | { readonly act: "box"; readonly kept: readonly RecordId[] };

export class Select implements Tool {
  readonly name = "select";
  /** One pointer at a time: there is one selection. */
  private pointer: Pointer | null = null;
  private doing: Doing = { act: "press", add: false, hit: null };
  private start: Sample | null = null;
  private lastTap: { record: RecordId; time: number } | null = null;

  constructor(private readonly desk: Desk) {}

  down(pointer: Pointer, at: Sample): void {
    if (this.pointer !== null) return;
    const { scene, selection } = this.desk;
    const hit = scene.at(at.page, this.desk.reach(REACH, pointer) / this.desk.view().scale, (record) => !record.locked);
    const id = hit?.record.id ?? null;
    this.pointer = pointer;
    this.start = at;
    this.doing = { act: "press", add: pointer.shift, hit: id };
    if (id !== null && !pointer.shift && !selection.get().includes(id)) selection.set([id]);
  }

  move(pointer: Pointer, samples: readonly Sample[]): void {
    const at = samples[samples.length - 1];
    if (pointer.id !== this.pointer?.id || this.start === null || at === undefined) return;
    if (this.doing.act === "press" && distance(at.screen, this.start.screen) >= this.desk.reach(DRAG_START, pointer)) {
      this.begin(this.doing);
    }
    this.follow(at, this.start);
  }

  up(pointer: Pointer, at: Sample): void {
    if (pointer.id !== this.pointer?.id || this.start === null) return;
    this.move(pointer, [at]);
    if (this.doing.act === "press") this.tap(this.doing, at);
    if (this.doing.act === "move") this.drop(pointer.hand, at, this.start);
    this.clear();
  }

  finish(): void {
    this.clear();
  }

  private begin(press: { readonly add: boolean; readonly hit: RecordId | null }): void {
    const { selection } = this.desk;
    if (press.hit === null) {
      this.doing = { act: "box", kept: press.add ? selection.get() : [] };
      return;
    }
    if (!selection.get().includes(press.hit)) selection.set([...selection.get(), press.hit]);
    this.doing = { act: "move" };
  }

  private follow(at: Sample, start: Sample): void {
    const { selection, scene } = this.desk;
    if (this.doing.act === "move") {
      const { dx, dy } = way(start, at);
      this.desk.setPreview({ records: selection.get(), transform: translation(dx, dy) });
    } else if (this.doing.act === "box") {
      const box = between(start.page, at.page);
      const { kept } = this.doing;
      const inside = scene.inBox(box).flatMap(({ record }) => (record.locked || kept.includes(record.id) ? [] : [record.id]));
      this.desk.setMarquee(box);
      selection.set([...kept, ...inside]);
    }
  }

  private tap(press: { readonly add: boolean; readonly hit: RecordId | null }, at: Sample): void {
    const { selection, scene } = this.desk;
    const { add, hit } = press;
    if (hit === null) {
      if (!add) selection.set([]);
      return;
    }
    if (add) {
      const now = selection.get();
      selection.set(now.includes(hit) ? now.filter((id) => id !== hit) : [...now, hit]);
      return;
    }
    selection.set([hit]);
    const kind = scene.get(hit)?.record.kind;
    const twice = this.lastTap?.record === hit && at.time - this.lastTap.time < DOUBLE_TAP;
    this.lastTap = { record: hit, time: at.time };
    if (twice && (kind === "text" || kind === "note")) this.desk.editText(hit);
  }

  private drop(hand: number, at: Sample, start: Sample): void {
    const { dx, dy } = way(start, at);
    moveRecords(this.desk, hand, this.desk.selection.get(), dx, dy);
  }

  private clear(): void {
    if (this.pointer === null) return;
    this.pointer = null;
    this.start = null;
    this.desk.setPreview(null);
    this.desk.setMarquee(null);
  }
}

/** One gesture that moves all of them by so many page units. */
export function moveRecords(desk: Desk, hand: number, ids: readonly RecordId[], dx: number, dy: number): void {
  if (dx === 0 && dy === 0) return;
  const records = ids.flatMap((id) => desk.scene.get(id)?.record ?? []).filter((record) => !record.locked);
  if (records.length === 0) return;
  desk.write(hand, desk.board.gesture(), (edit) => {
    for (const record of records) edit.set(record.id, { x: record.x + dx, y: record.y + dy });
  });
}

/** In steps that the board can keep. */
function way(from: Sample, to: Sample): { dx: number; dy: number } {
  const step = (value: number): number => Math.round(value * 8) / 8;
  return { dx: step(to.page.x - from.page.x), dy: step(to.page.y - from.page.y) };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
