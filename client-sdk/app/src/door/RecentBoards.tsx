/** The boards that were open on this device, to be opened again, named, or taken from the list. */
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
  const undo = useRef<HTMLButtonElement>(null);

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
    const timer = setTimeout(() => setRemoved(null), UNDO);
    return () => clearTimeout(timer);
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
        <p class="hint">{words.recentHint}</p>
      </div>
      <ul class="recents-list">
        {(all ? boards : boards.slice(0, AT_FIRST)).map((entry) => (
          <RecentCard
            key={entry.board}
            entry={entry}
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
