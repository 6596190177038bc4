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

/** From the list of people, which makes room for what is followed then. */
export async function follow(board: BoardPage, name: Name): Promise<void> {
  await board.page.getByRole("button", { name: /^People here/ }).click();
  const list = board.page.getByRole("dialog", { name: "People here" });
  await list.getByRole("button", { name: `Follow ${name}`, exact: true }).click();
  await expect(list).toHaveCount(0);
  await expect(barOf(board)).toContainText(`Following ${name}`);
}
