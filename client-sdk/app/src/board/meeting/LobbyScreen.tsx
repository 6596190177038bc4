/** Whoever waits to be let in: nothing is wrong, nothing has to be done, and one may go. */
import { PlainScreen } from "../PlainScreen";
import { words } from "../../words";

export function LobbyScreen({ leave }: { leave: () => void }) {
  return (
    <PlainScreen title={words.meeting.lobbyTitle} sentence={words.meeting.lobbyText} role="status">
      <button type="button" onClick={leave}>
        {words.meeting.leave}
      </button>
    </PlainScreen>
  );
}
