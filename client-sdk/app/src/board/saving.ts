/** What can be said about saving, from what the board knows. */
import type { Status } from "@kakehashi/client";

export type Saving = "saved" | "saving" | "connecting" | "offline" | "kept";

export function savingOf(status: Status, unsaved: number): Saving {
  if (status === "live") return unsaved === 0 ? "saved" : "saving";
  if (unsaved > 0) return "kept";
  return status === "offline" ? "offline" : "connecting";
}
