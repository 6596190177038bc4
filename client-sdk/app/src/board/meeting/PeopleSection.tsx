/** Everybody on the board: what each is, whether they are here and how well connected, whose hand is up; following them, and directing them. */
import type { Attendee } from "@kakehashi/client";
import { identity } from "../../state/identity";
import { useStore } from "../../state/store";
import { words } from "../../words";
import { HushAll } from "../call/PersonCall";
import type { Session } from "../session";
import { Lobby } from "./Lobby";
import { leads } from "./leads";
import { PersonRow } from "./PersonRow";
import { rowsOf } from "./rows";
import { WritingControls } from "./WritingControls";

export function PeopleSection({ session }: { session: Session }) {
  const me = useStore(identity);
  const meeting = useStore(session.meeting);
  const people = useStore(session.following.people);
  const gone = goneTimes(session);
  const removed = meeting.participants.filter((attendee) => attendee.removed);
  return (
    <>
      {meeting.lobby.length > 0 && <Lobby session={session} waiting={meeting.lobby} />}
      <WritingControls session={session} />
      <HushAll session={session} />
      <ul class="people-list" aria-label={words.peopleHere}>
        {rowsOf(meeting, people, me).map((row) => (
          <PersonRow key={row.key} session={session} row={row} gone={gone.get(row.key)} />
        ))}
      </ul>
      {removed.length > 0 && leads(meeting) && <Removed session={session} removed={removed} />}
    </>
  );
}

/** When those who are not here were last seen in the session that is on; those who lead know. */
function goneTimes({ board, meeting }: Session): ReadonlyMap<string, number> {
  const now = meeting.get();
  if (now.session === null || !leads(now)) return new Map();
  const here = board.attendance().filter(({ session }) => session === now.session);
  return new Map(here.map(({ participant, lastSeen }) => [participant, lastSeen]));
}

function Removed({ session, removed }: { session: Session; removed: readonly Attendee[] }) {
  return (
    <details class="meeting-removed">
      <summary>{words.meeting.removedOnes(removed.length)}</summary>
      <ul class="people-list">
        {removed.map(({ id, name }) => (
          <li key={id}>
            <span class="person">
              <span class="person-name">
                <bdi>{name}</bdi>
              </span>
            </span>
            <button type="button" aria-label={words.meeting.letInAgainName(name)} onClick={() => session.govern((board) => board.remove(id, false))}>
              {words.meeting.letInAgain}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
