/** For those who lead: takes all to one's own view, and lets them go. */
import { useStore } from "../../state/store";
import { words } from "../../words";
import { Named } from "../../ui/Named";
import type { Session } from "../session";

export function SpotlightSettings({ session }: { session: Session }) {
  const { board } = session;
  const spot = useStore(session.spotlight.spot);
  const { spotlight } = useStore(session.meeting);
  const own = spotlight === board.actor;
  return (
    <section class="talk-group" aria-labelledby="spotlight-settings">
      <h3 id="spotlight-settings">{words.talk.oneView}</h3>
      <p class="hint">
        {own ? words.talk.yourViewIsShown : spotlight === null ? words.talk.oneViewHint : spot === null ? words.talk.viewOfNobody : <Named sentence={words.talk.viewOf} name={spot.name} />}
      </p>
      <div class="talk-acts">
        {!own && (
          <button type="button" class={spotlight === null ? "primary" : ""} onClick={() => session.govern((open) => open.setSpotlight(board.actor))}>
            {words.talk.takeAllToMyView}
          </button>
        )}
        {spotlight !== null && (
          <button type="button" onClick={() => session.govern((open) => open.setSpotlight(null))}>
            {words.talk.letAllGo}
          </button>
        )}
      </div>
    </section>
  );
}
