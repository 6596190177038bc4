/** Says whether what was written is saved. It never says so while it is not. */
import { useEffect, useState } from "preact/hooks";
import { useStore } from "../state/store";
import { words } from "../words";
import { type Saving, savingOf } from "./saving";
import type { Session } from "./session";

/** Milliseconds that "Saving…" stays after the last acknowledgement, so that it does not flicker while one writes. */
const CALM = 600;

function sentenceOf(saving: Saving): string {
  switch (saving) {
    case "saved":
      return words.allSaved;
    case "saving":
      return words.saving;
    case "connecting":
      return words.connecting;
    case "offline":
      return words.offline;
    case "kept":
      return words.keptHere;
  }
}

export function StatusLine({ session }: { session: Session }) {
  const saving = useCalm(savingOf(useStore(session.status), useStore(session.unsaved)));
  return (
    <p class={`status ${saving}`} role="status">
      <span class="status-dot" aria-hidden="true" />
      <span>{sentenceOf(saving)}</span>
    </p>
  );
}

function useCalm(now: Saving): Saving {
  const [shown, setShown] = useState(now);
  useEffect(() => {
    if (now !== "saved" || shown === "saved") {
      setShown(now);
      return;
    }
    const timer = setTimeout(() => setShown("saved"), CALM);
    return () => clearTimeout(timer);
  }, [now, shown]);
  // Only the good news waits.
  return now === "saved" ? shown : now;
}
