/** `window.kakehashi`: a view of the board to look at from outside. It changes nothing. */
import type { Board, CallCounters, CallRung, CallSource, CallState, ShapeRecord, Status, WetTail } from "@kakehashi/client";
import { STRIDE } from "../canvas/ink";
import type { Rect } from "../canvas/rect";

/** A record as plain JSON; a stroke's points are [x, y, pressure, milliseconds]. */
export type PlainRecord = Omit<ShapeRecord, "points"> & { readonly points?: readonly (readonly number[])[] };

/** The call as plain JSON: who sends what that is not muted, whose pictures come, what the line carries, and what the browser counts. */
export interface PlainCall {
  readonly state: CallState;
  readonly members: readonly { readonly member: number; readonly own: boolean; readonly connected: boolean; readonly sends: readonly CallSource[] }[];
  readonly pictures: readonly { readonly member: number; readonly own: boolean; readonly source: CallSource }[];
  readonly line: { readonly rung: CallRung; readonly kbps: number } | null;
  /** Whether it goes to the other of two directly, past the server. */
  readonly direct: boolean;
  readonly counters: CallCounters;
}

export interface DebugView {
  status(): Status;
  unsaved(): number;
  /** The current page's, from the lowest to the topmost. */
  records(): readonly PlainRecord[];
  digest(): string;
  /** What others draw on the current page that has come here before its records. */
  wet(): readonly WetTail[];
  /** The page that is shown, and the part of it that no bar lies on, in page units. */
  sight(): { readonly page: string | null } & Rect;
  call(): Promise<PlainCall>;
}

declare global {
  interface Window {
    kakehashi?: DebugView;
  }
}

export function debugView(board: Board, shown: () => Rect): DebugView {
  return Object.freeze({
    status: () => board.status(),
    unsaved: () => board.unsaved(),
    records: () => board.records().map((record) => plain(board, record)),
    digest: () => board.digest(),
    wet: () => board.wet(),
    sight: () => ({ page: board.page(), ...shown() }),
    call: () => plainCall(board),
  });
}

async function plainCall({ call }: Board): Promise<PlainCall> {
  const [counters, route] = await Promise.all([call.counters(), call.route()]);
  return {
    state: call.state(),
    members: call.members().map(({ member, own, connected, tracks }) => ({ member, own, connected, sends: [...tracks].filter(([, { muted }]) => !muted).map(([source]) => source) })),
    pictures: call.pictures().map(({ member, own, source }) => ({ member, own, source })),
    line: call.line(),
    direct: route?.direct === true,
    counters,
  };
}

function plain(board: Board, record: ShapeRecord): PlainRecord {
  if (record.kind !== "stroke") return { ...record };
  const ink = board.ink(record.id);
  const points: number[][] = [];
  for (let i = 0; i < ink.length; i += STRIDE) points.push(Array.from(ink.subarray(i, i + STRIDE)));
  return { ...record, points };
}
