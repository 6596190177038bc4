/** Those who wait to be let in, one by one or all at once. */
import type { Waiting } from "@kakehashi/client";
import { words } from "../../words";
import { IconButton } from "../../ui/IconButton";
import { icons } from "../icons";
import type { Session } from "../session";

export function Lobby({ session, waiting }: { session: Session; waiting: readonly Waiting[] }) {
  const decide = (those: readonly Waiting[], on: boolean): boolean => session.govern((board) => those.forEach(({ id }) => board.admit(id, on)));
  return (
    <section class="meeting-lobby" aria-label={words.meeting.waitingOnes}>
      <h3>{words.meeting.waitingOnes}</h3>
      <ul class="people-list">
        {waiting.map((one) => (
          <li key={one.id}>
            <span class="person">
              <span class="person-name">
                <bdi>{one.name}</bdi>
              </span>
              <span class="person-notes">{words.meeting.roles[one.role]}</span>
            </span>
            <button type="button" class="primary" aria-label={words.meeting.admitName(one.name)} onClick={() => decide([one], true)}>
              {words.meeting.admit}
            </button>
            <IconButton label={words.meeting.turnAwayName(one.name)} icon={icons.close} onClick={() => decide([one], false)} />
          </li>
        ))}
      </ul>
      {waiting.length > 1 && (
        <div class="meeting-acts">
          <button type="button" onClick={() => decide(waiting, true)}>
            {words.meeting.admitAll}
          </button>
          <button type="button" onClick={() => decide(waiting, false)}>
            {words.meeting.turnAllAway}
          </button>
        </div>
      )}
    </section>
  );
}
