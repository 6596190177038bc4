/** Screens of a call as pictures to be looked at, in both languages, light and dark, where KAKEHASHI_SCREENS names a folder. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { smaller, WIDEST } from "./lesson-pictures";

const FOLDER = process.env["KAKEHASHI_SCREENS"];
/** Whether anybody looks. */
export const HERE = FOLDER !== undefined;
const LANGUAGES = [
  ["en", "English"],
  ["ja", "日本語"],
] as const;

export class CallPictures {
  constructor(private readonly screens: Readonly<Record<string, Page>>) {}

  /** `only`: those of the screens that have changed. */
  async take(state: string, only: readonly string[] = Object.keys(this.screens)): Promise<void> {
    if (FOLDER === undefined) return;
    mkdirSync(FOLDER, { recursive: true });
    for (const name of only) {
      const page = this.screens[name];
      if (page === undefined) continue;
      // What lies over the board stays there, so the language is changed only where nothing does.
      const covered = (await page.locator('[aria-modal="true"]').count()) > 0;
      for (const [code, language] of covered ? LANGUAGES.slice(0, 1) : LANGUAGES) {
        if (!covered) await speak(page, language);
        for (const theme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
          const path = join(FOLDER, `call-${state}-${name}-${code}-${theme}.png`);
          const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
          if (width > WIDEST) {
            // A wall is painted piece by piece; the first look has all of them painted.
            await smaller(page, { width, height, scale: WIDEST / width });
            writeFileSync(path, await smaller(page, { width, height, scale: WIDEST / width }));
          } else await page.screenshot({ path, animations: "disabled" });
        }
      }
      if (!covered) await speak(page, LANGUAGES[0][1]);
      await page.emulateMedia({ colorScheme: "light" });
    }
  }
}

async function speak(page: Page, language: string): Promise<void> {
  await page.locator(".to-settings").click();
  await page.getByRole("radio", { name: language }).check({ force: true });
  await page.keyboard.press("Escape");
  await page.locator('[aria-modal="true"]').waitFor({ state: "detached" });
}
