/** The boards that were open on this panel today, the last ones first; before there are any, and on a panel that was approved, a quiet picture. */
import { showCode } from "../door/code";
import { Bridge } from "../door/Bridge";
import { Thumbnail } from "../door/Thumbnail";
import { isToday, whenOf } from "../door/when";
import { recent } from "../state/recent";
import { useStore } from "../state/store";
import { words } from "../words";
import type { PanelBoard } from "./panel";
import { useWipe } from "./wipe";

/** As many as stand side by side. */
const SHOWN = 4;

export function TodaysBoards({ open }: { open: (board: PanelBoard) => void }) {
  const wiped = useWipe();
  const today = (useStore(recent) ?? []).flatMap((entry) => (entry.code !== null && isToday(entry.opened) ? [{ entry, code: entry.code }] : []));
  if (wiped || today.length === 0) return <Bridge />;
  return (
    <section class="todays" aria-labelledby="todays-title">
      <h2 id="todays-title">{words.todayHere}</h2>
      <ul>
        {today.slice(0, SHOWN).map(({ entry, code }) => (
          <li key={entry.board}>
            <button type="button" class="todays-board" onClick={() => open({ board: entry.board, code })}>
              <Thumbnail picture={entry.picture} />
              <span class="recent-title">{entry.name ?? entry.heading ?? whenOf(entry.opened)}</span>
              {(entry.name ?? entry.heading) !== null && <span class="recent-when">{whenOf(entry.opened)}</span>}
              <span class="recent-when">{showCode(code)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
