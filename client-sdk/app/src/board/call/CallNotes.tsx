/** What there is to be said of the call, quietly: how the line is, whose ear one uses, that one's screen is shown. */
import { useStore } from "../../state/store";
import { words } from "../../words";
import type { Session } from "../session";
import { lineWordOf } from "./line";
import { listensOnly } from "./may";
import { sharesScreen } from "./tiles";

export function CallNotes({ session }: { session: Session }) {
  const { calling } = session;
  const shared = useStore(calling.members).some(sharesScreen);
  const line = lineWordOf(useStore(calling.state), useStore(calling.line), shared);
  const silent = useStore(calling.silent);
  const shares = useStore(calling.own).screen.on;
  const listens = listensOnly(useStore(session.meeting));
  return (
    <div class="call-notes">
      {/* It stays on the page while it is empty, so that screen readers hear what comes into it. */}
      <p class="call-line" role="status">
        {line === null ? "" : words.call.lines[line]}
      </p>
      {shares && (
        <p class="call-note">
          <span>{words.call.youShare}</span>
          <button type="button" onClick={() => void calling.shareScreen()}>
            {words.call.stopSharing}
          </button>
        </p>
      )}
      {listens && <p class="call-note">{words.call.onlyListen}</p>}
      {silent && !listens && (
        <p class="call-note">
          <span>{words.call.inRoomNow}</span>
          <button type="button" onClick={() => calling.standInRoom(false)}>
            {words.call.ownSound}
          </button>
        </p>
      )}
    </div>
  );
}
