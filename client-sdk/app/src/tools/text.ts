/** A tap on a text opens it; a tap elsewhere begins a new one there. */
import type { Desk, Pointer, Sample, Tool } from "./tool";

/** CSS pixels on a laptop. A longer way is not a tap. */
const TAP = 12;

export class TextTool implements Tool {
  readonly name = "text";
  private pointer: Pointer | null = null;
  private start: Sample | null = null;

  constructor(private readonly desk: Desk) {}

  down(pointer: Pointer, at: Sample): void {
    if (this.pointer !== null) return;
    this.pointer = pointer;
    this.start = at;
  }

  move(): void {
    // Nothing is drawn on the way.
  }

  up(pointer: Pointer, at: Sample): void {
    if (pointer.id !== this.pointer?.id || this.start === null) return;
    const { start } = this;
    this.pointer = null;
    this.start = null;
    const reach = this.desk.reach(TAP, pointer);
    if (Math.hypot(at.screen.x - start.screen.x, at.screen.y - start.screen.y) > reach) return;
    const hit = this.desk.scene.at(
      at.page,
      reach / this.desk.view().scale,
      (record) => (record.kind === "text" || record.kind === "note") && !record.locked,
    );
    this.desk.editText(hit === undefined ? at.page : hit.record.id);
  }

  finish(): void {
    this.pointer = null;
    this.start = null;
  }
}
