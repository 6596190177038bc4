/** `window.kakehashi`: a view of the board to look at from outside. It changes nothing. */
import type { Board, ShapeRecord, Status } from "@kakehashi/client";
import { STRIDE } from "../canvas/ink";

/** A record as plain JSON; a stroke's points are [x, y, pressure, milliseconds]. */
export type PlainRecord = Omit<ShapeRecord, "points"> & { readonly points?: readonly (readonly number[])[] };

export interface DebugView {
  status(): Status;
  unsaved(): number;
  /** The current page's, from the lowest to the topmost. */
  records(): readonly PlainRecord[];
  digest(): string;
}

declare global {
  interface Window {
    kakehashi?: DebugView;
  }
}

export function debugView(board: Board): DebugView {
  return Object.freeze({
    status: () => board.status(),
    unsaved: () => board.unsaved(),
    records: () => board.records().map((record) => plain(board, record)),
    digest: () => board.digest(),
  });
}

function plain(board: Board, record: ShapeRecord): PlainRecord {
  if (record.kind !== "stroke") return { ...record };
  const ink = board.ink(record.id);
  const points: number[][] = [];
  for (let i = 0; i < ink.length; i += STRIDE) points.push(Array.from(ink.subarray(i, i + STRIDE)));
  return { ...record, points };
}
