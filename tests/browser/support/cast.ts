/** Who takes part in the scripted lesson: a host with an account, an assistant by a link, an approved panel, and twelve pupils with only a name. */
import type { Page } from "@playwright/test";
import { PASSWORD, setUpLink } from "./accounts";
import { BoardPage } from "./board-page";
import { expect, type People, type ScreenName } from "./fixtures";
import { fitInto, handwriting, type Point } from "./ink.mjs";
import { SAMPLES, WALL } from "./lesson-pictures";
import type { Server } from "./server.mjs";
import { onSheet } from "./sights";

export const TEACHER = "森 葵";
export const ASSISTANT = "大村 誠";
export const PANEL = "3年2組の黒板";
export const PUPILS = ["結衣", "陽菜", "さくら", "凛", "美月", "蓮", "大翔", "悠真", "湊", "翔太", "健", "ひかり"] as const;
/** What each of them writes, in a place of their own. */
const WORDS = "山川田木火水土日月石犬花";

/** Every second pupil has a phone. */
export const screenOf = (pupil: number): ScreenName => (pupil % 2 === 0 ? "phone" : "laptop");

/** Somebody's device, which remembers their name. */
export async function deviceOf(people: People, name: string, screen: ScreenName): Promise<Page> {
  const page = await people.page(screen);
  await page.emulateMedia({ colorScheme: "light" });
  await page.addInitScript((who) => localStorage.setItem("kakehashi.name", who), name);
  return page;
}

/** The teacher has the server's first account, and looks at the page of panels. */
export async function teacherAtPanels(people: People, server: Server): Promise<Page> {
  const page = await deviceOf(people, TEACHER, "laptop");
  await page.goto(await setUpLink(server, "en"));
  for (const [label, text] of [["Your name", TEACHER], ["Login", "aoi"], ["Password", PASSWORD]] as const) await page.getByLabel(label, { exact: true }).fill(text);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Administration" })).toBeVisible();
  await page.goto(`${server.url}/panels?lang=en`);
  return page;
}

/** A panel that shows its pairing code; left alone for five minutes it would go back to its idle screen. */
export async function panelWithCode(people: People, server: Server): Promise<{ panel: Page; code: string }> {
  const panel = await people.page("wall");
  await panel.setViewportSize(WALL);
  await panel.emulateMedia({ colorScheme: "light" });
  await panel.clock.install();
  await panel.goto(`${server.url}/kiosk?lang=ja&pair&rest=5`);
  await panel.getByRole("button", { name: "登録コードを表示" }).tap();
  const shown = panel.locator(".pairing-code");
  await expect(shown).toHaveText(/^\d{4}-\d{4}$/);
  return { panel, code: await shown.innerText() };
}

/** Fills in who the panel is, as whoever approves it does. */
export async function describePanel(page: Page, code: string): Promise<void> {
  await page.getByLabel("Pairing code").fill(code);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/has asked at/)).toBeVisible();
  for (const [label, text] of [["Name", PANEL], ["Site", "勝本小学校"], ["Room", "3年2組"]] as const) await page.getByLabel(label, { exact: true }).fill(text);
}

/** A pupil has typed the code at the front door. */
export async function atTheDoor(people: People, server: Server, number: number, { code }: { code: string }): Promise<Page> {
  const page = await deviceOf(people, PUPILS[number] ?? "", screenOf(number));
  await page.goto(`${server.url}/?lang=ja`);
  await page.getByRole("textbox", { name: "コード" }).fill(code);
  return page;
}

/** A pupil types the code at the front door, or reads the picture with the link. */
export async function pupilComes(people: People, server: Server, number: number, way: { board: string; code: string }): Promise<BoardPage> {
  if (number % 3 !== 0) {
    const page = await atTheDoor(people, server, number, way);
    await page.keyboard.press("Enter");
    return BoardPage.of(page);
  }
  const page = await deviceOf(people, PUPILS[number] ?? "", screenOf(number));
  await page.goto(`${server.url}/b/${way.board}?lang=ja`);
  return BoardPage.of(page);
}

/** The strokes of the word of a pupil, in that pupil's place on the sheet as it is shown to them. */
export async function wordOf(pupil: BoardPage, number: number): Promise<Point[][]> {
  const [column, row] = [number % 4, Math.floor(number / 4)];
  const corner = await onSheet(pupil.page, { x: 110 + column * 440, y: 330 + row * 240 });
  const end = await onSheet(pupil.page, { x: 110 + column * 440 + 300, y: 330 + row * 240 + 190 });
  return fitInto(handwriting(WORDS[number] ?? "一", 40 + number, { rate: SAMPLES }), { ...corner, width: end.x - corner.x, height: end.y - corner.y });
}

/** With a finger on a phone, with a mouse elsewhere. */
export async function writes(pupil: BoardPage, number: number): Promise<number> {
  const strokes = await wordOf(pupil, number);
  if (screenOf(number) !== "phone") {
    await pupil.write(strokes);
    return strokes.length;
  }
  const finger = pupil.touches();
  for (const [first, ...rest] of strokes) {
    if (first === undefined) continue;
    await finger.down([first]);
    for (const at of rest) await finger.move([at]);
    await finger.up();
  }
  return strokes.length;
}
