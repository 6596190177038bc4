/** Moves the page on the screen: with one pointer; with two fingers it zooms as well. */
import type { Point } from "../canvas/rect";
import { keepInSight, panBy, pinch } from "../canvas/view";
import type { Desk, Pointer, Sample, Tool } from "./tool";

export class Hand implements Tool {
  readonly name = "hand";
  private readonly at = new Map<number, Point>();

  constructor(private readonly desk: Desk) {}

  down(pointer: Pointer, at: Sample): void {
    this.at.set(pointer.id, at.screen);
  }

  move(pointer: Pointer, samples: readonly Sample[]): void {
    const before = this.at.get(pointer.id);
    const now = samples[samples.length - 1]?.screen;
    if (before === undefined || now === undefined) return;
    this.at.set(pointer.id, now);
    const [first, second] = [...this.at.keys()];
    const view = this.desk.view();
    if (second === undefined) {
      this.desk.setView(keepInSight(panBy(view, now.x - before.x, now.y - before.y), this.desk.size()));
    } else if (pointer.id === first || pointer.id === second) {
      const other = this.at.get(pointer.id === first ? second : (first as number)) as Point;
      this.desk.setView(keepInSight(pinch(view, [before, other], [now, other]), this.desk.size()));
    }
  }

  up(pointer: Pointer): void {
    this.at.delete(pointer.id);
  }

  finish(): void {
    this.at.clear();
  }
}
