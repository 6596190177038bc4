/** The words of the language that this page load speaks. */
import { en } from "./en";
import { ja } from "./ja";
import type { Words } from "./table";

export type { ColorName, WidthName, Words } from "./table";

export type Language = "en" | "ja";

export const tables: Readonly<Record<Language, Words>> = { en, ja };

/** `?lang=` decides, then the first of the browser's languages that there is a table for. */
export function chooseLanguage(query: string, preferred: readonly string[]): Language {
  const asked = new URLSearchParams(query).get("lang");
  for (const tag of [asked ?? "", ...preferred]) {
    const language = tag.toLowerCase().split("-")[0];
    if (language === "en" || language === "ja") return language;
  }
  return "en";
}

export const language: Language =
  typeof location === "undefined" ? "en" : chooseLanguage(location.search, navigator.languages);

export const words: Words = tables[language];
