/** What this device was set to. The language is kept beside it, by words/index.ts; the name by identity.ts. */
import { keyOf, parsed } from "./kept";
import { type Allowed, allowedParts, remembered } from "./remembered";
import type { Store } from "./store";

const NAME = "settings";

/** Where it can be `system`, the device decides as long as nobody chose here. */
export interface Settings {
  readonly theme: "system" | "light" | "dark";
  readonly contrast: "system" | "more";
  readonly motion: "system" | "less";
  /** Which hand writes: the tools stand on the other side of it. */
  readonly hand: "right" | "left";
}

export const USUAL: Settings = { theme: "system", contrast: "system", motion: "system", hand: "right" };

const ALLOWED: Allowed<Settings> = {
  theme: ["system", "light", "dark"],
  contrast: ["system", "more"],
  motion: ["system", "less"],
  hand: ["right", "left"],
};

export const settings: Store<Settings> = remembered(NAME, USUAL, ALLOWED);

/** Takes effect at once, and for the next time. */
export function change<Name extends keyof Settings>(name: Name, value: Settings[Name]): void {
  settings.set({ ...settings.get(), [name]: value });
}

/** What was kept, as far as it can still be understood. */
export function readSettings(kept: string | null): Settings {
  return allowedParts(parsed(kept), USUAL, ALLOWED);
}

// What is changed in one tab holds in the others as well.
if (typeof window !== "undefined") {
  window.addEventListener("storage", (event) => {
    if (event.key === keyOf(NAME)) settings.set(readSettings(event.newValue));
  });
}
