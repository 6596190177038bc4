/** What it takes to make a new record of a thing that stands on no board, step by step; ink and text are cut into several. */
import type { Edit, RecordId } from "@kakehashi/client";
import { STRIDE } from "../../canvas/ink";
import type { Copy } from "./copies";
import type { Step } from "./write";

/** Points of one step; far below what a change may carry. */
const INK_POINTS = 4000;
/** Bytes of a point and of a corner, at most: ink that no pen wrote jumps. */
const POINT_BYTES = 12;
/** Characters of one step. */
const TEXT_CHARS = 4000;
const CHAR_BYTES = 4;
/** Bytes of a new record without ink, path and text. */
const RECORD_BYTES = 120;
/** The least pressure: what a point of a line with pressure has where the number has become 0. */
const PRESSURE_MIN = 1e-6;

/** Later steps name the record that the first one makes, and tells of. */
export function* stepsOf(copy: Copy, dx: number, dy: number, made: (id: RecordId) => void): Generator<Step> {
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
  yield { ops: 2, bytes: RECORD_BYTES + corners * POINT_BYTES, write: create };
  for (const part of inkParts(ink)) {
    yield { ops: 1, bytes: (part.length / STRIDE) * POINT_BYTES, write: (edit) => edit.appendInk(id, part) };
  }
  let at = 0;
  for (const part of textParts(text)) {
    const begin = at;
    at += part.length;
    yield { ops: 1, bytes: part.length * CHAR_BYTES, write: (edit) => edit.insertText(id, begin, part.join("")) };
  }
}

function* inkParts(ink: Float32Array): Generator<Float64Array> {
  const exact = Float64Array.from(ink);
  if ((exact[2] ?? 0) > 0) for (let i = 2; i < exact.length; i += STRIDE) exact[i] = Math.max(PRESSURE_MIN, exact[i] ?? 0);
  for (let i = 0; i < exact.length; i += INK_POINTS * STRIDE) yield exact.subarray(i, i + INK_POINTS * STRIDE);
}

/** In whole characters: the board counts those. */
function* textParts(text: string): Generator<string[]> {
  const characters = Array.from(text);
  for (let i = 0; i < characters.length; i += TEXT_CHARS) yield characters.slice(i, i + TEXT_CHARS);
}
