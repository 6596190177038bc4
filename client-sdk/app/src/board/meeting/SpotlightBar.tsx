/** While all are taken to one view: whose it is, and the way to look around and back. Whoever leads sees that they do. */
import { Avatar } from "../../ui/Avatar";
import { Named } from "../../ui/Named";
import { words } from "../../words";
import type { Session } from "../session";
import type { Spot } from "./spotlight";

export function SpotlightBar({ session, spot }: { session: Session; spot: Spot }) {
  const { spotlight } = session;
  if (spot.state === "own") {
    return (
      <div class="bar follow-bar spotlight-bar">
        <span class="follow-words" role="status">
          {words.talk.yourViewIsShown}
        </span>
        <button type="button" onClick={() => session.govern((board) => board.setSpotlight(null))}>
          {words.talk.letAllGo}
        </button>
      </div>
    );
  }
  const away = spot.state === "away";
  return (
    <div class="bar follow-bar spotlight-bar">
      <Avatar name={spot.name} color={spot.color} />
      <span class="follow-words" role="status">
        {away ? words.talk.youLookAround : <Named sentence={spot.state === "waits" ? words.waitingFor : words.talk.viewOf} name={spot.name} />}
      </span>
      {!away ? (
        <button type="button" data-tip={words.talk.lookAround} data-key="Esc" onClick={() => spotlight.lookAround()}>
          {words.talk.lookAround}
        </button>
      ) : (
        <button type="button" class="primary" onClick={() => spotlight.comeBack()}>
          <span class="spotlight-back">
            <Named sentence={words.talk.backTo} name={spot.name} />
          </span>
        </button>
      )}
    </div>
  );
}
