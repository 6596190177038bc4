/** While somebody's view is followed: a quiet frame around the board in their colour, whose view it is, and the way back. */
import type { ComponentChildren } from "preact";
import { useStore } from "../../state/store";
import { Avatar } from "../../ui/Avatar";
import { Named } from "../../ui/Named";
import { opaque } from "../../ui/on-color";
import { words } from "../../words";
import { SpotlightBar } from "../meeting/SpotlightBar";
import type { Session } from "../session";

export interface FollowBarProps {
  readonly session: Session;
  /** What else is said where nothing is covered by it. */
  readonly children: ComponentChildren;
}

export function FollowBar({ session, children }: FollowBarProps) {
  const leader = useStore(session.following.leader);
  const spot = useStore(session.spotlight.spot);
  return (
    <>
      {leader !== null && <div class="follow-frame" style={{ borderColor: opaque(leader.color) }} aria-hidden="true" />}
      <div class="follow-place">
        {children}
        {spot !== null && <SpotlightBar session={session} spot={spot} />}
        {leader !== null && leader.actor !== spot?.actor && (
          <div class="bar follow-bar">
            <Avatar name={leader.name} color={leader.color} />
            <span class="follow-words" role="status">
              <Named sentence={leader.here ? words.following : words.waitingFor} name={leader.name} />
            </span>
            <button type="button" aria-label={words.stopFollowing} data-tip={words.stopFollowing} data-key="Esc" onClick={() => session.following.stop()}>
              {words.stop}
            </button>
          </div>
        )}
      </div>
    </>
  );
}
