/** A moment as it is read on these screens. */
import { locale } from "../words";

export function dayAndTime(ms: number): string {
  return format(ms, { dateStyle: "medium", timeStyle: "short" });
}

export function timeOfDay(ms: number): string {
  return format(ms, { timeStyle: "short" });
}

function format(ms: number, style: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), style).format(ms);
}
