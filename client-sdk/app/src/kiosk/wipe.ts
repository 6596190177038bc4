/**
 * After a session a panel that was approved keeps nothing of it: what the device has of a board goes once all of it is with the
 * server, and what is not stays until it is. Its code opens the board again, and staff finds it among the panel's boards.
 */
import { forgetBoard, unsentChanges } from "@kakehashi/client";
import { useEffect } from "preact/hooks";
import { waitingFor } from "../images/waiting";
import { place } from "../state/device";
import { keepWord, keptWord } from "../state/kept";
import { forgetRecent, recent } from "../state/recent";
import { useStore } from "../state/store";
import { panel } from "./panel";

const NAME = "wipes";

/** Also after it was revoked, until nothing is left of what it had. */
let wiping = place.get() !== null || keptWord(NAME) === "yes";
const setWiping = (on: boolean): void => {
  if (on === wiping) return;
  wiping = on;
  keepWord(NAME, on ? "yes" : "no");
};
keepWord(NAME, wiping ? "yes" : "no");
place.on((now) => {
  if (now !== null) setWiping(true);
});

/** While no board is shown; gives how many changes of those that were are not with the server yet. */
export function useWipe(): number {
  const boards = useStore(recent);
  const { open, next } = useStore(panel);
  const approved = useStore(place) !== null;
  const closed = (boards ?? []).filter(({ board }) => board !== next?.board && board !== open?.board);
  useEffect(() => {
    if (!wiping || boards === null) return;
    if (!approved && closed.length === 0) setWiping(false);
    for (const { board, unsaved } of closed) {
      if (unsaved === 0) wipe(board).catch((error: unknown) => console.warn(error));
    }
  }, [boards, open, next, approved]);
  return closed.reduce((sum, { unsaved }) => sum + unsaved, 0);
}

async function wipe(board: string): Promise<void> {
  if ((await unsentChanges(board)) > 0 || (await waitingFor(board)).length > 0) return;
  await forgetBoard(board);
  await forgetRecent(board);
}
