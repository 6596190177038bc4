/** A tap asks for pictures and puts them there. */
import type { Desk, Pointer, Sample, Tool } from "./tool";

/** CSS pixels on a laptop. A longer way is not a tap. */
const TAP = 12;

export class ImageTool implements Tool {
  readonly name = "image";
  private readonly starts = new Map<number, Sample>();

  constructor(private readonly desk: Desk) {}

  down(pointer: Pointer, at: Sample): void {
    this.starts.set(pointer.id, at);
  }

  move(): void {
    // Nothing is drawn on the way.
  }

  up(pointer: Pointer, at: Sample): void {
    const start = this.starts.get(pointer.id);
    this.starts.delete(pointer.id);
    if (start === undefined) return;
    const way = Math.hypot(at.screen.x - start.screen.x, at.screen.y - start.screen.y);
    if (way <= this.desk.reach(TAP, pointer)) this.desk.pickImages(at.page);
  }

  cancel(pointer: Pointer): void {
    this.starts.delete(pointer.id);
  }

  finish(): void {
    this.starts.clear();
  }
}
