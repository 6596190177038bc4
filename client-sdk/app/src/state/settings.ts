/** What this device was set to. The language is kept beside it, by words/index.ts; the name by identity.ts. */
import { type Store, store } from "./store";

const KEY = "kakehashi.settings";

/** What each setting can be; the first is what it is before anybody chose. */
export const CHOICES = {
  theme: ["system", "light", "dark"],
  contrast: ["system", "more"],
  motion: ["system", "less"],
  /** Which hand writes: the tools stand on the other side of it. */
  hand: ["right", "left"],
} as const;

type SettingName = keyof typeof CHOICES;

export type Settings = { readonly [Name in SettingName]: (typeof CHOICES)[Name][number] };

export const settings: Store<Settings> = store<Settings>(readSettings(stored()));

/** Takes effect at once, and for the next time. */
export function change<Name extends SettingName>(name: Name, value: Settings[Name]): void {
  settings.set({ ...settings.get(), [name]: value });
  try {
    localStorage.setItem(KEY, JSON.stringify(settings.get()));
  } catch {
    // Storage may be forbidden; then it lasts as long as the page.
  }
}

/** What was kept, as far as it can still be understood. */
export function readSettings(kept: string | null): Settings {
  let found: unknown = null;
  try {
    found = kept === null ? null : JSON.parse(kept);
  } catch {
    // As if nothing had been kept.
  }
  const read = (name: SettingName): string => {
    const choices: readonly string[] = CHOICES[name];
    const value: unknown = typeof found === "object" && found !== null ? Reflect.get(found, name) : undefined;
    return typeof value === "string" && choices.includes(value) ? value : CHOICES[name][0];
  };
  const names = Object.keys(CHOICES) as SettingName[];
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Settings;
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

// What is changed in one tab holds in the others as well.
if (typeof window !== "undefined") {
  window.addEventListener("storage", (event) => {
    if (event.key === KEY) settings.set(readSettings(event.newValue));
  });
}
