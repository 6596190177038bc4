/**
 * A panel says now and then how it is: what it runs, how long the way to the server takes, what is not handed in yet,
 * and on which of its boards somebody has begun to write. Without the server it goes on asking, for ever.
 */
import { unsentChanges } from "@kakehashi/client";
import { useEffect } from "preact/hooks";
import { ask } from "../state/ask";
import { dropToken, isOver, noteRevoked, panelToken, type Place, place, settle } from "../state/device";
import { loadRecent, recent } from "../state/recent";
import { useStore } from "../state/store";
import { appVersion, browserOf } from "./about";
import { begun, forgetBegun } from "./begun";
import { panel } from "./panel";

/** Milliseconds until it is tried again without an answer. */
const AGAIN = 10_000;
/** Round trips of which the middle one is told: one that was slow says nothing of the link. */
const TRIPS = 5;
/** Boards that one message names. */
const BEGUN_MAX = 20;

const trips: number[] = [];

/** As long as the screen is shown and this device is a panel. */
export function useHeartbeat(): void {
  const isPanel = useStore(place) !== null;
  useEffect(() => {
    if (!isPanel) return;
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const beat = async (): Promise<void> => {
      clearTimeout(timer);
      const again = await tell().catch((error: unknown) => failed(error));
      clearTimeout(timer);
      if (!ended) timer = setTimeout(() => void beat(), again);
    };
    const now = (): void => void beat();
    now();
    window.addEventListener("online", now);
    // That a board was begun or left is told at once.
    const stopListening = panel.on(now);
    return () => {
      ended = true;
      clearTimeout(timer);
      stopListening();
      window.removeEventListener("online", now);
    };
  }, [isPanel]);
}

/** Resolves with the milliseconds until the next time. */
async function tell(): Promise<number> {
  const bearer = await panelToken();
  if (bearer === undefined) return AGAIN;
  const told = begun().slice(0, BEGUN_MAX);
  const body = { version: appVersion(), browser: browserOf(navigator.userAgent), round_trip_ms: middle(), unsent: await unsentHere(), begun: told };
  const before = performance.now();
  const answer = await ask<Place & { again_ms: number }>("PUT", "panel/heartbeat", body, bearer);
  trips.push(Math.round(performance.now() - before));
  trips.splice(0, trips.length - TRIPS);
  forgetBegun(told);
  settle(answer);
  return answer.again_ms;
}

async function failed(error: unknown): Promise<number> {
  dropToken();
  if (isOver(error)) await noteRevoked();
  return AGAIN;
}

/** Null before the first answer. */
function middle(): number | null {
  const sorted = [...trips].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** Changes of all boards that this device has not handed in. */
async function unsentHere(): Promise<number> {
  await loadRecent();
  const open = panel.get().open?.board;
  const boards = (recent.get() ?? []).filter(({ board, unsaved }) => unsaved > 0 || board === open).map(({ board }) => board);
  const counts = await Promise.all(boards.map((board) => unsentChanges(board).catch(() => 0)));
  return counts.reduce((sum, count) => sum + count, 0);
}
