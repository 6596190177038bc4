/** For those who lead: sets the timer, gives a minute more, and stops it. */
import { useRef, useState } from "preact/hooks";
import { words } from "../../words";
import { Field } from "../../ui/Field";
import type { Session } from "../session";
import { clockFace, MINUTES_MAX, minutesOf, serverNow } from "./countdown";
import { useCountdown } from "./TimerFace";

const MINUTE = 60_000;
const CHOICES = [1, 3, 5, 10] as const;

export function TimerSettings({ session }: { session: Session }) {
  const countdown = useCountdown(session);
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const choices = useRef<HTMLDivElement>(null);

  const run = (length: number | null): boolean => session.govern((board) => board.setTimer(length));
  const more = (): void => {
    const meeting = session.meeting.get();
    const rest = Math.max(0, (meeting.timer ?? 0) - serverNow(meeting));
    run(rest + MINUTE);
  };
  const stop = (): void => {
    // The button goes with the timer.
    if (run(null)) choices.current?.querySelector("button")?.focus();
  };
  const start = (event: Event): void => {
    event.preventDefault();
    const minutes = minutesOf(typed);
    setWrong(minutes === null);
    if (minutes !== null && run(minutes * MINUTE)) setTyped("");
  };

  return (
    <section class="talk-group" aria-labelledby="timer-settings">
      <h3 id="timer-settings">{words.talk.timer}</h3>
      {countdown !== null && (
        <div class="timer-runs">
          <span class={`timer-now ${countdown.phase}`}>{countdown.phase === "over" ? words.talk.timeIsUp : clockFace(countdown.left)}</span>
          <button type="button" onClick={more}>
            {words.talk.oneMinuteMore}
          </button>
          <button type="button" class="danger" onClick={stop}>
            {words.talk.stopTimer}
          </button>
        </div>
      )}
      <div class="timer-choices" ref={choices} role="group" aria-label={words.talk.timerLength}>
        {CHOICES.map((minutes) => (
          <button key={minutes} type="button" onClick={() => run(minutes * MINUTE)}>
            {words.talk.minutes(minutes)}
          </button>
        ))}
      </div>
      <form class="timer-own" onSubmit={start}>
        <Field
          label={words.talk.ownMinutes}
          inputMode="numeric"
          maxLength={3}
          value={typed}
          problem={wrong ? words.talk.minutesAllowed(MINUTES_MAX) : null}
          onInput={(value) => {
            setTyped(value);
            setWrong(false);
          }}
        />
        <button type="submit">{words.talk.startTimer}</button>
      </form>
    </section>
  );
}
