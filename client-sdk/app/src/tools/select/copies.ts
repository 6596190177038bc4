/** Copies of things: taken up as plain values, and set down as new records. */
import type { Draft, Patch, RecordId, ShapeRecord } from "@kakehashi/client";
import type { Desk } from "../tool";
import { stepsOf } from "./set-down";
import { writeSteps } from "./write";

/** A thing that stands on no board. */
export interface Copy {
  readonly draft: Draft;
  /** What a draft does not say: where ink lies, and how it was resized and turned. */
  readonly patch: Patch;
  /** Four numbers a point; only of strokes. */
  readonly ink: Float32Array;
  readonly text: string;
}

const NO_INK = new Float32Array();

/** Takes up these records, the lowest first; what this version does not know is left. */
export function copiesOf(desk: Pick<Desk, "board" | "scene">, ids: readonly RecordId[]): Copy[] {
  const shapes = ids.flatMap((id) => desk.scene.get(id) ?? []);
  shapes.sort((a, b) => a.z - b.z);
  return copiesOfRecords(
    shapes.map(({ record }) => record),
    (id) => desk.board.ink(id),
  );
}

/** Takes up records in the order in which they are given. */
export function copiesOfRecords(records: readonly ShapeRecord[], ink: (id: RecordId) => Float32Array): Copy[] {
  return records.flatMap((record) => copyOf(record, ink) ?? []);
}

function copyOf(record: ShapeRecord, ink: (id: RecordId) => Float32Array): Copy | null {
  const { x, y, rotation } = record;
  const plain = { patch: {}, ink: NO_INK, text: "" };
  switch (record.kind) {
    case "stroke": {
      const { tool, color, strokeWidth, scaleX, scaleY } = record;
      return { draft: { kind: "stroke", tool, color, strokeWidth }, patch: { x, y, rotation, scaleX, scaleY }, ink: ink(record.id), text: "" };
    }
    case "rectangle":
    case "ellipse": {
      const { kind, width, height, color, fill, strokeWidth } = record;
      return { ...plain, draft: { kind, x, y, rotation, width, height, color, fill, strokeWidth } };
    }
    case "line":
    case "arrow":
    case "polygon": {
      const { kind, path, color, fill, strokeWidth } = record;
      return { ...plain, draft: { kind, x, y, rotation, path, color, fill, strokeWidth } };
    }
    case "text":
    case "note": {
      const { kind, width, height, color, fill, fontSize, align, text } = record;
      return { ...plain, draft: { kind, x, y, rotation, width, height, color, fill, fontSize, align }, text };
    }
    case "image": {
      const { kind, width, height, asset } = record;
      return { ...plain, draft: { kind, x, y, rotation, width, height, asset } };
    }
    case "unknown":
      return null;
  }
}

/** Sets copies down, moved by so many page units, in one gesture; returns the records that were made. */
export function setDown(desk: Pick<Desk, "write">, hand: number, gesture: number, copies: readonly Copy[], dx: number, dy: number): RecordId[] {
  const made: RecordId[] = [];
  writeSteps(desk, hand, gesture, copies.flatMap((copy) => [...stepsOf(copy, dx, dy, (id) => made.push(id))]));
  return made;
}

/** Doubles what is selected and selects the copies. */
export function duplicate(desk: Pick<Desk, "board" | "scene" | "selection" | "write">, hand: number, gesture: number, offset: number): void {
  const copies = copiesOf(desk, desk.selection.get());
  if (copies.length === 0) return;
  const made = setDown(desk, hand, gesture, copies, offset, offset);
  if (made.length > 0) desk.selection.set(made);
}
