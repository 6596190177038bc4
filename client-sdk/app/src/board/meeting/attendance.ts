/** Who was here from when to when: as rows to read, and as a table for a spreadsheet. */
import type { Attendance, Attendee, Meeting, Role } from "@kakehashi/client";
import { words } from "../../words";
import { serverNow } from "./countdown";

export interface AttendanceRow {
  /** When the session began. */
  readonly session: number;
  readonly name: string;
  readonly role: Role | null;
  readonly entrance: Attendee["entrance"] | null;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Then `lastSeen` is this moment: the server notes it when they leave. */
  readonly hereNow: boolean;
  readonly connections: number;
  readonly outages: number;
  /** Milliseconds. */
  readonly away: number;
}

/** The latest session first, within it in the order in which they came. */
export function rowsOf(attendance: readonly Attendance[], meeting: Pick<Meeting, "me" | "participants" | "session" | "clockOffset">): readonly AttendanceRow[] {
  const known = new Map(meeting.participants.map((participant) => [participant.id, participant]));
  return attendance
    .map(({ participant, ...times }) => {
      const who = known.get(participant);
      // Nobody is told of their own connection.
      const linked = participant === meeting.me?.participant || (who?.links.length ?? 0) > 0;
      const hereNow = times.session === meeting.session && linked;
      const lastSeen = hereNow ? Math.max(times.lastSeen, serverNow(meeting)) : times.lastSeen;
      return { ...times, lastSeen, hereNow, name: who?.name ?? "", role: who?.role ?? null, entrance: who?.entrance ?? null };
    })
    .sort((a, b) => b.session - a.session || a.firstSeen - b.firstSeen);
}

/** `2026-04-01 08:55:02`, where the device is: spreadsheets of every language take it for a time. */
export function localTime(ms: number): string {
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** `0:03:20` */
export function lengthOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** What a spreadsheet would calculate instead of showing it, in narrow letters and in wide ones. */
const FORMULA = /^[\s\uFEFF]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** One cell. Whoever calls themselves `=1+1` is shown as that. */
export function cell(value: string): string {
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return `"${safe.replace(/"/g, '""')}"`;
}

/** Excel takes it for UTF-8 only with this in front. */
const BYTE_ORDER_MARK = "\uFEFF";

export function csvOf(rows: readonly AttendanceRow[]): string {
  const lines = rows.map((row) => [
    localTime(row.session),
    row.name,
    row.role === null ? "" : words.meeting.roles[row.role],
    row.entrance === null ? "" : words.talk.cameAs[row.entrance],
    localTime(row.firstSeen),
    localTime(row.lastSeen),
    String(row.connections),
    String(row.outages),
    lengthOf(row.away),
  ]);
  return BYTE_ORDER_MARK + [words.talk.attendanceColumns, ...lines].map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}
