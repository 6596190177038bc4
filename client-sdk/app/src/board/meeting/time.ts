/** Times of the meeting as they are read. */
import { language } from "../../words";

/** The time of day, as a clock here shows it. */
export function clockTime(at: number): string {
  return new Intl.DateTimeFormat(language.get(), { hour: "2-digit", minute: "2-digit" }).format(at);
}
