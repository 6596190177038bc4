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
  const page = useStore(session.page);
  const unseen = useStore(session.deskPages).some(({ id }) => id === page);
  const show = (actor: string | null): void => void session.govern((open) => open.setSpotlight(actor));
  return (
    <section class="talk-group" aria-labelledby="spotlight-settings">
      <h3 id="spotlight-settings">{words.talk.oneView}</h3>
      <p class="hint">
        {own ? words.talk.yourViewIsShown : spotlight === null ? words.talk.oneViewHint : spot === null ? words.talk.viewOfNobody : <Named sentence={words.talk.viewOf} name={spot.name} />}
      </p>
      {unseen && <p class="hint">{words.ownPages.notForAll}</p>}
      <div class="talk-acts">
        {/* One button in one place, so that it keeps the focus. */}
        <button type="button" class={spotlight === null ? "primary" : ""} disabled={unseen && !own} onClick={() => show(own ? null : board.actor)}>
          {own ? words.talk.letAllGo : words.talk.takeAllToMyView}
        </button>
        {spotlight !== null && !own && (
          <button type="button" onClick={() => show(null)}>
            {words.talk.letAllGo}
          </button>
        )}
      </div>
    </section>
  );
}
