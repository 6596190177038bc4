/** When a board was last open, as one would say it. */
import { locale, words } from "../words";

export function whenOf(ms: number, now = new Date()): string {
  const then = new Date(ms);
  const time = new Intl.DateTimeFormat(locale(), { hour: "numeric", minute: "2-digit" }).format(then);
  const days = Math.round((midnight(now) - midnight(then)) / 86_400_000);
  if (days === 0) return words.todayAt(time);
  if (days === 1) return words.yesterdayAt(time);
  return dayOf(ms, now);
}

/** The day; with its year if that is another one. */
export function dayOf(ms: number, now = new Date()): string {
  const then = new Date(ms);
  const year: Intl.DateTimeFormatOptions = then.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return new Intl.DateTimeFormat(locale(), { ...year, month: "short", day: "numeric" }).format(then);
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
