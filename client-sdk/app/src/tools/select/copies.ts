/** Copies of things: taken up as plain values, and set down as new records. */
import type { Draft, Edit, Patch, RecordId, ShapeRecord } from "@kakehashi/client";
import { STRIDE } from "../../canvas/ink";
import type { Desk } from "../tool";
import { type Step, writeSteps } from "./write";

/** A thing that stands on no board. */
export interface Copy {
  readonly draft: Draft;
  /** What a draft does not say: where ink lies, and how it was resized and turned. */
  readonly patch: Patch;
  /** Four numbers a point; only of strokes. */
  readonly ink: Float32Array;
  readonly text: string;
}

/** Points of one step; far below what a change may carry. */
const INK_POINTS = 4000;
/** Bytes of a point, at most, as far as ink from a pen goes. */
const POINT_BYTES = 8;
/** Characters of one step. */
const TEXT_CHARS = 4000;
const CHAR_BYTES = 4;
/** Bytes of a new record without ink, path and text. */
const RECORD_BYTES = 120;
/** The least pressure: what a point of a line with pressure has where the number has become 0. */
const PRESSURE_MIN = 1e-6;

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
  writeSteps(desk, hand, gesture, copies.flatMap((copy) => stepsOf(copy, dx, dy, (id) => made.push(id))));
  return made;
}

/** Doubles what is selected and selects the copies. */
export function duplicate(desk: Pick<Desk, "board" | "scene" | "selection" | "write">, hand: number, gesture: number, offset: number): void {
  const copies = copiesOf(desk, desk.selection.get());
  if (copies.length === 0) return;
  const made = setDown(desk, hand, gesture, copies, offset, offset);
  if (made.length > 0) desk.selection.set(made);
}

/** The steps that make one copy. Later ones name the record that the first one made. */
function stepsOf(copy: Copy, dx: number, dy: number, made: (id: RecordId) => void): Step[] {
  const { draft, patch, ink, text } = copy;
  let id: RecordId = "";
  const create = (edit: Edit): void => {
    if (draft.kind === "stroke") {
      id = edit.create(draft);
      edit.set(id, { ...patch, x: (patch.x ?? 0) + dx, y: (patch.y ?? 0) + dy });
    } else {
      id = edit.create({ ...draft, x: draft.x + dx, y: draft.y + dy });
    }
    made(id);
  };
  const corners = "path" in draft ? draft.path.length / 2 : 0;
  const steps: Step[] = [{ ops: 2, bytes: RECORD_BYTES + corners * POINT_BYTES, write: create }];
  for (const part of inkParts(ink)) {
    steps.push({ ops: 1, bytes: (part.length / STRIDE) * POINT_BYTES, write: (edit) => edit.appendInk(id, part) });
  }
  let at = 0;
  for (const part of textParts(text)) {
    const begin = at;
    at += part.length;
    steps.push({ ops: 1, bytes: part.length * CHAR_BYTES, write: (edit) => edit.insertText(id, begin, part.join("")) });
  }
  return steps;
}

function inkParts(ink: Float32Array): Float64Array[] {
  const exact = Float64Array.from(ink);
  if ((exact[2] ?? 0) > 0) for (let i = 2; i < exact.length; i += STRIDE) exact[i] = Math.max(PRESSURE_MIN, exact[i] ?? 0);
  const parts = [];
  for (let i = 0; i < exact.length; i += INK_POINTS * STRIDE) parts.push(exact.subarray(i, i + INK_POINTS * STRIDE));
  return parts;
}

/** In whole characters: the board counts those. */
function textParts(text: string): string[][] {
  const characters = Array.from(text);
  const parts = [];
  for (let i = 0; i < characters.length; i += TEXT_CHARS) parts.push(characters.slice(i, i + TEXT_CHARS));
  return parts;
}
