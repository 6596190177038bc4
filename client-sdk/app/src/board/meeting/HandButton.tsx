/** One tap raises the hand, another lowers it; beside it, as the how manyth one is. Only while a session is on, for those who do not lead it. */
import { useId } from "preact/hooks";
import { useStore } from "../../state/store";
import { words } from "../../words";
import { icons } from "../icons";
import type { Session } from "../session";
import { ownAttendee, raisedHands } from "./may";

export function HandButton({ session }: { session: Session }) {
  const meeting = useStore(session.meeting);
  const number = useId();
  if (!hasHand(session)) return null;
  const at = raisedHands(meeting).findIndex(({ id }) => id === meeting.me?.participant);
  const name = at < 0 ? words.meeting.raiseHand : words.meeting.lowerHand;
  return (
    <section class="bar hand-bar" aria-label={words.meeting.raiseHand} data-tips="above">
      <button
        type="button"
        class="quiet"
        aria-label={name}
        aria-describedby={at < 0 ? undefined : number}
        data-up={at < 0 ? undefined : ""}
        data-tip={name}
        data-key="Shift H"
        onClick={() => toggleHand(session)}
      >
        {icons.raiseHand}
        {at >= 0 && (
          <span class="hand-number" aria-hidden="true">
            {at + 1}
          </span>
        )}
      </button>
      <span class="unseen" id={number}>
        {at < 0 ? "" : words.meeting.yourNumber(at + 1)}
      </span>
    </section>
  );
}

/** Whether one has a hand to raise now. */
function hasHand({ meeting }: Session): boolean {
  const { session, me } = meeting.get();
  return session !== null && me !== null && me.participant !== null && me.role !== "host";
}

/** Raises the own hand, or lowers it; false if one has none. */
export function toggleHand(session: Session): boolean {
  if (!hasHand(session)) return false;
  const up = ownAttendee(session.meeting.get())?.hand ?? null;
  session.govern((board) => board.raiseHand(up === null));
  return true;
}
