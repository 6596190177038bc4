/** For whoever is signed in: today's sessions, also one that runs late, each with the way onto its board. Nobody else is asked anything. */
import { useEffect, useState } from "preact/hooks";
import { boardPath } from "../route";
import { ask } from "../state/ask";
import { isSignedIn } from "../state/entry";
import { clockTimes, dayStart, type Occurrence, standingOf } from "../state/timetable";
import { StandingSign } from "../ui/StandingSign";
import { Way } from "../ui/Way";
import { words } from "../words";

/** Milliseconds between two questions. */
const AGAIN = 60_000;

export function TodaysSessions() {
  const [sessions, setSessions] = useState<readonly Occurrence[]>([]);
  useEffect(() => {
    if (!isSignedIn()) return;
    let wanted = true;
    const look = (): void => {
      const now = Date.now();
      ask<readonly Occurrence[]>("GET", `timetable?from_ms=${dayStart(now)}&to_ms=${dayStart(now, 1)}`).then(
        (told) => wanted && setSessions(told.filter(({ cancelled, closes_ms }) => !cancelled && closes_ms > now)),
        // Without the server, or signed out elsewhere, the door is as for everybody.
        (error: unknown) => console.warn(error),
      );
    };
    look();
    const asking = setInterval(() => document.visibilityState === "visible" && look(), AGAIN);
    return () => {
      wanted = false;
      clearInterval(asking);
    };
  }, []);
  if (sessions.length === 0) return null;
  return (
    <section class="todays-door" aria-labelledby="todays-door">
      <h2 id="todays-door">{words.todaysSessions}</h2>
      <ul>
        {sessions.map((one) => (
          <li key={`${one.session} ${one.date}`}>
            <span class="week-time">{clockTimes(one)}</span>
            <span class="people-name">
              {one.title} <StandingSign standing={standingOf(one, Date.now())} />
            </span>
            <Way to={boardPath(one.board)} look="button primary">
              <span aria-hidden="true">{words.open}</span>
              <span class="unseen">{words.openNow(one.title)}</span>
            </Way>
          </li>
        ))}
      </ul>
    </section>
  );
}
