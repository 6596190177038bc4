/** A moment as it is read on these screens. */
import { language } from "../words";

export function dayAndTime(ms: number): string {
  return new Intl.DateTimeFormat(language.get() === "ja" ? "ja-JP" : "en-GB", { dateStyle: "medium", timeStyle: "short" }).format(ms);
}
