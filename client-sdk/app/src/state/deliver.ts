/**
 * Hands in what was left unsent. What one writes without a connection stays on the device until the
 * board is opened again; screens that are no board do that quietly, as soon as the server is there.
 */
import { openBoard } from "@kakehashi/client";
import { useEffect } from "preact/hooks";
import { noteRecent, recent, type RecentBoard } from "./recent";
import { useStore } from "./store";

/** Milliseconds after which one board must not keep the others waiting. */
const PATIENCE = 60_000;

/** One at a time, whichever screen asks. */
let working = false;

/** While `reached`: opens each board of this device that has something unsent, until it is in. */
export function useDelivery(reached: boolean): void {
  const waiting = (useStore(recent) ?? []).find((entry) => entry.unsaved > 0);
  useEffect(() => {
    if (reached && waiting !== undefined) void deliver(waiting);
  }, [reached, waiting]);
}

async function deliver({ board, opened }: RecentBoard): Promise<void> {
  if (working) return;
  working = true;
  try {
    const unsaved = await handIn(board);
    await noteRecent(board, { unsaved, opened });
  } catch (error) {
    console.warn(error);
  } finally {
    working = false;
  }
}

/** Resolves with what is still unsent. */
async function handIn(id: string): Promise<number> {
  const board = await openBoard(id);
  const done = new Promise<void>((resolve) => {
    const look = (): void => {
      if (board.status() === "live" && board.ready() && board.unsaved() === 0) resolve();
    };
    board.on(look);
    setTimeout(resolve, PATIENCE);
    look();
  });
  await done;
  const left = board.unsaved();
  await board.close();
  return left;
}
