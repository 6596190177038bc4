/** One date of a session: when and where it is, the way onto its board, and below it what one does about it. */
import { useState } from "preact/hooks";
import { copyText } from "../../board/clipboard";
import { icons } from "../../board/icons";
import { boardPath } from "../../route";
import { clockTime, clockTimes, type Occurrence, standingOf } from "../../state/timetable";
import { Dialog } from "../../ui/Dialog";
import { Field } from "../../ui/Field";
import { StandingSign } from "../../ui/StandingSign";
import { say } from "../../ui/Toasts";
import { Way } from "../../ui/Way";
import { words } from "../../words";
import { Problem } from "../Problem";
import { ask, sentenceOf } from "../requests";
import { Submit } from "../Submit";
import { type SessionInfo, zoneHere } from "./session";
import { SessionForm } from "./SessionForm";

type Shown = "nothing" | "more" | "move" | "remove";

export interface OccurrenceItemProps {
  readonly one: Occurrence;
  readonly day: string;
  readonly changed: () => void;
}

export function OccurrenceItem({ one, day, changed }: OccurrenceItemProps) {
  const [shown, setShown] = useState<Shown>("nothing");
  const [changing, setChanging] = useState<SessionInfo | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const { session, date, title, board, cancelled, moved, weekly, rooms, owner, zone, local_start, starts_ms } = one;
  const standing = standingOf(one, Date.now());
  const close = (): void => setShown("nothing");
  const act = (request: Promise<unknown>): void => {
    setRefused(null);
    request.then(
      () => {
        close();
        changed();
      },
      (error: unknown) => setRefused(sentenceOf(error)),
    );
  };
  const onDate = `timetable/${session}/dates/${date}`;
  const edit = (): void => {
    ask<SessionInfo>("GET", `timetable/${session}`).then(setChanging, (error: unknown) => setRefused(sentenceOf(error)));
  };
  return (
    <li class="week-item" data-standing={standing}>
      <div class="people-row">
        <p class="week-time">{clockTimes(one)}</p>
        <div class="people-who">
          <p class="people-name">
            {title} <StandingSign standing={standing} />
          </p>
          <p class="hint">
            {[
              ...(cancelled ? [words.wasCancelled] : moved ? [words.wasMoved] : []),
              ...(weekly ? [words.weekly] : []),
              ...(local_start === clockTime(starts_ms) ? [] : [words.localTime(local_start, zone)]),
              owner,
              ...rooms.map(({ site, room }) => words.placeOf(site, room)),
            ].join(" · ")}
          </p>
        </div>
        <div class="people-acts">
          {!cancelled && (
            <Way to={boardPath(board)} look={standing === "live" ? "button primary" : "button"}>
              <span aria-hidden="true">{words.open}</span>
              <span class="unseen">{words.openNow(title)}</span>
            </Way>
          )}
          <button
            type="button"
            class="icon-button"
            aria-label={words.moreAbout(title, day)}
            aria-expanded={shown !== "nothing"}
            onClick={() => setShown(shown === "nothing" ? "more" : "nothing")}
          >
            {icons.more}
          </button>
        </div>
      </div>
      <Problem sentence={refused} />
      {shown === "more" && (
        <div class="people-acts week-more">
          <button type="button" onClick={edit}>
            {words.changeSession}
          </button>
          {cancelled || moved ? (
            <button type="button" onClick={() => act(ask("DELETE", onDate))}>
              {words.restoreDate}
            </button>
          ) : (
            <button type="button" onClick={() => setShown("move")}>
              {words.moveDate}
            </button>
          )}
          {!cancelled && (
            <button type="button" onClick={() => act(ask("PUT", onDate, {}))}>
              {words.cancelDate}
            </button>
          )}
          <button type="button" onClick={() => void copyText(`${location.origin}/b/${board}`).then((done) => say(done ? words.linkCopied : words.copyFailed))}>
            {words.copyLink}
          </button>
          <a class="button" href={`/api/v1/timetable/${session}/calendar.ics`} download={`session-${session}.ics`}>
            {words.toCalendar}
          </a>
          <button type="button" class="danger" aria-haspopup="dialog" onClick={() => setShown("remove")}>
            {words.removeSession}
          </button>
        </div>
      )}
      {shown === "move" && <MoveForm one={one} close={close} move={(to) => ask<undefined>("PUT", onDate, to).then(() => (close(), changed()))} />}
      {shown === "remove" && (
        <Dialog
          title={words.removeSessionTitle(title)}
          onClose={close}
          actions={
            <>
              <button type="button" data-first="" onClick={close}>
                {words.cancel}
              </button>
              <button type="button" class="danger" onClick={() => act(ask("DELETE", `timetable/${session}`))}>
                {words.removeSession}
              </button>
            </>
          }
        >
          <p>{words.removeSessionText}</p>
        </Dialog>
      )}
      {changing !== null && (
        <SessionForm
          session={changing}
          close={() => setChanging(null)}
          saved={() => {
            setChanging(null);
            close();
            changed();
          }}
        />
      )}
    </li>
  );
}

interface MoveFormProps {
  readonly one: Occurrence;
  readonly close: () => void;
  readonly move: (to: { date: string; start: string }) => Promise<void>;
}

function MoveForm({ one, close, move }: MoveFormProps) {
  const [date, setDate] = useState(one.local_date);
  const [start, setStart] = useState(one.local_start);
  return (
    <Submit label={words.moveDate} send={() => move({ date, start })} cancel={close}>
      <div class="week-fields">
        <Field label={words.dateOnly} kind="date" value={date} onInput={setDate} />
        <Field label={words.startsAt} kind="time" value={start} onInput={setStart} />
      </div>
      {one.zone !== zoneHere() && <p class="hint">{words.clockOf(one.zone)}</p>}
    </Submit>
  );
}
