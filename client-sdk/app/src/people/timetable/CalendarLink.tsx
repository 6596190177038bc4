/** The secret link by which a calendar program reads one's sessions: made, made anew, revoked. */
import { useState } from "preact/hooks";
import { words } from "../../words";
import { Problem } from "../Problem";
import { ask, sentenceOf } from "../requests";
import { ShownOnce } from "../ShownOnce";
import { dayAndTime } from "../time";
import { useAsked } from "../use-asked";

interface Feed {
  readonly made_ms: number | null;
  /** Told only when it was just made. */
  readonly path?: string;
}

const askFeed = () => ask<Feed>("GET", "me/calendar");

export function CalendarLink() {
  const { value: feed, problem, again } = useAsked(askFeed);
  const [path, setPath] = useState<string | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const set = (request: Promise<Feed | undefined>): void => {
    setRefused(null);
    request.then(
      (made) => {
        setPath(made?.path ?? null);
        again();
      },
      (error: unknown) => setRefused(sentenceOf(error)),
    );
  };
  const made = feed?.made_ms ?? null;
  return (
    <section class="people-card" aria-labelledby="calendar-link">
      <h2 id="calendar-link">{words.calendar}</h2>
      <p class="hint">{words.calendarHint}</p>
      <Problem sentence={refused ?? problem} />
      {made !== null && path === null && <p>{words.calendarLinkMade(dayAndTime(made))}</p>}
      {path !== null && <ShownOnce label={words.calendarLink} secret={`${location.origin}${path}`} copy={words.copyLink} copied={words.linkCopied} />}
      <div class="people-acts">
        {path !== null && (
          <a class="button" href={`webcal://${location.host}${path}`}>
            {words.subscribe}
          </a>
        )}
        <button type="button" onClick={() => set(ask<Feed>("POST", "me/calendar"))}>
          {made === null ? words.makeCalendarLink : words.renewCalendarLink}
        </button>
        {made !== null && (
          <button type="button" class="danger" onClick={() => set(ask<undefined>("DELETE", "me/calendar"))}>
            {words.revoke}
          </button>
        )}
      </div>
    </section>
  );
}
