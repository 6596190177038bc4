/** What it takes to write items on a page, step by step; a large drawing is several changes. */
import type { RecordId } from "@kakehashi/client";
import type { Copy } from "../../tools/select/copies";
import { stepsOf as stepsOfCopy } from "../../tools/select/set-down";
import type { Step } from "../../tools/select/write";
import type { Item } from "./item";

/** An item whose picture, if it is one, has been stored with the board. */
export type Ready = Exclude<Item, { kind: "image" }> | (Omit<Extract<Item, { kind: "image" }>, "picture"> & { readonly asset: string });

const NO_INK = new Float32Array();

/** What it takes to make these, in order: the first lies lowest. */
export function* stepsOf(items: readonly Ready[], made: (record: RecordId, item: Ready) => void): Generator<Step> {
  for (const item of items) yield* stepsOfCopy(copyOf(item), 0, 0, (record) => made(record, item));
}

/** What it takes to lock these, once nothing more is written in them. */
export function* locksOf(records: readonly RecordId[]): Generator<Step> {
  for (const record of records) yield { ops: 1, bytes: 40, write: (edit) => edit.set(record, { locked: true }) };
}

function copyOf(item: Ready): Copy {
  const { rotation } = item;
  const plain = { patch: {}, ink: NO_INK, text: "" };
  switch (item.kind) {
    case "stroke": {
      const { kind, tool, color, strokeWidth, points } = item;
      return { draft: { kind, tool, color, strokeWidth }, patch: { rotation }, ink: Float32Array.from(points), text: "" };
    }
    case "rectangle":
    case "ellipse": {
      const { kind, x, y, width, height, color, fill, strokeWidth } = item;
      return { ...plain, draft: { kind, x, y, width, height, rotation, color, fill, strokeWidth } };
    }
    case "line":
    case "arrow":
    case "polygon": {
      const { kind, path, color, fill, strokeWidth } = item;
      const [x = 0, y = 0] = path;
      return { ...plain, draft: { kind, x, y, path: path.map((value, i) => value - (i % 2 === 0 ? x : y)), rotation, color, fill, strokeWidth } };
    }
    case "text":
    case "note": {
      const { kind, x, y, width, height, color, fill, fontSize, align, text } = item;
      return { ...plain, draft: { kind, x, y, width, height, rotation, color, fill, fontSize, align }, text };
    }
    case "image": {
      const { kind, x, y, width, height, asset } = item;
      return { ...plain, draft: { kind, x, y, width, height, rotation, asset } };
    }
  }
}
