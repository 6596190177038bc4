/** Who may write now: all, only those who lead, and whether this page may be changed; and the way to an empty page. */
import { useState } from "preact/hooks";
import { clearPage, lockPage } from "../../pages/actions";
import { useStore } from "../../state/store";
import { Ask } from "../../ui/Ask";
import { Switch } from "../../ui/Switch";
import { words } from "../../words";
import { icons } from "../icons";
import type { Session } from "../session";
import { leads } from "./leads";
import { veils } from "./may";

export function WritingControls({ session }: { session: Session }) {
  const meeting = useStore(session.meeting);
  useStore(session.pages);
  useStore(session.deskPages);
  const entry = session.entry(useStore(session.page));
  const [asking, setAsking] = useState(false);
  if (entry === undefined || !veils(meeting)) return null;
  return (
    <section class="meeting-writing" aria-label={words.meeting.writing}>
      {meeting.session !== null && leads(meeting) && (
        <Switch label={words.meeting.holdAll} on={meeting.writingHeld} onChange={(on) => session.govern((board) => board.holdWriting(on))} />
      )}
      <Switch label={words.meeting.lockPage} on={entry.locked} onChange={(on) => lockPage(session, entry.id, on)} />
      <div class="meeting-acts">
        <button type="button" class="danger" aria-haspopup="dialog" disabled={entry.locked && !leads(meeting)} onClick={() => setAsking(true)}>
          {icons.remove}
          {words.meeting.clearPage}
        </button>
      </div>
      {asking && (
        <Ask
          title={words.meeting.clearTitle}
          text={words.meeting.clearText}
          yes={words.meeting.clearYes}
          no={words.meeting.clearKeep}
          onYes={() => clearPage(session)}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}
