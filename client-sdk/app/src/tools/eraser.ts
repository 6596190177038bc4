/** Rubs out whole lines and shapes that it meets on its way. */
import type { RecordId } from "@kakehashi/client";
import type { Point } from "../canvas/rect";
import { RUBBER_RADII } from "./palette";
import type { Desk, Pointer, Sample, Tool } from "./tool";

interface Rubbing {
  readonly hand: number;
  readonly gesture: number;
  last: Point;
  readonly met: Set<RecordId>;
}

export class Eraser implements Tool {
  readonly name = "eraser";
  private readonly rubbing = new Map<number, Rubbing>();

  constructor(private readonly desk: Desk) {}

  down(pointer: Pointer, at: Sample): void {
    const rubbing: Rubbing = {
      hand: pointer.hand,
      gesture: this.desk.board.gesture(),
      last: at.page,
      met: new Set(),
    };
    this.rubbing.set(pointer.id, rubbing);
    this.desk.rings.set(pointer.id, at.screen, this.radius(pointer));
    this.rub(rubbing, pointer, at.page);
  }

  move(pointer: Pointer, samples: readonly Sample[]): void {
    const rubbing = this.rubbing.get(pointer.id);
    if (rubbing === undefined) return;
    for (const sample of samples) this.rub(rubbing, pointer, sample.page);
    const last = samples[samples.length - 1];
    if (last !== undefined) this.desk.rings.set(pointer.id, last.screen, this.radius(pointer));
  }

  hover(pointer: Pointer, at: Sample | null): void {
    this.desk.rings.set(pointer.id, at?.screen ?? null, this.radius(pointer));
  }

  up(pointer: Pointer, at: Sample): void {
    this.move(pointer, [at]);
    const rubbing = this.rubbing.get(pointer.id);
    if (rubbing !== undefined) this.send(rubbing);
    this.rubbing.delete(pointer.id);
    if (pointer.type === "touch") this.desk.rings.set(pointer.id, null);
  }

  frame(): void {
    for (const rubbing of this.rubbing.values()) this.send(rubbing);
  }

  finish(): void {
    this.frame();
    this.rubbing.clear();
    this.desk.rings.clear();
  }

  /** CSS pixels. */
  private radius(pointer: Pointer): number {
    return this.desk.reach(RUBBER_RADII[this.desk.styles.eraser.get().size], pointer);
  }

  private rub(rubbing: Rubbing, pointer: Pointer, to: Point): void {
    const radius = this.radius(pointer) / this.desk.view().scale;
    for (const shape of this.desk.scene.underEraser(rubbing.last, to, radius)) {
      if (!shape.record.locked) rubbing.met.add(shape.record.id);
    }
    rubbing.last = to;
    if (rubbing.met.size > 0) this.desk.requestFrame();
  }

  private send(rubbing: Rubbing): void {
    if (rubbing.met.size === 0) return;
    const records = [...rubbing.met];
    rubbing.met.clear();
    this.desk.write(rubbing.hand, rubbing.gesture, (edit) => edit.remove(records));
  }
}
