/** Several people under names of their own, and how one follows another. */
import type { Locator } from "@playwright/test";
import { BoardPage } from "./board-page";
import { expect, type People, type ScreenName } from "./fixtures";

const COLORS = { Hana: "#b3261e", Taro: "#146c43", Ken: "#4355b9" } as const;
export type Name = keyof typeof COLORS;

/** Somebody comes under a name. */
export async function come(people: People, name: Name, screen: ScreenName = "laptop"): Promise<BoardPage> {
  const page = await people.page(screen);
  await page.addInitScript(
    ([who, color]) => {
      localStorage.setItem("kakehashi.name", who);
      localStorage.setItem("kakehashi.color", color);
    },
    [name, COLORS[name]] as const,
  );
  await page.goto(people.address());
  return BoardPage.of(page);
}

export async function point(board: BoardPage, x: number, y: number): Promise<void> {
  const at = await board.place(x, y);
  await board.page.mouse.move(at.x, at.y);
}

export function barOf(board: BoardPage): Locator {
  return board.page.locator(".follow-bar");
}

/** The list of people, in the meeting panel. */
export async function listOf(board: BoardPage): Promise<Locator> {
  const panel = board.page.getByRole("complementary", { name: "Meeting" });
  if ((await panel.count()) === 0) await board.button("Meeting").click();
  return panel.getByRole("list", { name: "People here" });
}

/** From the list of people, which is closed then. */
export async function follow(board: BoardPage, name: Name): Promise<void> {
  const list = await listOf(board);
  await list.getByRole("button", { name: `Follow ${name}`, exact: true }).click();
  // It makes room by itself where it lies over the sheet.
  const close = board.page.getByRole("button", { name: "Close the meeting panel" });
  if ((await close.count()) > 0) await close.click();
  await expect(list).toHaveCount(0);
  await expect(barOf(board)).toContainText(`Following ${name}`);
}
