/**
 * The board that waits on an idle panel is open already: it starts at once, also when the server
 * went away meanwhile, and the panel can say who is on it.
 */
import type { Board } from "@kakehashi/client";
import { useEffect, useState } from "preact/hooks";
import { openAsOneself } from "../state/entry";
import { panel } from "./panel";

export interface Waiting {
  /** Whether one can write on it, with or without a connection. */
  readonly ready: boolean;
  /** Its connection is broken since some seconds. */
  readonly away: boolean;
  /** How many are on it before anybody touched the panel. */
  readonly people: number;
}

const NOBODY: Waiting = { ready: false, away: false, people: 0 };

const held = new Map<string, Promise<Board>>();

/** Opens the board that waits, for as long as the screen is shown, and looks at it. */
export function useWaiting(id: string | null): Waiting {
  const [waiting, setWaiting] = useState<Waiting>(NOBODY);
  useEffect(() => {
    if (id === null) return;
    let ended = false;
    let stopListening = (): void => undefined;
    const opening = openAsOneself(id);
    held.set(id, opening);
    opening.then(
      (board) => {
        if (ended) return;
        const look = (): void => {
          const [first] = board.pages();
          if (board.page() === null && first !== undefined) board.openPage(first.id);
          setWaiting({ ready: board.ready(), away: board.status() === "offline", people: board.people().length });
        };
        stopListening = board.on(look);
        look();
      },
      (error: unknown) => console.warn(error),
    );
    return () => {
      ended = true;
      stopListening();
      setWaiting(NOBODY);
      // Whoever starts it takes it over as it is.
      if (panel.get().open?.board !== id) release(id);
    };
  }, [id]);
  return waiting;
}

/** The board that waited, if it is this one; another is opened. */
export function takeBoard(id: string): Promise<Board> {
  const waited = held.get(id);
  held.delete(id);
  return waited ?? openAsOneself(id);
}

function release(id: string): void {
  const opening = held.get(id);
  held.delete(id);
  opening?.then((board) => board.close()).catch((error: unknown) => console.warn(error));
}
