/** What the call takes of the window beside the board. */
import { useStore } from "../../state/store";
import type { Calling } from "./calling";
import { sharesScreen } from "./tiles";

/** `bar`: folded; `large`: a shared screen that takes half. Null: one is not in the call. */
export type CallShows = "bar" | "faces" | "screen" | "large";

export function useCallPlace(calling: Calling): CallShows | null {
  const state = useStore(calling.state);
  const trying = useStore(calling.trying);
  const folded = useStore(calling.folded);
  const large = useStore(calling.large);
  const members = useStore(calling.members);
  if (state === "off" || trying) return null;
  if (folded) return "bar";
  if (!members.some(sharesScreen)) return "faces";
  return large ? "large" : "screen";
}
