/** Puts the theme on the page: as it is set here, and where nothing is set, as the system has it. */
import { type Store, store } from "./store";
import { type Settings, settings } from "./settings";

export interface Appearance {
  readonly theme: "light" | "dark";
  readonly contrast: "normal" | "more";
  readonly motion: "full" | "less";
}

const QUERIES = {
  dark: "(prefers-color-scheme: dark)",
  contrast: "(prefers-contrast: more)",
  still: "(prefers-reduced-motion: reduce)",
} as const;

export interface System {
  readonly dark: boolean;
  readonly contrast: boolean;
  readonly still: boolean;
}

export function appearanceOf(chosen: Settings, system: System): Appearance {
  return {
    theme: chosen.theme === "system" ? (system.dark ? "dark" : "light") : chosen.theme,
    contrast: chosen.contrast === "more" || system.contrast ? "more" : "normal",
    motion: chosen.motion === "less" || system.still ? "less" : "full",
  };
}

/** How the page looks now. */
export const appearance: Store<Appearance> = store<Appearance>({ theme: "light", contrast: "normal", motion: "full" });

/** Once, before the first screen is shown. */
export function keepAppearance(): void {
  const dark = window.matchMedia(QUERIES.dark);
  const contrast = window.matchMedia(QUERIES.contrast);
  const still = window.matchMedia(QUERIES.still);
  const apply = (): void => {
    const now = appearanceOf(settings.get(), { dark: dark.matches, contrast: contrast.matches, still: still.matches });
    const { dataset } = document.documentElement;
    dataset["theme"] = now.theme;
    if (now.contrast === "more") dataset["contrast"] = "more";
    else delete dataset["contrast"];
    if (now.motion === "less") dataset["motion"] = "less";
    else delete dataset["motion"];
    const ground = getComputedStyle(document.documentElement).getPropertyValue("--ground").trim();
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", ground);
    appearance.set(now);
  };
  for (const query of [dark, contrast, still]) query.addEventListener("change", apply);
  settings.on(apply);
  apply();
}
