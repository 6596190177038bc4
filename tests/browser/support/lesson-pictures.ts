/** The three screens of a lesson at every step of it, as pictures to be looked at, where KAKEHASHI_SCREENS names a folder. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";

const FOLDER = process.env["KAKEHASHI_SCREENS"];

export class LessonPictures {
  private step = 0;

  /** The next step: who is looked at, each by a name. */
  async take(screens: Readonly<Record<string, Page>>): Promise<void> {
    this.step++;
    if (FOLDER === undefined) return;
    mkdirSync(FOLDER, { recursive: true });
    for (const [name, page] of Object.entries(screens)) {
      await page.screenshot({ path: join(FOLDER, `lesson-${String(this.step).padStart(2, "0")}-${name}.png`), animations: "disabled" });
    }
  }
}
