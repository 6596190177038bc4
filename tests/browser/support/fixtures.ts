/** What a browser test has at hand: a server of its own, a board on it, and people who come to it. */
import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { BoardPage } from "./board-page";
import { Server } from "./server.mjs";

/** Screens that the app is made for. */
export const SCREENS = {
  wall: { width: 3840, height: 2160 },
  laptop: { width: 1366, height: 768 },
  phone: { width: 390, height: 844 },
} as const;

export type ScreenName = keyof typeof SCREENS;

export interface Coming {
  readonly screen?: ScreenName;
  readonly lang?: "en" | "ja";
}

export class People {
  private readonly problems: string[] = [];

  constructor(
    private readonly newContext: (screen: ScreenName) => Promise<BrowserContext>,
    private readonly server: Server,
    readonly board: string,
  ) {}

  /** A page that nobody has been at: a device of its own, without anything stored. */
  async page(screen: ScreenName = "laptop"): Promise<Page> {
    const context = await this.newContext(screen);
    context.on("page", (page) => this.watch(page));
    return context.newPage();
  }

  address({ lang = "en" }: Coming = {}): string {
    return `${this.server.url}/b/${this.board}?lang=${lang}`;
  }

  /** Somebody opens the board on a device of their own. */
  async join(coming: Coming = {}): Promise<BoardPage> {
    const page = await this.page(coming.screen);
    await page.goto(this.address(coming));
    return BoardPage.of(page);
  }

  /** Another tab on a device that is there already. */
  async joinIn(context: BrowserContext, coming: Coming = {}): Promise<BoardPage> {
    const page = await context.newPage();
    await page.goto(this.address(coming));
    return BoardPage.of(page);
  }

  /** No page may have thrown anything. */
  check(): void {
    expect(this.problems).toEqual([]);
  }

  private watch(page: Page): void {
    page.on("pageerror", (error) => this.problems.push(error.stack ?? error.message));
    page.on("crash", () => this.problems.push("a page crashed"));
  }
}

export const test = base.extend<{ server: Server; people: People }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names from the pattern.
  server: async ({}, use, info) => {
    const server = await Server.start();
    await use(server);
    if (info.status !== info.expectedStatus) await info.attach("server.log", { body: server.log, contentType: "text/plain" });
    await server.remove();
  },
  people: async ({ browser, server }, use) => {
    const { board } = await server.startBoard();
    const contexts: BrowserContext[] = [];
    const newContext = async (screen: ScreenName): Promise<BrowserContext> => {
      const context = await browser.newContext({ viewport: SCREENS[screen], hasTouch: screen !== "laptop", locale: "en-GB" });
      contexts.push(context);
      return context;
    };
    const people = new People(newContext, server, board);
    await use(people);
    await Promise.all(contexts.map((context) => context.close()));
    people.check();
  },
});

export { expect };
