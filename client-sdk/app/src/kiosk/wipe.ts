/**
 * After a session a panel that was approved keeps nothing of it: what the device has of a board goes once all of it is with the
 * server, and what is not stays until it is. Its code opens the board again, and staff finds it among the panel's boards.
 */
import { forgetBoard, unsentChanges } from "@kakehashi/client";
import { useEffect } from "preact/hooks";
import { waitingFor } from "../images/waiting";
import { place } from "../state/device";
import { forgetRecent, recent } from "../state/recent";
import { useStore } from "../state/store";
import { panel } from "./panel";

/** Also after it was revoked, as long as the page is open. */
let wiping = place.get() !== null;
place.on((now) => {
  wiping ||= now !== null;
});

/** While no board is shown. */
export function useWipe(): void {
  const boards = useStore(recent);
  const { open, next } = useStore(panel);
  useStore(place);
  useEffect(() => {
    if (!wiping) return;
    for (const { board, unsaved } of boards ?? []) {
      if (unsaved === 0 && board !== next?.board && board !== open?.board) wipe(board).catch((error: unknown) => console.warn(error));
    }
  }, [boards, open, next]);
}

async function wipe(board: string): Promise<void> {
  if ((await unsentChanges(board)) > 0 || (await waitingFor(board)).length > 0) return;
  await forgetBoard(board);
  await forgetRecent(board);
}
