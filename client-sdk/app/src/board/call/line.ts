/** What is said of the line: nothing while it carries all, and a quiet sentence for each rung below that. */
import type { CallRung, CallState } from "@kakehashi/client";

export interface CallLine {
  readonly rung: CallRung;
  readonly kbps: number;
}

/** What there is to be said of the call as a whole; null while there is nothing. */
export type LineWord = "joining" | "interrupted" | "ink" | "voice" | "screen";

/** `shared`: whether anybody shows a screen; without one there is nothing to be said of it. */
export function lineWordOf(state: CallState, line: CallLine | null, shared: boolean): LineWord | null {
  if (state === "joining" || state === "interrupted") return state;
  if (state === "off" || line === null || line.rung === "thumbnails" || line.rung === "faces") return null;
  return line.rung === "screen" && !shared ? "voice" : line.rung;
}
