/** The words of the language that is spoken now. */
import { keepWord, keptWord } from "../state/kept";
import { type Store, store } from "../state/store";
import { en, ja, type Words } from "./table";

export type { Words } from "./table";
export type { ColorName, FigureName, HighlightName, LetterSizeName, NoteColorName, RubberSizeName, WidthName } from "./tools";
export type { FormatName } from "./out";
export type { LinkState } from "./meeting";

export type { OwnNotice } from "./notices";

export type Language = "en" | "ja";

export const tables: Readonly<Record<Language, Words>> = { en, ja };

const CHOICE = "language";

/** `?lang=` decides, then what was chosen here before, then the first of the browser's languages that there is a table for. */
export function chooseLanguage(query: string, chosen: string | null, preferred: readonly string[]): Language {
  const asked = new URLSearchParams(query).get("lang");
  for (const tag of [asked ?? "", chosen ?? "", ...preferred]) {
    const language = tag.toLowerCase().split("-")[0];
    if (language === "en" || language === "ja") return language;
  }
  return "en";
}

/** Whoever shows words for long listens to this and shows them again. */
export const language: Store<Language> = store<Language>(
  typeof location === "undefined" ? "en" : chooseLanguage(location.search, keptWord(CHOICE), navigator.languages),
);

/** As which dates and times of day are written. */
export function locale(): string {
  return language.get() === "ja" ? "ja-JP" : "en-GB";
}

/** Several words that are said of the same, one after the other. */
export function listed(said: readonly string[]): string {
  return said.join(language.get() === "ja" ? "、" : ", ");
}

/** Read it where it is used, not into a constant: {@link speak} puts another table here. */
export let words: Words = tables[language.get()];

/** Changes the language at once, and for the next time. */
export function speak(chosen: Language): void {
  words = tables[chosen];
  keepWord(CHOICE, chosen);
  const address = new URL(location.href);
  if (address.searchParams.has("lang")) {
    address.searchParams.set("lang", chosen);
    history.replaceState(history.state, "", address);
  }
  language.set(chosen);
}
