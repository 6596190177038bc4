/** For whoever has an account: a week of sessions, the way to plan another, and the calendar that has them all. */
import { useCallback, useEffect, useState } from "preact/hooks";
import { icons } from "../../board/icons";
import { dayStart, type Occurrence } from "../../state/timetable";
import { IconButton } from "../../ui/IconButton";
import { Segmented } from "../../ui/Segmented";
import { say } from "../../ui/Toasts";
import { locale, words } from "../../words";
import { PeoplePage } from "../PeoplePage";
import { Problem } from "../Problem";
import { ask, type Me } from "../requests";
import { SignInFirst } from "../SignInFirst";
import { useAsked } from "../use-asked";
import { CalendarLink } from "./CalendarLink";
import { OccurrenceItem } from "./OccurrenceItem";
import { SessionForm } from "./SessionForm";

/** Milliseconds between two looks at what is live and what has ended. */
const LOOK = 60_000;

const askMe = () => ask<Me>("GET", "me");

export function TimetableScreen() {
  const { value: me, problem } = useAsked(askMe);
  if (me === null) return <PeoplePage title={words.timetable}><Problem sentence={problem} /></PeoplePage>;
  if (me.account === null) return <SignInFirst title={words.timetable} lead={words.timetableSignIn} />;
  return <Timetable administrator={me.account.administrator} />;
}

type Whose = "own" | "all";

function Timetable({ administrator }: { administrator: boolean }) {
  const [weeks, setWeeks] = useState(0);
  const [whose, setWhose] = useState<Whose>("own");
  const [adding, setAdding] = useState(false);
  const monday = mondayOf(weeks);
  const all = whose === "all" ? "&all=true" : "";
  const { value: dates, problem, again } = useAsked(
    useCallback(() => ask<readonly Occurrence[]>("GET", `timetable?from_ms=${monday}&to_ms=${dayStart(monday, 7)}${all}`), [monday, all]),
  );
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && again(), LOOK);
    return () => clearInterval(timer);
  }, [again]);
  const days = [0, 1, 2, 3, 4, 5, 6].map((day) => dayStart(monday, day));
  return (
    <PeoplePage title={words.timetable} wide>
      <p class="people-lead">{words.timetableLead}</p>
      <section class="people-card" aria-label={words.timetable}>
        <div class="week-head">
          <IconButton label={words.weekBefore} icon={icons.previous} onClick={() => setWeeks(weeks - 1)} />
          <h2 aria-live="polite">{words.week(dayName(monday, "short"), dayName(dayStart(monday, 6), "short"))}</h2>
          <IconButton label={words.weekAfter} icon={icons.next} onClick={() => setWeeks(weeks + 1)} />
          {weeks !== 0 && (
            <button type="button" onClick={() => setWeeks(0)}>
              {words.thisWeek}
            </button>
          )}
        </div>
        {administrator && (
          <Segmented
            label={words.whoseSessions}
            segments={[
              { value: "own", name: words.ownSessions },
              { value: "all", name: words.allSessions },
            ]}
            value={whose}
            onChange={setWhose}
          />
        )}
        <Problem sentence={problem} />
        {dates?.length === 0 && <p class="hint">{words.nothingPlanned}</p>}
        {days.map((day) => {
          const here = (dates ?? []).filter(({ starts_ms }) => dayStart(starts_ms) === day);
          if (here.length === 0) return null;
          return (
            <section key={day} class="week-day" aria-labelledby={`day-${day}`}>
              <h3 id={`day-${day}`}>{dayName(day)}</h3>
              <ul class="people-rows">
                {here.map((one) => (
                  <OccurrenceItem key={`${one.session} ${one.date}`} one={one} day={dayName(day)} changed={again} />
                ))}
              </ul>
            </section>
          );
        })}
        {adding ? (
          <SessionForm
            session={null}
            close={() => setAdding(false)}
            saved={(title) => {
              setAdding(false);
              say(words.sessionAdded(title));
              again();
            }}
          />
        ) : (
          <div class="people-acts">
            <button type="button" class="primary" onClick={() => setAdding(true)}>
              {icons.add}
              {words.addSession}
            </button>
          </div>
        )}
      </section>
      <CalendarLink />
    </PeoplePage>
  );
}

/** The first moment of this week's Monday here; `weeks`: so many weeks later. */
function mondayOf(weeks: number): number {
  const now = Date.now();
  return dayStart(now, 7 * weeks - ((new Date(now).getDay() + 6) % 7));
}

function dayName(ms: number, month: "short" | "long" = "long"): string {
  return new Intl.DateTimeFormat(locale(), { weekday: "short", day: "numeric", month }).format(ms);
}
