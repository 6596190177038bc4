/** Who sees the page that is shown, as long as that is not everybody. */
import { isOwn, ownerOf } from "../../pages/own";
import { useStore } from "../../state/store";
import { Named } from "../../ui/Named";
import { words } from "../../words";
import { icons } from "../icons";
import type { Session } from "../session";

export function OwnPageWord({ session }: { session: Session }) {
  const page = useStore(session.page);
  const meeting = useStore(session.meeting);
  const entry = useStore(session.deskPages).find(({ id }) => id === page);
  if (entry === undefined) return null;
  return (
    <p class="bar session-word own-page-word" role="status">
      {icons.lock}
      <span>{isOwn(meeting, entry) ? words.ownPages.onlyYou : <Named sentence={words.ownPages.onlyThey} name={ownerOf(meeting, entry)} />}</span>
    </p>
  );
}
