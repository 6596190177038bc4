/**
 * Rubs out: whole lines and shapes that it meets, or only the parts of lines that it passes over.
 *
 * What is rubbed out is gone from the screen at once. Whole records are removed with the next frame. A
 * line that loses parts is written once the eraser has left it alone for a moment, as one change that
 * removes it and makes its rests: rubbing to and fro must not fill the board with rests of rests.
 */
import type { RecordId } from "@kakehashi/client";
import type { Point } from "../canvas/rect";
import { Rests } from "./rests";
import { RUBBER_RADII } from "./palette";
import type { Desk, Pointer, Sample, Tool } from "./tool";

/** What the Shape tool makes; the eraser takes these as a whole, or leaves them. */
const FIGURES: ReadonlySet<string> = new Set(["rectangle", "ellipse", "line", "arrow", "polygon"]);

interface Rubbing {
  readonly pointer: Pointer;
  readonly gesture: number;
  last: Point;
  /** Met and not yet removed. */
  readonly met: Set<RecordId>;
  /** Lines that lose parts; null: it takes whole ones. */
  readonly rests: Rests | null;
  /** What the board did not let go. */
  readonly refused: Set<RecordId>;
}

export class Eraser implements Tool {
  readonly name = "eraser";
  private readonly rubbing = new Map<number, Rubbing>();

  constructor(private readonly desk: Desk) {}

  down(pointer: Pointer, at: Sample): void {
    const gesture = this.desk.board.gesture();
    const parts = this.desk.styles.eraser.get().mode === "parts";
    const rubbing: Rubbing = {
      pointer,
      gesture,
      last: at.page,
      met: new Set(),
      rests: parts ? new Rests(this.desk, pointer.hand, gesture) : null,
      refused: new Set(),
    };
    this.rubbing.set(pointer.id, rubbing);
    this.rub(rubbing, at);
  }

  move(pointer: Pointer, samples: readonly Sample[]): void {
    const rubbing = this.rubbing.get(pointer.id);
    if (rubbing === undefined) return;
    for (const sample of samples) this.rub(rubbing, sample);
  }

  up(pointer: Pointer, at: Sample): void {
    this.move(pointer, [at]);
    const rubbing = this.rubbing.get(pointer.id);
    if (rubbing === undefined) return;
    this.end(rubbing);
    if (pointer.type === "touch") this.desk.rings.set(pointer.id, null);
  }

  cancel(pointer: Pointer): void {
    const rubbing = this.rubbing.get(pointer.id);
    if (rubbing === undefined) return;
    this.rubbing.delete(pointer.id);
    this.desk.rings.set(pointer.id, null);
    for (const id of rubbing.met) this.desk.scene.show(id);
    rubbing.rests?.forget();
  }

  hover(pointer: Pointer, at: Sample | null): void {
    this.desk.rings.set(pointer.id, at?.screen ?? null, this.radius(pointer));
  }

  frame(): void {
    for (const rubbing of this.rubbing.values()) {
      if (rubbing.pointer.held === true) continue;
      this.remove(rubbing);
      rubbing.rests?.writeSettled();
    }
  }

  finish(): void {
    for (const rubbing of [...this.rubbing.values()]) this.end(rubbing);
    this.desk.rings.clear();
  }

  private end(rubbing: Rubbing): void {
    this.rubbing.delete(rubbing.pointer.id);
    this.remove(rubbing);
    rubbing.rests?.writeAll();
  }

  /** CSS pixels. */
  private radius(pointer: Pointer): number {
    return this.desk.reach(RUBBER_RADII[this.desk.styles.eraser.get().size], pointer);
  }

  private rub(rubbing: Rubbing, at: Sample): void {
    const radius = this.radius(rubbing.pointer);
    this.desk.rings.set(rubbing.pointer.id, at.screen, radius);
    const reach = radius / this.desk.view().scale;
    if (rubbing.rests !== null) {
      rubbing.rests.rub(rubbing.last, at.page, reach);
    } else {
      for (const { record } of this.desk.scene.underEraser(rubbing.last, at.page, reach)) {
        if (!record.locked) this.meet(rubbing, record.id);
      }
      this.meetFigures(rubbing, at.page, reach);
    }
    rubbing.last = at.page;
  }

  private meetFigures(rubbing: Rubbing, to: Point, reach: number): void {
    const { scene } = this.desk;
    const { last } = rubbing;
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - last.x, to.y - last.y) / reach));
    for (let step = 1; step <= steps; step++) {
      const share = step / steps;
      const at = { x: last.x + (to.x - last.x) * share, y: last.y + (to.y - last.y) * share };
      // What was met is hidden, and found no more.
      for (;;) {
        const found = scene.at(at, reach, (record) => FIGURES.has(record.kind) && !record.locked && !rubbing.refused.has(record.id));
        if (found === undefined) break;
        this.meet(rubbing, found.record.id);
      }
    }
  }

  private meet(rubbing: Rubbing, id: RecordId): void {
    if (rubbing.refused.has(id)) return;
    rubbing.met.add(id);
    this.desk.scene.hide(id);
    this.desk.requestFrame();
  }

  private remove(rubbing: Rubbing): void {
    if (rubbing.met.size === 0) return;
    const records = [...rubbing.met];
    rubbing.met.clear();
    const done = this.desk.write(rubbing.pointer.hand, rubbing.gesture, (edit) => {
      edit.remove(records);
      return true;
    });
    for (const id of records) {
      if (done === undefined) rubbing.refused.add(id);
      // Gone from the board, or not let go: either way the scene knows best.
      this.desk.scene.show(id);
    }
  }
}
