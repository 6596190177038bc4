/** A short word that something was done. It goes by itself, so nothing is said here that must be read. */
import { useEffect, useState } from "preact/hooks";
import { type Store, store } from "../state/store";

/** Milliseconds. */
const STAYS = 3500;

interface Toast {
  readonly sentence: string;
}

const toast: Store<Toast | null> = store<Toast | null>(null);

/** Shows a sentence for a moment, and has screen readers say it. */
export function say(sentence: string): void {
  toast.set({ sentence });
}

export function Toasts() {
  const [shown, setShown] = useState<Toast | null>(null);
  useEffect(() => toast.on(setShown), []);
  useEffect(() => {
    if (shown === null) return;
    const timer = setTimeout(() => toast.set(null), STAYS);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div class="toasts" aria-live="polite">
      {shown !== null && <p class="toast">{shown.sentence}</p>}
    </div>
  );
}
