/** Every screen at every size and in both languages, as pictures in `target/screens` to be looked at. */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "@playwright/test";
import { agreed, BoardPage } from "./support/board-page";
import { expect, type People, type ScreenName, SCREENS, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import { program } from "./support/server.mjs";

const FOLDER = join(dirname(program), "../screens");

const NAMES = {
  en: { start: "Start a board", red: "Red", text: "Text", pen: "Pen", undo: "Undo", saved: "All saved", unsaved: /kept on this device/ },
  ja: { start: "ボードを始める", red: "赤", text: "文字", pen: "ペン", undo: "元に戻す", saved: "すべて保存しました", unsaved: /この端末に保管/ },
} as const;

async function picture(page: Page, name: string, screen: ScreenName, lang: string): Promise<void> {
  // Nothing may hang over the edge: no screen scrolls sideways.
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
  for (const theme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
    // The canvas takes the theme over in the next frame.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await page.screenshot({ path: join(FOLDER, `${name}-${SCREENS[screen].width}-${lang}-${theme}.png`) });
  }
}

/** Where the dialogs of the board are opened, by the words on their buttons or the key. */
const DIALOGS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  settings: (page) => page.locator(".to-settings").click(),
  share: (page) => page.locator(".share").click(),
  keys: (page) => page.keyboard.press("?"),
};

/** Two people write on the board of `people`, with keyboard and pens. */
async function writeTogether(people: People): Promise<void> {
  const one = await people.join();
  const two = await people.join();
  await two.button("Red").click();
  await Promise.all([
    one.write(fitInto(handwriting("架け橋", 71), await one.area(0.2, 0.12, 0.6, 0.33))),
    two.write(fitInto(handwriting("壱岐と大村の学校", 72), await two.area(0.2, 0.52, 0.6, 0.16))),
  ]);
  await one.tool("Text");
  await one.click(await one.place(0.3, 0.8));
  await one.page.keyboard.type("壱岐 ⇄ 大村  Meeting on Friday");
  await one.page.keyboard.press("Escape");
  await agreed([one, two]);
  await Promise.all([one.page.context().close(), two.page.context().close()]);
}

test("pictures of every screen", async ({ people, server }) => {
  test.setTimeout(300_000);
  mkdirSync(FOLDER, { recursive: true });
  await writeTogether(people);
  for (const screen of ["wall", "laptop", "phone"] as const) {
    for (const lang of ["en", "ja"] as const) {
      const names = NAMES[lang];
      const page = await people.page(screen);
      await page.goto(`${server.url}/?lang=${lang}`);
      await page.getByRole("button", { name: names.start }).waitFor();
      await picture(page, "door", screen, lang);
      await page.getByRole("button", { name: names.start }).click();
      const empty = await BoardPage.of(page);
      await expect(empty.statusLine).toHaveText(names.saved);
      await picture(page, "board-empty", screen, lang);
      await page.goto(`${server.url}/b/${people.board.slice(0, 9)}?lang=${lang}`);
      await page.getByRole("alert").waitFor();
      await picture(page, "unknown", screen, lang);

      await page.goto(people.address({ lang }));
      const board = await BoardPage.of(page);
      const other = await people.join({ lang });
      const at = await other.place(0.7, 0.6);
      await other.page.mouse.move(at.x - 5, at.y);
      await other.page.mouse.move(at.x, at.y);
      await page.locator(".cursor").getByText(/^(Guest|ゲスト) \d+$/).first().waitFor();
      await expect(board.statusLine).toHaveText(names.saved);
      await picture(page, "board", screen, lang);
      for (const [name, open] of Object.entries(DIALOGS)) {
        await open(page);
        await page.getByRole("dialog").waitFor();
        await picture(page, name, screen, lang);
        await page.keyboard.press("Escape");
        await expect(page.getByRole("dialog")).toHaveCount(0);
      }
      await board.tool(names.text);
      // Below what is written; a phone shows the sheet in the middle of its height.
      const free = screen === "phone" ? 0.67 : 0.92;
      await board.click(await board.place(0.4, free));
      await page.keyboard.type("文字を入力しています");
      await expect(board.statusLine).toHaveText(names.saved);
      await picture(page, "text", screen, lang);
      await page.keyboard.press("Escape");
      await board.button(names.undo).click();
      await agreed([board, other]);
      await server.kill();
      const line = fitInto([handwriting("一", 73)[0]!], await board.area(0.3, free, 0.4, 0.02));
      await board.tool(names.pen);
      await board.write(line);
      await expect(board.statusLine).toHaveText(names.unsaved);
      await picture(page, "offline", screen, lang);
      await server.up();
      await agreed([board, other], 30_000);
      await board.button(names.undo).click();
      await agreed([board, other]);
      await Promise.all([page.context().close(), other.page.context().close()]);
    }
  }
  console.log("covered: 9 screens at 3 sizes in 2 languages, light and dark, in target/screens");
});
