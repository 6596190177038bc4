/** The signs that were just given, with the names of those who gave them. They let every press through. */
import { useRef } from "preact/hooks";
import { useStore } from "../../state/store";
import { words } from "../../words";
import type { Session } from "../session";
import { serverNow } from "./countdown";
import { Gathering, NAMES_SHOWN } from "./gathering";
import { SIGNS } from "./signs";
import { useTick } from "./use-tick";

export function SignsShown({ session }: { session: Session }) {
  const meeting = useStore(session.meeting);
  const gathering = useRef(new Gathering());
  const now = serverNow(meeting);
  const own = useStore(session.ownSign);
  gathering.current.look(meeting, now);
  const name = meeting.participants.find(({ id }) => id === meeting.me?.participant)?.name ?? "";
  if (own !== null) gathering.current.note(session.board.actor, name, own, now);
  const shown = gathering.current.shown(now);
  useTick(gathering.current.next(now));
  return (
    <div class="signs-shown" role="log" aria-label={words.talk.signsTitle}>
      {shown.map(({ sign, names }) => (
        <p key={sign} class="bar sign-shown">
          {SIGNS[sign]}
          <span class="unseen">{words.talk.signs[sign]}</span>
          <span class="sign-names">
            {names.slice(0, NAMES_SHOWN).map((name, i) => (
              <>
                {i > 0 && " · "}
                <bdi>{name}</bdi>
              </>
            ))}
          </span>
          {names.length > NAMES_SHOWN && <span class="sign-more">+{names.length - NAMES_SHOWN}</span>}
        </p>
      ))}
    </div>
  );
}
