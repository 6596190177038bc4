/** Beside a name in the list of people: whether they are in the call and heard; for those who lead the way to make them silent. */
import type { CallMember } from "@kakehashi/client";
import { useStore } from "../../state/store";
import { IconButton } from "../../ui/IconButton";
import { listed, words } from "../../words";
import type { Row } from "../meeting/rows";
import type { Session } from "../session";
import { callIcons } from "./icons";
import { isHeard, mayHush } from "./may";

export function PersonCall({ session, row }: { session: Session; row: Row }) {
  const { calling } = session;
  const members = useStore(calling.members);
  const state = useStore(calling.state);
  const meeting = useStore(session.meeting);
  const theirs = members.filter((member) => isOf(member, row));
  const [member] = theirs;
  if (member === undefined) return null;
  const heard = theirs.find(isHeard);
  if (heard !== undefined && state === "in" && mayHush(meeting, heard)) {
    return <IconButton class="person-call" label={words.call.hush(row.name)} icon={callIcons.microphone} onClick={() => calling.hush(heard)} />;
  }
  return (
    <span class="person-call" role="img" aria-label={heard === undefined ? listed([words.call.inCall, words.call.microphoneOff]) : words.call.inCall}>
      {heard === undefined ? callIcons.microphoneOff : callIcons.microphone}
    </span>
  );
}

/** One may be in the call with several devices. */
function isOf({ actor, own }: CallMember, { me, attendee, here }: Row): boolean {
  if (own) return me;
  return here.some((page) => page.actor === actor) || attendee?.links.some((link) => link.actor === actor) === true;
}

/** All others at once, above the list; only while there is somebody to be heard. */
export function HushAll({ session }: { session: Session }) {
  const { calling } = session;
  const members = useStore(calling.members);
  const state = useStore(calling.state);
  const meeting = useStore(session.meeting);
  if (state !== "in" || !members.some((member) => mayHush(meeting, member))) return null;
  return (
    <div class="hush-all">
      <button type="button" onClick={() => calling.hush()}>
        {callIcons.microphoneOff}
        {words.call.hushAll}
      </button>
    </div>
  );
}
