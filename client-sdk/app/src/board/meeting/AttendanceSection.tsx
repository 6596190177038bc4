/** For those who lead: who was here in each session, from when to when; and all of it as a file. */
import { useEffect, useState } from "preact/hooks";
import { dateOf, saveFile } from "../../out/save";
import { dayAndTime, timeOfDay } from "../../people/time";
import { useStore } from "../../state/store";
import { words } from "../../words";
import { type AttendanceRow, csvOf, lengthOf, rowsOf } from "./attendance";
import type { SectionProps } from "./sections";

/** Milliseconds between two looks: the server notes who is here only now and then. */
const LOOK = 2000;

export function AttendanceSection({ session }: SectionProps) {
  const { board } = session;
  const meeting = useStore(session.meeting);
  const [attendance, setAttendance] = useState(() => board.attendance());
  useEffect(() => {
    const timer = setInterval(() => setAttendance(board.attendance()), LOOK);
    return () => clearInterval(timer);
  }, [board]);
  const rows = rowsOf(attendance, meeting);
  const sessions = [...new Set(rows.map((row) => row.session))];
  if (rows.length === 0) return <p class="hint">{words.talk.nobodyAttended}</p>;

  const save = (): void => {
    const csv = csvOf(rowsOf(board.attendance(), session.meeting.get()));
    saveFile(new File([csv], `${words.talk.attendanceFile}-${dateOf(new Date())}.csv`, { type: "text/csv;charset=utf-8" }));
  };
  return (
    <>
      <button type="button" class="primary attendance-save" onClick={save}>
        {words.talk.saveAttendance}
      </button>
      {sessions.map((number) => (
        <section key={number} class="talk-group" aria-labelledby={`session-${number}`}>
          <h3 id={`session-${number}`}>{dayAndTime(number)}</h3>
          <ul class="attended">
            {rows.filter((row) => row.session === number).map((row, i) => (
              <Attended key={i} row={row} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Attended({ row }: { row: AttendanceRow }) {
  const notes = [
    row.hereNow ? words.talk.hereSince(timeOfDay(row.firstSeen)) : words.talk.fromTo(timeOfDay(row.firstSeen), timeOfDay(row.lastSeen)),
    words.talk.connections(row.connections),
    ...(row.outages > 0 ? [words.talk.outages(row.outages, lengthOf(row.away))] : []),
  ];
  return (
    <li>
      <bdi class="attended-name">{row.name === "" ? words.somebody : row.name}</bdi>
      <span class="hint">{notes.join(" · ")}</span>
    </li>
  );
}
