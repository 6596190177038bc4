/** Why one may not write now, or that one leads for an absent host: as long as it is so, where it covers nothing. */
import { useStore } from "../../state/store";
import { words } from "../../words";
import { icons } from "../icons";
import type { Session } from "../session";
import { type Held, ownAttendee } from "./may";

export function SessionWord({ session }: { session: Session }) {
  const meeting = useStore(session.meeting);
  const held = useStore(session.held);
  const acts = meeting.me?.role === "host" && ownAttendee(meeting)?.acting === true;
  if (held === null && !acts) return null;
  return (
    <p class="bar session-word" role="status">
      {held === null ? icons.people : icons.lock}
      <span>{held === null ? words.meeting.youLead : sentenceOf(held)}</span>
    </p>
  );
}

function sentenceOf(held: Held): string {
  const sentences = { looking: words.meeting.youOnlyLook, you: words.meeting.youAreHeld, all: words.meeting.allAreHeld, page: words.meeting.pageIsLocked };
  return sentences[held];
}
