/**
 * Chooses records by a tap, a box or a lasso, and moves, resizes and turns them. Others see it while
 * it goes on; it is written when it ends, as one gesture.
 */
import type { RecordId, ShapeRecord } from "@kakehashi/client";
import { between, centre, holds, type Point, turn } from "../../canvas/rect";
import type { Shape } from "../../canvas/shape";
import type { Desk, Pointer, Sample, Tool } from "../tool";
import { type Act, changed, eighth, patchOf, transformOf } from "./act";
import { duplicate } from "./copies";
import { dragged, type Keys } from "./drag";
import { type Frame, frameOf, type Grip, handlesOf, shownFrame } from "./frame";
import { boxAround, mostlyInside } from "./lasso";
import { removeStep, setStep, writeSteps } from "./write";

/** CSS pixels on a laptop. */
const REACH = 8;
/** Likewise, around the middle of a handle. */
const HANDLE_REACH = 14;
/** Likewise, what a pointer goes before a tap becomes a drag. */
const DRAG_START = 4;
/** Likewise, how near the second tap of a double tap is to the first. */
const TAP_SPREAD = 12;
/** Milliseconds between the taps of a double tap. */
const DOUBLE_TAP = 400;
/** CSS pixels between two points of a lasso that are kept. */
const LASSO_STEP = 3;
/** Up to so many are shown exactly as they will be; more are shown by the map that all have in common. */
const DRAFTS_MAX = 150;

interface Change {
  readonly act: "change";
  readonly grip: Grip | null;
  readonly shapes: readonly Shape[];
  readonly records: readonly RecordId[];
  readonly frame: Frame;
  readonly gesture: number;
  /** What is dragged was made for it, and goes again if the gesture is called off. */
  readonly copied: boolean;
}

type Doing =
  | { readonly act: "press"; readonly hit: RecordId | null; readonly inside: boolean; readonly grip: Grip | null }
  | Change
  | { readonly act: "box" | "lasso"; readonly kept: readonly RecordId[] };

interface Tap {
  readonly record: RecordId;
  readonly at: Sample;
}

export class Select implements Tool {
  readonly name = "select";
  /** One pointer at a time: there is one selection. */
  private pointer: Pointer | null = null;
  private doing: Doing = { act: "press", hit: null, inside: false, grip: null };
  private start: Sample | null = null;
  private last: Sample | null = null;
  private moved = false;
  /** What was selected when the pointer came down. */
  private before: readonly RecordId[] = [];
  private lastTap: Tap | null = null;

  constructor(private readonly desk: Desk) {}

  down(pointer: Pointer, at: Sample): void {
    if (this.pointer !== null) return;
    this.pointer = pointer;
    this.start = at;
    this.last = at;
    this.moved = false;
    this.before = this.desk.selection.get();
    this.desk.selecting.cancel = () => this.callOff();
    const grip = this.gripAt(pointer, at);
    const hit = grip === null ? this.hit(pointer, at) : null;
    const inside = grip === null && this.insideFrame(at);
    this.doing = { act: "press", hit: hit?.id ?? null, inside, grip };
    const { selection } = this.desk;
    // What lies within the frame is moved with it; a tap still means the thing itself.
    if (hit !== null && !hit.locked && !pointer.shift && !inside && !selection.get().includes(hit.id)) selection.set([hit.id]);
  }

  move(pointer: Pointer, samples: readonly Sample[]): void {
    const at = samples[samples.length - 1];
    if (pointer.id !== this.pointer?.id || this.start === null || at === undefined) return;
    this.last = at;
    this.moved = true;
    if (this.doing.act === "press" && distance(at.screen, this.start.screen) >= this.desk.reach(DRAG_START, pointer)) {
      this.begin(this.doing, pointer, this.start);
    }
    if (this.doing.act === "lasso") this.loop(samples);
    this.desk.requestFrame();
  }

  /** What is dragged is shown once a frame, however often the pointer reports. */
  frame(): void {
    if (!this.moved || this.start === null || this.last === null) return;
    this.moved = false;
    this.follow(this.last, this.start);
  }

  up(pointer: Pointer, at: Sample): void {
    if (pointer.id !== this.pointer?.id || this.start === null) return;
    this.move(pointer, [at]);
    const { doing, start } = this;
    if (doing.act === "press") this.tap(doing, pointer, at);
    else if (doing.act === "change") this.drop(doing, pointer.hand, at, start);
    else this.follow(at, start);
    this.clear();
  }

  cancel(pointer: Pointer): void {
    if (pointer.id === this.pointer?.id) this.callOff();
  }

  finish(): void {
    this.callOff();
  }

  private gripAt(pointer: Pointer, at: Sample): Grip | null {
    const shapes = this.movable();
    const frame = frameOf(shapes);
    if (frame === null) return null;
    const reach = this.desk.reach(HANDLE_REACH, pointer);
    const handles = handlesOf(shapes, frame, this.desk.view(), this.desk.reach(1), this.desk.freePlace());
    const near = handles.map((handle) => ({ handle, away: distance(handle.at, at.screen) })).filter(({ away }) => away <= reach);
    near.sort((a, b) => a.away - b.away);
    return near[0]?.handle.grip ?? null;
  }

  private hit(pointer: Pointer, at: Sample): ShapeRecord | null {
    const reach = this.desk.reach(REACH, pointer) / this.desk.view().scale;
    return this.desk.scene.at(at.page, reach)?.record ?? null;
  }

  private insideFrame(at: Sample): boolean {
    const shapes = this.movable();
    const frame = frameOf(shapes);
    if (frame === null) return false;
    const { box, rotation } = shownFrame(frame, this.desk.view(), this.desk.reach(1));
    return holds(box, turn(at.screen, centre(box), -rotation));
  }

  /** What is selected and may be changed. */
  private movable(): Shape[] {
    return this.desk.selection.get().flatMap((id) => this.desk.scene.get(id) ?? []).filter(({ record }) => !record.locked);
  }

  private begin(press: Extract<Doing, { act: "press" }>, pointer: Pointer, start: Sample): void {
    const { selection, scene } = this.desk;
    const hit = press.hit === null ? undefined : scene.get(press.hit)?.record;
    const free = hit !== undefined && !hit.locked;
    if (press.grip === null && !press.inside && !free) {
      this.doing = { act: this.desk.selecting.mode.get(), kept: pointer.shift ? selection.get() : [] };
      if (this.doing.act === "lasso") this.desk.selecting.lasso.set([start.page]);
      return;
    }
    if (!press.inside && free && !selection.get().includes(hit.id)) selection.set([...selection.get(), hit.id]);
    const gesture = this.desk.board.gesture();
    // Copies are what is dragged then; the originals stay.
    const copied = press.grip === null && start.alt === true;
    if (copied) duplicate(this.desk, pointer.hand, gesture, 0);
    const shapes = this.movable();
    const frame = frameOf(shapes);
    if (frame !== null) this.doing = { act: "change", grip: press.grip, shapes, records: shapes.map(({ record }) => record.id), frame, gesture, copied };
  }

  private follow(at: Sample, start: Sample): void {
    const { doing } = this;
    if (doing.act === "change") this.show(doing, this.actOf(doing, at, start));
    else if (doing.act === "box") this.takeBox(doing.kept, start.page, at.page);
    else if (doing.act === "lasso") this.takeLasso(doing.kept);
  }

  private actOf(doing: Change, at: Sample, start: Sample): Act {
    const keys: Keys = { shift: at.shift === true, alt: at.alt === true };
    if (doing.grip !== null) return dragged(doing.grip, doing.shapes, doing.frame, start.page, at.page, keys);
    const dx = eighth(at.page.x - start.page.x);
    const dy = eighth(at.page.y - start.page.y);
    if (!keys.shift) return { act: "move", dx, dy };
    return Math.abs(dx) > Math.abs(dy) ? { act: "move", dx, dy: 0 } : { act: "move", dx: 0, dy };
  }

  private show(doing: Change, act: Act): void {
    const { shapes, frame } = doing;
    const lone = shapes.length === 1 ? shapes[0] : undefined;
    const transform = transformOf(act, lone);
    const exact = (act.act === "scale" || act.act === "end") && shapes.length <= DRAFTS_MAX;
    const drafts = exact ? this.results(doing, act).map(([, after]) => after) : [];
    this.desk.setPreview({ records: doing.records, transform }, drafts);
    this.desk.selecting.changing.set({ act, frame });
  }

  private loop(samples: readonly Sample[]): void {
    const { lasso } = this.desk.selecting;
    const points = [...lasso.get()];
    const step = LASSO_STEP / this.desk.view().scale;
    for (const { page } of samples) {
      const last = points[points.length - 1];
      if (last === undefined || distance(page, last) >= step) points.push(page);
    }
    lasso.set(points);
  }

  private takeBox(kept: readonly RecordId[], from: Point, to: Point): void {
    const box = between(from, to);
    this.desk.setMarquee(box);
    this.take(kept, this.desk.scene.inBox(box));
  }

  private takeLasso(kept: readonly RecordId[]): void {
    const { scene, selecting } = this.desk;
    const loop = selecting.lasso.get();
    if (loop.length === 0) return;
    this.take(kept, scene.within(boxAround(loop)).filter((shape) => mostlyInside(shape, loop, scene.ink)));
  }

  private take(kept: readonly RecordId[], found: readonly Shape[]): void {
    const before = new Set(kept);
    const more = found.filter(({ record }) => !record.locked && record.kind !== "unknown" && !before.has(record.id));
    this.desk.selection.set([...kept, ...more.map(({ record }) => record.id)]);
  }

  private tap(press: Extract<Doing, { act: "press" }>, pointer: Pointer, at: Sample): void {
    const { selection, scene } = this.desk;
    const { hit } = press;
    if (press.grip !== null) return;
    const record = hit === null ? undefined : scene.get(hit)?.record;
    if (record === undefined) {
      if (!pointer.shift) selection.set([]);
      return;
    }
    const now = selection.get();
    if (pointer.shift) {
      if (now.includes(record.id)) selection.set(now.filter((id) => id !== record.id));
      // Locked things are chosen one by one, to be unlocked.
      else selection.set(record.locked ? [record.id] : [...now.filter((id) => scene.get(id)?.record.locked !== true), record.id]);
      return;
    }
    if (now.length !== 1 || now[0] !== record.id) selection.set([record.id]);
    const before = this.lastTap;
    this.lastTap = { record: record.id, at };
    const twice =
      before?.record === record.id &&
      at.time - before.at.time < DOUBLE_TAP &&
      distance(at.screen, before.at.screen) < this.desk.reach(TAP_SPREAD, pointer);
    if (twice && !record.locked && (record.kind === "text" || record.kind === "note")) this.desk.editText(record.id);
  }

  private drop(doing: Change, hand: number, at: Sample, start: Sample): void {
    const steps = this.results(doing, this.actOf(doing, at, start)).flatMap(([before, after]) => {
      const patch = patchOf(before, after);
      return patch === null ? [] : [setStep(before.id, patch)];
    });
    if (steps.length > 0) writeSteps(this.desk, hand, doing.gesture, steps);
  }

  /** What is there now, beside what the gesture makes of it; what another deleted or locked meanwhile is left out. */
  private results({ shapes }: Change, act: Act): (readonly [ShapeRecord, ShapeRecord])[] {
    const { scene } = this.desk;
    return shapes.flatMap((begun) => {
      const now = this.desk.board.record(begun.record.id);
      if (now === undefined || now.locked) return [];
      // As it was when the gesture began, unless it only moves: then others' work on it stays.
      const from = act.act === "move" ? { ...begun, record: now } : begun;
      return [[now, changed(act, from, shapes.length === 1, (record) => scene.shaped(record))] as const];
    });
  }

  /** As if the gesture had not been. */
  private callOff(): void {
    const { doing, pointer } = this;
    if (pointer !== null && doing.act === "change" && doing.copied) {
      writeSteps(this.desk, pointer.hand, doing.gesture, doing.shapes.map(({ record }) => removeStep(record.id)));
    }
    if (pointer !== null) this.desk.selection.set(this.before);
    this.clear();
  }

  private clear(): void {
    if (this.pointer === null) return;
    this.pointer = null;
    this.start = null;
    this.last = null;
    this.desk.setPreview(null);
    this.desk.setMarquee(null);
    this.desk.selecting.cancel = null;
    this.desk.selecting.changing.set(null);
    this.desk.selecting.lasso.set([]);
    this.desk.requestFrame();
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
