/** What the call takes of the window beside the board. */
import { useStore } from "../../state/store";
import type { Calling } from "./calling";
import { sharesScreen } from "./tiles";
import { useIsIn } from "./use-is-in";

/** `bar`: folded; `large`: a shared screen that takes half. Null: one is not in the call. */
export type CallShows = "bar" | "faces" | "screen" | "large";

export function useCallPlace(calling: Calling): CallShows | null {
  const isIn = useIsIn(calling);
  const folded = useStore(calling.folded);
  const large = useStore(calling.large);
  const members = useStore(calling.members);
  if (!isIn) return null;
  if (folded) return "bar";
  if (!members.some(sharesScreen)) return "faces";
  return large ? "large" : "screen";
}
