/** A page of a browser that shows a board, and what a person does with it. */
import { expect, type CDPSession, type Locator, type Page } from "@playwright/test";
import type { Point, Rect } from "./ink.mjs";
import { MousePen, Touches } from "./pointers";

/** A record as `window.kakehashi` shows it; what is used of it here. */
export interface PlainRecord {
  readonly id: string;
  readonly kind: string;
  readonly author: string;
  readonly x: number;
  readonly y: number;
  readonly locked: boolean;
  readonly unsaved: boolean;
  /** Of a stroke: x, y, pressure, milliseconds. */
  readonly points?: readonly (readonly number[])[];
  readonly text?: string;
}

/** What everybody on a board should agree on. */
export interface Shown {
  readonly status: string;
  readonly unsaved: number;
  readonly digest: string;
}

/** The page that is shown, and the part of it that no bar lies on, in page units. */
export interface Sight extends Rect {
  readonly page: string | null;
}

declare global {
  interface Window {
    kakehashi?: {
      status(): "live" | "connecting" | "offline";
      unsaved(): number;
      records(): PlainRecord[];
      digest(): string;
      wet(): { readonly parts: readonly { readonly first: number; readonly points: readonly number[] }[] }[];
      sight(): Sight;
    };
  }
}

export class BoardPage {
  readonly surface: Locator;

  private constructor(
    readonly page: Page,
    readonly cdp: CDPSession,
  ) {
    this.surface = page.getByRole("application");
  }

  /** A page that is on its way to a board; resolves when one can write on it. */
  static async of(page: Page): Promise<BoardPage> {
    const board = new BoardPage(page, await page.context().newCDPSession(page));
    await board.open();
    return board;
  }

  /** A page that shows a board, connected or not. */
  static async shown(page: Page): Promise<BoardPage> {
    const board = new BoardPage(page, await page.context().newCDPSession(page));
    await board.surface.waitFor();
    return board;
  }

  /** Waits until the board is open, connected, and takes ink. */
  async open(): Promise<void> {
    await this.surface.waitFor();
    await this.page.waitForFunction(() => window.kakehashi !== undefined && window.kakehashi.status() === "live" && window.kakehashi.digest() !== "");
    await expect(this.page.locator(".waiting")).toHaveCount(0);
  }

  records(): Promise<PlainRecord[]> {
    return this.page.evaluate(() => window.kakehashi!.records());
  }

  async strokes(): Promise<PlainRecord[]> {
    return (await this.records()).filter((record) => record.kind === "stroke");
  }

  async texts(): Promise<string[]> {
    return (await this.records()).flatMap((record) => record.text ?? []);
  }

  digest(): Promise<string> {
    return this.page.evaluate(() => window.kakehashi!.digest());
  }

  unsaved(): Promise<number> {
    return this.page.evaluate(() => window.kakehashi!.unsaved());
  }

  status(): Promise<string> {
    return this.page.evaluate(() => window.kakehashi!.status());
  }

  shown(): Promise<Shown> {
    return this.page.evaluate(() => ({
      status: window.kakehashi!.status(),
      unsaved: window.kakehashi!.unsaved(),
      digest: window.kakehashi!.digest(),
    }));
  }

  sight(): Promise<Sight> {
    return this.page.evaluate(() => window.kakehashi!.sight());
  }

  /** The line that says whether everything is saved. */
  get statusLine(): Locator {
    return this.page.getByRole("status").first();
  }

  button(name: string): Locator {
    // On a wall the tools stand at both sides.
    return this.page.getByRole("button", { name, exact: true }).first();
  }

  async tool(name: string): Promise<void> {
    await this.button(name).click();
    await expect(this.button(name)).toHaveAttribute("aria-pressed", "true");
  }

  /** A part of the place for the sheet, which no bar lies on, in CSS pixels of the window; all four as shares of it. */
  async area(x = 0, y = 0, width = 1, height = 1): Promise<Rect> {
    const box = await this.page.locator(".sheet-place").boundingBox();
    if (box === null) throw new Error("the place for the sheet is not on screen");
    return { x: box.x + box.width * x, y: box.y + box.height * y, width: box.width * width, height: box.height * height };
  }

  /** A place on the sheet's place, as shares of it. */
  async place(x: number, y: number): Promise<Point> {
    const { x: left, y: top } = await this.area(x, y, 0, 0);
    return { x: left, y: top };
  }

  mouse(): MousePen {
    return new MousePen(this.cdp);
  }

  touches(): Touches {
    return new Touches(this.cdp);
  }

  /** Writes strokes one after the other, with the mouse. */
  async write(strokes: readonly (readonly Point[])[]): Promise<void> {
    const pen = this.mouse();
    for (const stroke of strokes) await pen.stroke(stroke);
  }

  async click(at: Point): Promise<void> {
    await this.page.mouse.click(at.x, at.y);
  }

  async drag(from: Point, to: Point): Promise<void> {
    await this.page.mouse.move(from.x, from.y);
    await this.page.mouse.down();
    await this.page.mouse.move(to.x, to.y, { steps: 8 });
    await this.page.mouse.up();
  }

  /** Two painted frames: what was drawn has gone to the board by then. */
  async frames(): Promise<void> {
    await this.page.evaluate(
      () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
    );
  }
}

/** Waits until all are connected, have everything saved, and hold the same; returns that digest. */
export async function agreed(boards: readonly BoardPage[], timeout = 20_000): Promise<string> {
  let digest = "";
  // What was just drawn is written with the next frame: until then nothing is unsaved.
  await Promise.all(boards.map((board) => board.frames()));
  await expect(async () => {
    const all = await Promise.all(boards.map((board) => board.shown()));
    for (const shown of all) expect(shown).toEqual({ status: "live", unsaved: 0, digest: all[0]!.digest });
    digest = all[0]!.digest;
  }).toPass({ timeout, intervals: [50, 100, 200] });
  expect(digest).toMatch(/^[0-9a-f]{32}$/);
  return digest;
}

/** How many points each stroke has, by its record. */
export function pointCounts(records: readonly PlainRecord[]): Record<string, number> {
  return Object.fromEntries(records.map((record) => [record.id, record.points?.length ?? 0]));
}
