/** Today's sessions of the panel's room, each opened with one touch in its time; where there are none, a quiet picture. */
import { Bridge } from "../door/Bridge";
import { clockTime, clockTimes, standingOf } from "../state/timetable";
import { StandingSign } from "../ui/StandingSign";
import { words } from "../words";
import type { PanelBoard } from "./panel";
import { useTodays } from "./todays";

/** As many as have room above what one touches. */
const SHOWN = 3;

export function TodaysSessions({ open }: { open: (board: PanelBoard) => void }) {
  const sessions = useTodays();
  const now = Date.now();
  if (sessions.length === 0) return <Bridge />;
  return (
    <section class="todays" aria-labelledby="todays-title">
      <h2 id="todays-title">{words.todayInThisRoom}</h2>
      <ul>
        {sessions.slice(0, SHOWN).map((one) => {
          const { title, opens_ms } = one;
          const standing = standingOf(one, now);
          return (
            <li key={`${one.session} ${one.date}`} class="todays-session" data-standing={standing}>
              <p class="todays-time">{clockTimes(one)}</p>
              <div class="todays-what">
                <p class="todays-name">{title}</p>
                <p class="todays-who">
                  <StandingSign standing={standing} /> {one.owner}
                </p>
              </div>
              {opens_ms <= now ? (
                <button
                  type="button"
                  class={standing === "ended" ? undefined : "primary"}
                  aria-label={words.openSession(title)}
                  onClick={() => open({ board: one.board, code: one.code.replace(/\D/g, "") })}
                >
                  {words.open}
                </button>
              ) : (
                <p class="todays-later">{words.opensAt(clockTime(opens_ms))}</p>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
