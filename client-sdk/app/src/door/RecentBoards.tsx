/** The boards that were open on this device, to be opened again, named, or taken from the list. */
import { forgetBoard, keptBoards } from "@kakehashi/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { forgetRecent, loadRecent, nameRecent, recent, type RecentBoard, restoreRecent } from "../state/recent";
import { useStore } from "../state/store";
import { words } from "../words";
import { RecentCard } from "./RecentCard";

/** How many are shown before one asks for all. */
const AT_FIRST = 8;
/** Milliseconds in which a removal can be taken back. */
const UNDO = 10_000;

export function RecentBoards({ offline }: { offline: boolean }) {
  const boards = useStore(recent);
  const [all, setAll] = useState(false);
  const [removed, setRemoved] = useState<RecentBoard | null>(null);
  /** The boards that open without the server; null while it does not matter. */
  const [kept, setKept] = useState<ReadonlySet<string> | null>(null);
  const undo = useRef<HTMLButtonElement>(null);
  const restored = useRef(false);

  useEffect(() => {
    let ended = false;
    if (!offline) setKept(null);
    else void keptBoards().then((found) => ended || setKept(new Set(found.map(({ board }) => board))));
    return () => {
      ended = true;
    };
  }, [offline]);

  useEffect(() => {
    const load = (): void => {
      if (document.visibilityState === "visible") void loadRecent();
    };
    load();
    document.addEventListener("visibilitychange", load);
    return () => document.removeEventListener("visibilitychange", load);
  }, []);

  useEffect(() => {
    if (removed === null) return;
    // The button that was pressed is gone with its card.
    undo.current?.focus();
    restored.current = false;
    const timer = setTimeout(() => setRemoved(null), UNDO);
    return () => {
      clearTimeout(timer);
      // Whoever takes a board from a shared device wants nothing of it to stay there.
      if (!restored.current) void forgetBoard(removed.board);
    };
  }, [removed]);

  const remove = (entry: RecentBoard): void => {
    setRemoved(entry);
    void forgetRecent(entry.board);
  };

  if (boards === null || (boards.length === 0 && removed === null)) return null;
  return (
    <section class="recents" aria-labelledby="recent-title">
      <div class="recents-head">
        <h2 id="recent-title">{offline ? words.recentOffline : words.recentTitle}</h2>
        {!offline && <p class="hint">{words.recentHint}</p>}
      </div>
      <ul class="recents-list">
        {(all ? boards : boards.slice(0, AT_FIRST)).map((entry) => (
          <RecentCard
            key={entry.board}
            entry={entry}
            offline={offline}
            away={kept !== null && !kept.has(entry.board)}
            rename={(name) => void nameRecent(entry, name)}
            remove={() => remove(entry)}
          />
        ))}
      </ul>
      {boards.length > AT_FIRST && (
        <button type="button" class="recents-more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? words.showFewer : words.showAll(boards.length)}
        </button>
      )}
      <div role="status">
        {removed !== null && (
          <div class="undo-bar">
            <p>{words.removedFromList}</p>
            <button
              type="button"
              ref={undo}
              onClick={() => {
                restored.current = true;
                void restoreRecent(removed);
                setRemoved(null);
              }}
            >
              {words.undo}
            </button>
          </div>
        )}
      </div>
    </section>
  );
}
