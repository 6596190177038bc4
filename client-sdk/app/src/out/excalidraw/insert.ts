/** What it takes to write items on a page, step by step; a large drawing is several changes. */
import type { Edit, RecordId } from "@kakehashi/client";
import type { Step } from "../../tools/select/write";
import type { Item } from "./item";

/** Points written at once, at 12 bytes each in the worst case. */
const POINTS_MAX = 4_000;

/** An item whose picture, if it is one, has been stored with the board. */
export type Ready = Exclude<Item, { kind: "image" }> | (Omit<Extract<Item, { kind: "image" }>, "picture"> & { readonly asset: string });

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
