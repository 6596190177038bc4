/** Rubs out whole strokes that it meets on its way. */
import type { RecordId } from "@kakehashi/client";
import type { Point } from "../canvas/rect";
import type { Desk, Pointer, Sample, Tool } from "./tool";

/** CSS pixels on a laptop; the mouse pointer of the style sheet is as large. */
const RADIUS = 10;

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
    this.rub(rubbing, pointer, at.page);
  }

  move(pointer: Pointer, samples: readonly Sample[]): void {
    const rubbing = this.rubbing.get(pointer.id);
    if (rubbing === undefined) return;
    for (const sample of samples) this.rub(rubbing, pointer, sample.page);
  }

  up(pointer: Pointer, at: Sample): void {
    this.move(pointer, [at]);
    const rubbing = this.rubbing.get(pointer.id);
    if (rubbing !== undefined) this.send(rubbing);
    this.rubbing.delete(pointer.id);
  }

  frame(): void {
    for (const rubbing of this.rubbing.values()) this.send(rubbing);
  }

  finish(): void {
    this.frame();
    this.rubbing.clear();
  }

  private rub(rubbing: Rubbing, pointer: Pointer, to: Point): void {
    const radius = this.desk.reach(RADIUS, pointer) / this.desk.view().scale;
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
