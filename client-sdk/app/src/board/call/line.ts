/** What is said of the line: nothing while it carries all, and a quiet sentence for each rung below that. */
import type { CallRung, CallState } from "@kakehashi/client";

export interface CallLine {
  readonly rung: CallRung;
  readonly kbps: number;
}

/** What there is to be said of the call as a whole; null while there is nothing. */
export type LineWord = "joining" | "interrupted" | "ink" | "voice" | "screen";

export function lineWordOf(state: CallState, line: CallLine | null): LineWord | null {
  if (state === "joining" || state === "interrupted") return state;
  if (state === "off" || line === null) return null;
  return line.rung === "thumbnails" || line.rung === "faces" ? null : line.rung;
}
