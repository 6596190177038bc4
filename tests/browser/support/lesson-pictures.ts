/**
 * The three screens of a lesson at every step of it, as pictures to be looked at, where KAKEHASHI_SCREENS names a folder.
 * Those of docs/lesson.md are among them.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";

const FOLDER = process.env["KAKEHASHI_SCREENS"];
/** Samples a second of a hand that writes: as many as look well, or as few as make a word. */
export const SAMPLES = FOLDER === undefined ? 10 : 40;
/** Where nobody looks, a panel of a quarter of the pixels: the processor paints them all. */
export const WALL = FOLDER === undefined ? { width: 1920, height: 1080 } : { width: 3840, height: 2160 };
/** CSS pixels; a wall's screen is scaled down to a picture as wide as this. */
export const WIDEST = 1440;

export class LessonPictures {
  private step = 0;

  /** The next step: who is looked at, each by a name. */
  async take(screens: Readonly<Record<string, Page>>): Promise<void> {
    this.step++;
    if (FOLDER === undefined) return;
    mkdirSync(FOLDER, { recursive: true });
    for (const [name, page] of Object.entries(screens)) {
      const path = join(FOLDER, `lesson-${String(this.step).padStart(2, "0")}-${name}.png`);
      const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
      if (width > WIDEST) writeFileSync(path, await smaller(page, { width, height, scale: WIDEST / width }));
      else await page.screenshot({ path, animations: "disabled" });
    }
  }
}

export async function smaller(page: Page, size: { width: number; height: number; scale: number }): Promise<Buffer> {
  const cdp = await page.context().newCDPSession(page);
  const { data } = await cdp.send("Page.captureScreenshot", { clip: { x: 0, y: 0, ...size } });
  await cdp.detach();
  return Buffer.from(data, "base64");
}
