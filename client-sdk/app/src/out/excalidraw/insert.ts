/**
 * Writes items on a page as one gesture. A change holds 4,096 ops and 128 KiB (protocol/src/limits.rs),
 * so a large drawing is several changes; undo takes all of them back.
 */
import type { Edit, RecordId } from "@kakehashi/client";
import type { Item } from "./item";

/** Ops and bytes of one change, with room to spare: what an op takes is only estimated here. */
const OPS_MAX = 2_000;
const BYTES_MAX = 64 * 1024;
/** Points written at once, at 12 bytes each in the worst case. */
const POINTS_MAX = 4_000;

/** A step of a change and what it costs. */
export interface Step {
  readonly ops: number;
  readonly bytes: number;
  readonly write: (edit: Edit) => void;
}

/** An item whose picture, if it is one, has been stored with the board. */
export type Ready = Exclude<Item, { kind: "image" }> | (Omit<Extract<Item, { kind: "image" }>, "picture"> & { readonly asset: string });

/** Puts steps together into changes. */
export function changesOf(steps: Iterable<Step>): Step[][] {
  const changes: Step[][] = [];
  let now: Step[] = [];
  let ops = 0;
  let bytes = 0;
  for (const step of steps) {
    if (now.length > 0 && (ops + step.ops > OPS_MAX || bytes + step.bytes > BYTES_MAX)) {
      changes.push(now);
      [now, ops, bytes] = [[], 0, 0];
    }
    now.push(step);
    ops += step.ops;
    bytes += step.bytes;
  }
  if (now.length > 0) changes.push(now);
  return changes;
}

/** What it takes to make these, in order: the first lies lowest. */
export function* stepsOf(items: readonly Ready[], made: (record: RecordId, item: Ready) => void): Generator<Step> {
  for (const item of items) yield* item.kind === "stroke" ? strokeSteps(item, made) : [shapeStep(item, made)];
}

/** What it takes to lock these, once nothing more is written in them. */
export function* locksOf(records: readonly RecordId[]): Generator<Step> {
  for (const record of records) yield { ops: 1, bytes: 40, write: (edit) => edit.set(record, { locked: true }) };
}

function* strokeSteps(item: Extract<Ready, { kind: "stroke" }>, made: (record: RecordId, item: Ready) => void): Generator<Step> {
  let record: RecordId | null = null;
  const count = item.points.length / 4;
  for (let from = 0; from < count; from += POINTS_MAX) {
    const samples = item.points.slice(from * 4, (from + POINTS_MAX) * 4);
    yield {
      ops: record === null ? 3 : 1,
      bytes: 120 + (samples.length / 4) * 12,
      write: (edit) => {
        if (record === null) {
          record = edit.create({ kind: "stroke", tool: item.tool, color: item.color, strokeWidth: item.strokeWidth });
          made(record, item);
          if (item.rotation !== 0) edit.set(record, { rotation: item.rotation });
        }
        edit.appendInk(record, samples);
      },
    };
  }
}

function shapeStep(item: Exclude<Ready, { kind: "stroke" }>, made: (record: RecordId, item: Ready) => void): Step {
  const text = "text" in item ? item.text : "";
  return {
    ops: 1 + Math.ceil(text.length / 4096),
    bytes: 200 + text.length * 4 + ("path" in item ? item.path.length * 5 : 0),
    write: (edit) => {
      const record = createShape(edit, item);
      made(record, item);
      if (text !== "") edit.insertText(record, 0, text);
    },
  };
}

function createShape(edit: Edit, item: Exclude<Ready, { kind: "stroke" }>): RecordId {
  const { rotation } = item;
  switch (item.kind) {
    case "rectangle":
    case "ellipse": {
      const { kind, x, y, width, height, color, fill, strokeWidth } = item;
      return edit.create({ kind, x, y, width, height, rotation, color, fill, strokeWidth });
    }
    case "line":
    case "arrow":
    case "polygon": {
      const { kind, path, color, fill, strokeWidth } = item;
      const [x = 0, y = 0] = path;
      return edit.create({ kind, x, y, path: path.map((value, i) => value - (i % 2 === 0 ? x : y)), rotation, color, fill, strokeWidth });
    }
    case "text":
    case "note": {
      const { kind, x, y, width, height, color, fill, fontSize, align } = item;
      return edit.create({ kind, x, y, width, height, rotation, color, fill, fontSize, align });
    }
    case "image": {
      const { x, y, width, height, asset } = item;
      return edit.create({ kind: "image", x, y, width, height, rotation, asset });
    }
  }
}
