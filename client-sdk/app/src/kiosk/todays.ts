/**
 * Today's sessions of an approved panel's room. They are asked for every minute while the panel waits, and kept on the
 * device, so that a panel whose connection is gone shows its day, and one that was revoked shows nothing.
 */
import { useEffect, useState } from "preact/hooks";
import { ask } from "../state/ask";
import { panelToken, place } from "../state/device";
import { keepWord, keptValue } from "../state/kept";
import { type Store, store, useStore } from "../state/store";
import { dayStart, type Occurrence } from "../state/timetable";

const NAME = "timetable";
/** Milliseconds between two questions. */
const AGAIN = 60_000;
/** Milliseconds between two looks at the clock. */
const LOOK = 10_000;

const sessions: Store<readonly Occurrence[]> = store<readonly Occurrence[]>(occurrencesOf(keptValue(NAME)));
place.on((now) => {
  if (now === null) keep([]);
});

function keep(told: readonly Occurrence[]): void {
  keepWord(NAME, JSON.stringify(told));
  sessions.set(told);
}

/** Those of today that are not over, the next one first. */
export function useTodays(): readonly Occurrence[] {
  const isPanel = useStore(place) !== null;
  const all = useStore(sessions);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isPanel) return;
    let ended = false;
    const look = async (): Promise<void> => {
      const bearer = await panelToken();
      if (bearer === undefined) return;
      const told = await ask<readonly Occurrence[]>("GET", "panel/timetable", undefined, bearer);
      if (!ended) keep(told);
    };
    // Without the server it shows what it was told before.
    const again = (): void =>
      void look().catch((error: unknown) => {
        console.warn(error);
        sessions.set(occurrencesOf(sessions.get()));
      });
    again();
    const asking = setInterval(again, AGAIN);
    const looking = setInterval(() => setNow(Date.now()), LOOK);
    window.addEventListener("online", again);
    return () => {
      ended = true;
      clearInterval(asking);
      clearInterval(looking);
      window.removeEventListener("online", again);
    };
  }, [isPanel]);
  const tomorrow = dayStart(now, 1);
  return isPanel ? all.filter(({ starts_ms, closes_ms }) => closes_ms > now && starts_ms < tomorrow) : [];
}

/** What was kept, as far as it can be understood. Who meets now is not known from before. */
export function occurrencesOf(kept: unknown): readonly Occurrence[] {
  return Array.isArray(kept) ? kept.filter(isOccurrence).map((one) => ({ ...one, live: false })) : [];
}

function isOccurrence(value: unknown): value is Occurrence {
  if (typeof value !== "object" || value === null) return false;
  const { title, board, code, owner, starts_ms, ends_ms, opens_ms, closes_ms } = value as Partial<Occurrence>;
  return [title, board, code, owner].every((text) => typeof text === "string") && [starts_ms, ends_ms, opens_ms, closes_ms].every((ms) => typeof ms === "number");
}
