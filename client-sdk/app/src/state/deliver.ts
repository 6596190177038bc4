/**
 * Hands in what was left unsent. What one writes without a connection stays on the device until the
 * board is opened again; every screen does that quietly for the boards that it does not show, as soon as the
 * server is there.
 */
import { type Board, NoticeError, unsentChanges } from "@kakehashi/client";
import { useEffect } from "preact/hooks";
import { forgetWaiting, waitingFor } from "../images/waiting";
import { place } from "./device";
import { openAsOneself } from "./entry";
import { loadRecent, noteRecent, recent, type RecentBoard } from "./recent";
import { useStore } from "./store";

/** Milliseconds after which one board must not keep the others waiting. */
const PATIENCE = 60_000;

/** Milliseconds between two looks. */
const LOOK = 400;

/** Milliseconds before a board that could not be handed in is tried again. */
const AGAIN = 300_000;

/** One at a time, whichever screen asks. */
let working = false;
/** Until when a board that did not go through is left alone. */
const postponed = new Map<string, number>();

/** While `reached`: opens each board of this device that has something unsent, but the one that is `shown`, until it is in. */
export function useDelivery(reached: boolean, shown: string | null = null): void {
  const waiting = (useStore(recent) ?? []).find(({ board, unsaved }) => unsaved > 0 && board !== shown && (postponed.get(board) ?? 0) < Date.now());
  useEffect(() => {
    if (reached && waiting !== undefined) void deliver(waiting);
  }, [reached, waiting]);
}

async function deliver({ board, opened }: RecentBoard): Promise<void> {
  if (working) return;
  working = true;
  // A panel that learns only now that it was revoked tries again as the device without a name that it is.
  const as = place.get();
  const postpone = (): void => {
    if (place.get() === as) postponed.set(board, Date.now() + AGAIN);
  };
  try {
    const unsaved = await handIn(board, () => place.get() === as);
    if (unsaved > 0) postpone();
    working = false;
    await noteRecent(board, { unsaved, opened });
  } catch (error) {
    console.warn(error);
    postpone();
    working = false;
    await loadRecent();
  }
}

/** Resolves with how many changes and pictures are still unsent; `goesOn` says until when it makes sense. */
async function handIn(id: string, goesOn: () => boolean): Promise<number> {
  const board = await openAsOneself(id);
  try {
    const until = performance.now() + PATIENCE;
    let left = await unsentChanges(id);
    // The storage knows it for sure: the board is told of what others left only after a while.
    while (left > 0 && performance.now() < until && goesOn()) {
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      left = await unsentChanges(id);
    }
    return left + (await handInPictures(board));
  } finally {
    await board.close();
  }
}

/** Those that the server does not take stay: the board says why when it is opened. */
async function handInPictures(board: Board): Promise<number> {
  let left = 0;
  for (const { asset, file } of await waitingFor(board.id)) {
    try {
      await board.upload(file);
      await forgetWaiting(board.id, asset);
    } catch (error) {
      if (!(error instanceof NoticeError)) throw error;
      left++;
    }
  }
  return left;
}
