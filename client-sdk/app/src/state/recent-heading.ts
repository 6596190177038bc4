/** What a board may be called when nobody named it: the largest writing by keyboard on its page. */
import type { ShapeRecord } from "@kakehashi/client";
import { TITLE_MAX } from "./recent";

export function headingOf(records: readonly ShapeRecord[]): string | null {
  let best: { size: number; y: number; text: string } | null = null;
  for (const record of records) {
    if (record.kind !== "text" && record.kind !== "note") continue;
    const line = record.text.split("\n").map((part) => part.trim()).find((part) => part !== "");
    if (line === undefined) continue;
    // Of equally large ones the topmost.
    if (best !== null && (record.fontSize < best.size || (record.fontSize === best.size && record.y >= best.y))) continue;
    best = { size: record.fontSize, y: record.y, text: line };
  }
  return best === null ? null : Array.from(best.text).slice(0, TITLE_MAX).join("");
}
