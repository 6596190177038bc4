/** A class: somebody who has begun a board and a session on it, and pupils who come. */
import { BoardPage } from "./board-page";
import { expect, type People, type ScreenName } from "./fixtures";
import type { Server } from "./server.mjs";

export interface Arrival {
  readonly screen?: ScreenName;
  /** How far the clock of the device is ahead, milliseconds. */
  readonly ahead?: number;
}

export class Class {
  private constructor(
    private readonly people: People,
    readonly teacher: BoardPage,
    private readonly address: string,
  ) {}

  /** A teacher begins a board and a session. */
  static async begin(people: People, server: Server, name: string): Promise<Class> {
    const page = await people.page();
    await page.addInitScript((who) => localStorage.setItem("kakehashi.name", who), name);
    await page.goto(`${server.url}/?lang=en`);
    await page.getByRole("button", { name: "Start a board" }).click();
    const teacher = await BoardPage.of(page);
    await section(teacher, "People");
    await page.getByRole("button", { name: "Start session" }).click();
    await expect(page.getByRole("tab", { name: "Lead" })).toBeVisible();
    return new Class(people, teacher, `${server.url}${new URL(page.url()).pathname}?lang=en`);
  }

  /** Somebody comes with the board's link, and takes part. */
  async comes(name: string, { screen = "laptop", ahead = 0 }: Arrival = {}): Promise<BoardPage> {
    const page = await this.people.page(screen);
    await page.addInitScript(
      ([who, by]) => {
        localStorage.setItem("kakehashi.name", who);
        const origin = performance.timeOrigin + by;
        Object.defineProperty(performance, "timeOrigin", { get: () => origin });
      },
      [name, ahead] as const,
    );
    await page.goto(this.address);
    const pupil = await BoardPage.of(page);
    await section(pupil, "Chat");
    return pupil;
  }
}

/** Shows a part of the meeting panel. */
export async function section({ page }: BoardPage, name: string): Promise<void> {
  const tab = page.getByRole("tab", { name: new RegExp(`^${name}`) });
  const panel = page.getByRole("button", { name: "Meeting", exact: true });
  if ((await panel.getAttribute("aria-expanded")) === "false") await panel.click();
  await tab.click();
  await expect(tab).toHaveAttribute("aria-selected", "true");
}

/** Does something with somebody, by the menu beside their name in the list of people. */
export async function act({ page }: BoardPage, name: string, action: string): Promise<void> {
  await page.locator(".meeting-panel").getByRole("button", { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
}
