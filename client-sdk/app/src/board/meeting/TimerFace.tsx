/**
 * The timer as all see it: in the head of the board, and on a wall beside the sheet, at both sides, in digits that
 * are read from the last row. It never lies on what is written.
 */
import { useEffect, useRef } from "preact/hooks";
import { useStore } from "../../state/store";
import { words } from "../../words";
import type { Session } from "../session";
import { chime } from "./chime";
import { clockFace, type Countdown, countdownAt, LAST_SECONDS, serverNow } from "./countdown";
import { useTick } from "./use-tick";

/** In the head, beside the word on saving. */
export function TimerInHead({ session }: { session: Session }) {
  const countdown = useCountdown(session);
  return (
    <>
      {countdown !== null && (
        <div class={`timer timer-in-head ${countdown.phase}`} role="timer" aria-label={words.talk.timer} aria-live="off">
          <Face countdown={countdown} />
        </div>
      )}
      <TimerWord countdown={countdown} />
    </>
  );
}

/** At both sides of a wall; whoever does not see it has the one in the head. */
export function TimersOnWall({ session }: { session: Session }) {
  const countdown = useCountdown(session);
  if (countdown === null) return null;
  return (
    <>
      {(["near", "far"] as const).map((side) => (
        <div key={side} class={`bar timer timer-on-wall ${side} ${countdown.phase}`} aria-hidden="true">
          <Face countdown={countdown} />
        </div>
      ))}
    </>
  );
}

function Face({ countdown }: { countdown: Countdown }) {
  const face = clockFace(countdown.left);
  return (
    <>
      <span class="timer-digits" data-letters={face.length}>
        {face}
      </span>
      {countdown.phase === "over" && <span class="timer-over">{words.talk.timeIsUp}</span>}
    </>
  );
}

/** What screen readers say of it: when it begins, a minute before the end, the last seconds, and the end; and a sound. */
function TimerWord({ countdown }: { countdown: Countdown | null }) {
  const before = useRef<Countdown | null>(null);
  const word = useRef("");
  const left = countdown?.left ?? null;
  if (left !== (before.current?.left ?? null)) {
    const earlier = before.current;
    if (countdown === null) word.current = earlier !== null && earlier.phase !== "over" ? words.talk.timerStopped : "";
    else if (countdown.phase === "over") word.current = words.talk.timeIsUp;
    else if (earlier === null || countdown.left > earlier.left) word.current = words.talk.timeLeft(countdown.left);
    else if (countdown.left === 60 || countdown.left === LAST_SECONDS) word.current = words.talk.timeLeft(countdown.left);
    before.current = countdown;
  }
  const over = countdown?.phase === "over";
  const ran = useRef(false);
  useEffect(() => {
    // Whoever comes when it is over hears nothing.
    if (over && ran.current) chime().catch((error: unknown) => console.warn(error));
    ran.current = countdown !== null && !over;
  }, [over, countdown === null]);
  return (
    <p class="unseen" role="status">
      {word.current}
    </p>
  );
}

export function useCountdown(session: Session): Countdown | null {
  const meeting = useStore(session.meeting);
  const countdown = meeting.timer === null ? null : countdownAt(meeting.timer, serverNow(meeting));
  useTick(countdown?.next ?? null);
  return countdown;
}
