/** Whether the server can be reached, for the screens that have no connection to it. */
import { useEffect } from "preact/hooks";
import { type Store, store, useStore } from "../state/store";

/** Milliseconds between two questions, while it answers and while it does not. */
const EVERY = 60_000;
const EVERY_AWAY = 4000;
/** Milliseconds that an answer may take. */
const WAIT = 5000;

/** Null before the first answer. */
const reached: Store<boolean | null> = store<boolean | null>(null);

/** Asks as long as the screen is shown. */
export function useReach(): boolean | null {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      if (document.visibilityState === "visible") reached.set(await answers());
      // Another answer may have come meanwhile, and set it too.
      clearTimeout(timer);
      if (!ended) timer = setTimeout(() => void ask(), reached.get() === false ? EVERY_AWAY : EVERY);
    };
    const now = (): void => void ask();
    now();
    window.addEventListener("online", now);
    window.addEventListener("offline", now);
    document.addEventListener("visibilitychange", now);
    return () => {
      ended = true;
      clearTimeout(timer);
      window.removeEventListener("online", now);
      window.removeEventListener("offline", now);
      document.removeEventListener("visibilitychange", now);
    };
  }, []);
  return useStore(reached);
}

async function answers(): Promise<boolean> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), WAIT);
  try {
    return (await fetch("/healthz", { cache: "no-store", signal: stop.signal })).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
