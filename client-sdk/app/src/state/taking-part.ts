/**
 * Taking part in sessions. On a board that is open to its link one writes without being anybody there; in a session
 * everybody is a participant, so that they have a hand, a role, and a line in the attendance. Who came with the bare
 * link enters when a session is on, under the name they have, and the board connects anew: what is being written
 * goes on. On this device one is the same participant there from then on, also after a reload.
 */
import { type Board, NoticeError } from "@kakehashi/client";
import { keepWord, keptValue } from "./kept";

const NAME = "parts";
/** Boards that are remembered; those of longest ago go first. */
const PARTS_MAX = 500;
/** How long it may take to become a participant, milliseconds. */
const PATIENCE = 15_000;
/** How long until it is tried again where the server was not reached, milliseconds. */
const AGAIN = 5_000;

/** Whether one is a participant of a board on this device. */
export function takesPart(board: string): boolean {
  return parts().includes(board);
}

/** Enters by `enter` and connects anew; resolves once the board says who one is. */
export async function takeThePart(board: Board, enter: () => Promise<unknown>): Promise<void> {
  if (board.meeting().me !== null) return;
  await enter();
  keepWord(NAME, JSON.stringify([...parts().filter((other) => other !== board.id), board.id].slice(-PARTS_MAX)));
  const told = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the server did not say who one is")), PATIENCE);
    const stop = board.on(() => {
      if (board.meeting().me === null) return;
      stop();
      clearTimeout(timer);
      resolve();
    });
  });
  board.reconnect();
  await told;
}

/** Sees to it that whoever is on a board with nothing but its link takes part while a session is on. */
export function takePartInSessions(board: Board, take: () => Promise<void>): void {
  let asked = false;
  const look = (): void => {
    const { me, session } = board.meeting();
    if (session === null || me !== null || asked || takesPart(board.id) || board.status() !== "live") return;
    asked = true;
    take().catch((error: unknown) => {
      console.warn(error);
      // Whoever may not enter any more looks on as before.
      if (!(error instanceof NoticeError) || error.notice.code === "unreachable") setTimeout(again, AGAIN);
    });
  };
  const again = (): void => {
    asked = false;
    look();
  };
  board.on((event) => {
    if (event.type === "meeting" || event.type === "status") look();
  });
  look();
}

function parts(): readonly string[] {
  const kept = keptValue(NAME);
  return Array.isArray(kept) ? kept.filter((board): board is string => typeof board === "string") : [];
}
