/** Planning a session, or changing one: what it is called, when it is, on which board and in which rooms. */
import { useEffect, useState } from "preact/hooks";
import { titleOf } from "../../door/RecentCard";
import { loadRecent, recent } from "../../state/recent";
import { useStore } from "../../state/store";
import type { Room } from "../../state/timetable";
import { Field } from "../../ui/Field";
import { Segmented } from "../../ui/Segmented";
import { Switch } from "../../ui/Switch";
import { words } from "../../words";
import { NAME_LETTERS_MAX } from "../panels/PlaceFields";
import { ask, type PanelRow } from "../requests";
import { Submit } from "../Submit";
import { useAsked } from "../use-asked";
import { dateHere, type OwnBoard, type SessionInfo, zoneHere } from "./session";

const askPanels = () => ask<readonly PanelRow[]>("GET", "panels");
const askBoards = () => ask<readonly OwnBoard[]>("GET", "me/boards");

type Often = "once" | "weekly";
type Which = "new" | "own";

export interface SessionFormProps {
  /** The one that is changed; null for a new one. */
  readonly session: SessionInfo | null;
  readonly close: () => void;
  readonly saved: (title: string) => void;
}

export function SessionForm({ session, close, saved }: SessionFormProps) {
  const { value: panels } = useAsked(askPanels);
  const { value: boards } = useAsked(askBoards);
  const known = useStore(recent);
  const [title, setTitle] = useState(session?.title ?? "");
  const [often, setOften] = useState<Often>(session === null || session.until === null ? "once" : "weekly");
  const [date, setDate] = useState(session?.date ?? dateHere(Date.now()));
  const [until, setUntil] = useState(session?.until ?? "");
  const [start, setStart] = useState(session?.start ?? "09:00");
  const [minutes, setMinutes] = useState(String(session?.minutes ?? 50));
  const [zone, setZone] = useState(session?.zone ?? zoneHere());
  const [rooms, setRooms] = useState<readonly Room[]>(session?.rooms ?? []);
  const [which, setWhich] = useState<Which>("new");
  const [board, setBoard] = useState("");
  useEffect(() => void loadRecent(), []);

  const choices = roomsOf(panels ?? [], session?.rooms ?? []);
  const own = boards ?? [];
  const send = async (): Promise<void> => {
    const order = { title, date, start, minutes: Number(minutes) || 0, zone, until: often === "weekly" ? until : null, rooms };
    if (session === null) await ask("POST", "timetable", which === "own" ? { ...order, board: board || (own[0]?.board ?? "") } : order);
    else await ask("PUT", `timetable/${session.session}`, order);
    saved(title);
  };
  return (
    <Submit label={session === null ? words.addSession : words.save} send={send} cancel={close}>
      <Field label={words.sessionTitle} value={title} maxLength={NAME_LETTERS_MAX} onInput={setTitle} />
      <Segmented
        label={words.howOften}
        segments={[
          { value: "once", name: words.once },
          { value: "weekly", name: words.everyWeek },
        ]}
        value={often}
        onChange={setOften}
      />
      <div class="week-fields">
        <Field label={often === "weekly" ? words.firstDate : words.dateOnly} kind="date" value={date} onInput={setDate} />
        {often === "weekly" && <Field label={words.lastDate} kind="date" value={until} onInput={setUntil} />}
        <Field label={words.startsAt} kind="time" value={start} onInput={setStart} />
        <Field label={words.minutesLong} inputMode="numeric" maxLength={3} value={minutes} onInput={setMinutes} />
      </div>
      <Field label={words.timeZone} hint={words.timeZoneHint} value={zone} onInput={setZone} />
      {session === null && own.length > 0 && (
        <Segmented
          label={words.boardOfSession}
          segments={[
            { value: "new", name: words.newBoard },
            { value: "own", name: words.ownBoard },
          ]}
          value={which}
          onChange={setWhich}
        />
      )}
      {session === null && which === "own" && (
        <div class="field-block">
          <label for="session-board">{words.whichBoard}</label>
          <select id="session-board" class="field" value={board} onChange={(event) => setBoard(event.currentTarget.value)}>
            {own.map((one) => {
              const entry = known?.find((other) => other.board === one.board);
              return (
                <option key={one.board} value={one.board}>
                  {entry === undefined ? one.code : `${titleOf(entry)} (${one.code})`}
                </option>
              );
            })}
          </select>
        </div>
      )}
      <fieldset class="field-block">
        <legend class="field-name">{words.roomsOfSession}</legend>
        <p class="hint">{choices.length === 0 ? words.noRooms : words.roomsHint}</p>
        {choices.map((room) => {
          const on = rooms.some((other) => isSame(other, room));
          return (
            <Switch
              key={`${room.site} ${room.room}`}
              label={words.placeOf(room.site, room.room)}
              on={on}
              onChange={() => setRooms(on ? rooms.filter((other) => !isSame(other, room)) : [...rooms, room])}
            />
          );
        })}
      </fieldset>
    </Submit>
  );
}

function isSame(one: Room, other: Room): boolean {
  return one.site === other.site && one.room === other.room;
}

/** Rooms that have a panel, and those that the session has. */
function roomsOf(panels: readonly PanelRow[], before: readonly Room[]): readonly Room[] {
  const all = [...panels, ...before].map(({ site, room }) => ({ site, room }));
  return all.filter((room, place) => all.findIndex((other) => isSame(other, room)) === place);
}
