/** Points at something while it is pressed. Nothing is written; a tail shows for a moment where it went. */
import type { Desk, Pointer, Sample, Tool } from "./tool";

/** Bright on white paper and on photographs. */
export const LASER_COLOR = "#e3262b";

export class Laser implements Tool {
  readonly name = "laser";
  private readonly pressed = new Set<number>();
  /** The pointer that the others see; each person shows them one. */
  private shown: number | null = null;

  constructor(private readonly desk: Desk) {}

  down(pointer: Pointer, at: Sample): void {
    this.pressed.add(pointer.id);
    this.shown ??= pointer.id;
    this.point(pointer, [at]);
  }

  move(pointer: Pointer, samples: readonly Sample[]): void {
    if (this.pressed.has(pointer.id)) this.point(pointer, samples);
  }

  up(pointer: Pointer): void {
    this.release(pointer.id);
  }

  cancel(pointer: Pointer): void {
    this.release(pointer.id);
  }

  finish(): void {
    for (const pointer of [...this.pressed]) this.release(pointer);
  }

  private point(pointer: Pointer, samples: readonly Sample[]): void {
    for (const { page } of samples) this.desk.trails.point(trailOf(pointer.id), LASER_COLOR, page);
    const last = samples[samples.length - 1];
    if (pointer.id === this.shown && last !== undefined) this.desk.setLaser(last.page);
  }

  private release(pointer: number): void {
    if (!this.pressed.delete(pointer)) return;
    this.desk.trails.point(trailOf(pointer), LASER_COLOR, null);
    if (this.shown !== pointer) return;
    this.shown = null;
    this.desk.setLaser(null);
  }
}

function trailOf(pointer: number): string {
  return `pointer ${pointer}`;
}
