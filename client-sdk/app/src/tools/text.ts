/** A tap on a text or a note opens it; a tap elsewhere begins a new one there. */
import type { RecordId } from "@kakehashi/client";
import type { Point } from "../canvas/rect";
import { NOTE_INK, noteLook } from "../text/look";
import type { Desk, Pointer, Sample, Tool } from "./tool";

/** CSS pixels on a laptop. A longer way is not a tap. */
const TAP = 12;

abstract class Tapping implements Tool {
  abstract readonly name: "text" | "note";
  private pointer: Pointer | null = null;
  private start: Sample | null = null;

  constructor(protected readonly desk: Desk) {}

  /** A tap where no text is. */
  protected abstract begin(at: Point, pointer: Pointer): void;

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
    this.finish();
    const reach = this.desk.reach(TAP, pointer);
    if (Math.hypot(at.screen.x - start.screen.x, at.screen.y - start.screen.y) > reach) return;
    const hit = this.desk.scene.at(
      at.page,
      reach / this.desk.view().scale,
      (record) => (record.kind === "text" || record.kind === "note") && !record.locked,
    );
    if (hit === undefined) this.begin(at.page, pointer);
    else this.desk.editText(hit.record.id);
  }

  cancel(pointer: Pointer): void {
    if (pointer.id === this.pointer?.id) this.finish();
  }

  finish(): void {
    this.pointer = null;
    this.start = null;
  }
}

export class TextTool extends Tapping {
  readonly name = "text";

  protected begin(at: Point): void {
    this.desk.editText(at);
  }
}

/** Page units: at a wall a hand's breadth and more, with letters that are read from the last row. */
export const NOTE_SIZE = 300;

export class NoteTool extends Tapping {
  readonly name = "note";

  /** The card is there at once, for the others too; then it is written on. */
  protected begin(at: Point, pointer: Pointer): void {
    const note = makeNote(this.desk, pointer.hand, at);
    if (note !== undefined) this.desk.editText(note);
  }
}

/** A card with its middle at a place. Undefined if the board does not take it. */
export function makeNote(desk: Desk, hand: number, at: Point): RecordId | undefined {
  const style = desk.styles.note.get();
  return desk.write(hand, desk.board.gesture(), (edit) =>
    edit.create({
      kind: "note",
      x: Math.round(at.x - NOTE_SIZE / 2),
      y: Math.round(at.y - NOTE_SIZE / 2),
      width: NOTE_SIZE,
      height: NOTE_SIZE,
      color: NOTE_INK,
      align: "center",
      ...noteLook(style),
    }),
  );
}
