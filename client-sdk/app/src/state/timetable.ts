/** Dates of scheduled sessions, as the server tells them, and how they are read. */
import { locale } from "../words";

export interface Room {
  readonly site: string;
  readonly room: string;
}

/** One date of a session. */
export interface Occurrence {
  readonly session: number;
  /** The date that it has by its series, by which it is cancelled, moved and restored. */
  readonly date: string;
  readonly title: string;
  readonly board: string;
  readonly code: string;
  /** The name of who has scheduled it. */
  readonly owner: string;
  readonly rooms: readonly Room[];
  readonly weekly: boolean;
  readonly cancelled: boolean;
  readonly moved: boolean;
  /** Whether a session is on on its board, in its time, with somebody there. */
  readonly live: boolean;
  /** Where it is planned, and when it begins on a clock there: by this it is moved. */
  readonly zone: string;
  readonly local_date: string;
  readonly local_start: string;
  readonly starts_ms: number;
  readonly ends_ms: number;
  /** From when on its rooms' panels are assistants on the board, and until when. */
  readonly opens_ms: number;
  readonly closes_ms: number;
}

/** What is said of a date beside its times. */
export type Standing = "planned" | "live" | "ended" | "cancelled";

/** One that runs late is live as long as somebody meets. */
export function standingOf({ cancelled, live, ends_ms }: Pick<Occurrence, "cancelled" | "live" | "ends_ms">, now: number): Standing {
  if (cancelled) return "cancelled";
  if (live) return "live";
  return ends_ms <= now ? "ended" : "planned";
}

/** From when to when, as read on a clock here. */
export function clockTimes({ starts_ms, ends_ms }: Pick<Occurrence, "starts_ms" | "ends_ms">): string {
  return `${clockTime(starts_ms)}–${clockTime(ends_ms)}`;
}

export function clockTime(ms: number): string {
  return new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
}

/** A day's first moment here, milliseconds since 1970; `days`: so many days later. */
export function dayStart(ms: number, days = 0): number {
  const day = new Date(ms);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
}
