/** Whether one is in the call, or on the way, and not only to try the line: `Calling.isIn`, followed. */
import { useStore } from "../../state/store";
import type { Calling } from "./calling";

export function useIsIn(calling: Calling): boolean {
  useStore(calling.state);
  useStore(calling.trying);
  return calling.isIn();
}
