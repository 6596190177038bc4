/** One panel: how it is, and below it what one does about it. */
import { useState } from "preact/hooks";
import { appVersion } from "../../kiosk/about";
import { Ask } from "../../ui/Ask";
import { words } from "../../words";
import { Problem } from "../Problem";
import { type Account, ask, type PanelRow, sentenceOf } from "../requests";
import { Submit } from "../Submit";
import { dayAndTime } from "../time";
import { BegunBoards } from "./BegunBoards";
import { PlaceFields } from "./PlaceFields";

/** Milliseconds up to which a round trip is not felt, and up to which one writes together without waiting. */
const GOOD = 150;
const SLOW = 600;

type Shown = "nothing" | "place" | "boards" | "revoke";

export interface PanelItemProps {
  readonly row: PanelRow;
  readonly me: Account;
  readonly changed: () => void;
}

export function PanelItem({ row, me, changed }: PanelItemProps) {
  const [shown, setShown] = useState<Shown>("nothing");
  const [refused, setRefused] = useState<string | null>(null);
  const toggle = (what: Shown): void => setShown(shown === what ? "nothing" : what);
  const close = (): void => setShown("nothing");
  const revoke = (): void => {
    ask<undefined>("DELETE", `panels/${row.panel}`).then(changed, (error: unknown) => setRefused(sentenceOf(error)));
  };
  return (
    <li class="panel-item">
      <div class="people-row">
        <div class="people-who">
          <p class="people-name">{row.name}</p>
          <p>{row.room}</p>
          <p class="panel-state" data-online={row.online ? "" : undefined}>
            {row.online ? words.online : row.seen_ms === null ? words.neverSeen : words.lastSeen(dayAndTime(row.seen_ms))}
          </p>
          {row.online && <p>{linkOf(row).join(" · ")}</p>}
          <p class="hint">
            {row.browser} · {row.version === appVersion() ? words.newestApp : words.otherApp(row.version)}
          </p>
          <p class="hint">{words.approvedBy(row.paired_by, dayAndTime(row.paired_ms))}</p>
        </div>
        <div class="people-acts">
          <button type="button" aria-expanded={shown === "boards"} onClick={() => toggle("boards")}>
            {words.begunHere}
          </button>
          <button type="button" aria-expanded={shown === "place"} onClick={() => toggle("place")}>
            {words.renameOrMove}
          </button>
          {(me.administrator || me.login === row.paired_by) && (
            <button type="button" class="danger" aria-haspopup="dialog" onClick={() => setShown("revoke")}>
              {words.revoke}
            </button>
          )}
        </div>
      </div>
      <Problem sentence={refused} />
      {shown === "place" && <PlaceForm row={row} close={close} changed={changed} />}
      {shown === "boards" && <BegunBoards panel={row.panel} administrator={me.administrator} />}
      {shown === "revoke" && (
        <Ask
          title={words.revokePanel(row.name)}
          text={words.revokePanelText}
          yes={words.revoke}
          no={words.cancel}
          danger
          onYes={revoke}
          onClose={close}
        />
      )}
    </li>
  );
}

function PlaceForm({ row, close, changed }: { row: PanelRow; close: () => void; changed: () => void }) {
  const [place, setPlace] = useState({ name: row.name, site: row.site, room: row.room });
  const save = async (): Promise<void> => {
    await ask<undefined>("PATCH", `panels/${row.panel}`, place);
    close();
    changed();
  };
  return (
    <Submit label={words.save} send={save} cancel={close}>
      <PlaceFields place={place} change={setPlace} />
    </Submit>
  );
}

/** True only while it is online. */
function linkOf({ round_trip_ms: trip, unsent }: PanelRow): string[] {
  const link = trip === null ? [] : [words.linkThere(trip <= GOOD ? "good" : trip <= SLOW ? "slow" : "bad", trip)];
  return unsent === null ? link : [...link, words.unsentThere(unsent)];
}
