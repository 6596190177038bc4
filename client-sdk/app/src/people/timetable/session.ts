/** A session as the server keeps it: local dates and times in a time zone. */
import type { Room } from "../../state/timetable";

export interface SessionInfo {
  readonly session: number;
  readonly title: string;
  readonly date: string;
  readonly start: string;
  readonly minutes: number;
  readonly zone: string;
  readonly until: string | null;
  readonly rooms: readonly Room[];
}

/** A board that belongs to who asks. */
export interface OwnBoard {
  readonly board: string;
  readonly code: string;
}

/** The date here as date fields have it. */
export function dateHere(ms: number): string {
  const day = new Date(ms);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}
