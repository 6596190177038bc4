/** Whether a session is on, since when, and for the host the way to start and to end one. */
import { useState } from "preact/hooks";
import { entered, takePart } from "../../state/entry";
import { useStore } from "../../state/store";
import { Ask } from "../../ui/Ask";
import { say } from "../../ui/Toasts";
import { words } from "../../words";
import type { Session } from "../session";
import { timeOfDay } from "../../people/time";

export function SessionHead({ session }: { session: Session }) {
  const { board } = session;
  const meeting = useStore(session.meeting);
  const doors = useStore(entered);
  const [asking, setAsking] = useState(false);
  const [starting, setStarting] = useState(false);
  const on = meeting.session;
  // Until a session was on, whoever began the board writes on it with its bare link.
  const leads = (meeting.me?.role ?? doors.get(board.id)?.role) === "host";

  const start = async (): Promise<void> => {
    setStarting(true);
    try {
      await takePart(board);
      session.govern((open) => open.holdSession(true));
    } catch (error) {
      console.warn(error);
      say(words.meeting.cannotStart);
    }
    setStarting(false);
  };

  return (
    <div class="session-head" data-on={on === null ? undefined : ""}>
      <h2>{on === null ? words.meeting.noSession : words.meeting.onSince(timeOfDay(on))}</h2>
      {leads && on === null && (
        <button type="button" class="primary" disabled={starting} onClick={() => void start()}>
          {words.meeting.start}
        </button>
      )}
      {leads && on !== null && (
        <button type="button" aria-haspopup="dialog" onClick={() => setAsking(true)}>
          {words.meeting.end}
        </button>
      )}
      {asking && (
        <Ask
          title={words.meeting.endTitle}
          text={words.meeting.endText}
          yes={words.meeting.end}
          no={words.meeting.goOn}
          onYes={() => session.govern((open) => open.holdSession(false))}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
