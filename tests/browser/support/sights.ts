/**
 * What there is to be seen of the app, and how one gets to it, in any language: by keys, by classes, by places on the
 * sheet. Pictures are taken of all of it (screens.spec.ts), and axe looks at all of it (accessibility.spec.ts).
 */
import { expect, type Page } from "@playwright/test";
import { ON_SHEET } from "./lesson";
import type { Point } from "./ink.mjs";

export interface Sight {
  readonly name: string;
  readonly show: (page: Page) => Promise<void>;
  /** Back to the plain board or screen; without it, Escape does. */
  readonly leave?: (page: Page) => Promise<void>;
}

const stay = async (): Promise<void> => undefined;

/** Where a place of the sheet is in the window, as long as the whole sheet is shown. */
export async function onSheet(page: Page, at: Point): Promise<Point> {
  const place = await page.locator(".sheet-place").boundingBox();
  if (place === null) throw new Error("there is no sheet");
  const scale = Math.min(place.width / 1920, place.height / 1080);
  return {
    x: place.x + (place.width - 1920 * scale) / 2 + at.x * scale,
    y: place.y + (place.height - 1080 * scale) / 2 + at.y * scale,
  };
}

/** Tiles are painted one after the other: until the sheet looks the same twice. */
async function painted(page: Page): Promise<void> {
  const look = (): Promise<string> =>
    page.evaluate(() => {
      const small = document.createElement("canvas");
      const ctx = small.getContext("2d")!;
      for (const layer of document.querySelectorAll<HTMLCanvasElement>("canvas.layer")) ctx.drawImage(layer, 0, 0, small.width, small.height);
      return ctx.getImageData(0, 0, small.width, small.height).data.join();
    });
  let before = "";
  await expect
    .poll(
      async () => {
        const now = await look();
        const same = now === before;
        before = now;
        return same;
      },
      { intervals: [250] },
    )
    .toBe(true);
}

async function click(page: Page, at: Point): Promise<void> {
  const { x, y } = await onSheet(page, at);
  await page.mouse.click(x, y);
}

const overlays = "[role=dialog], [role=menu]";

async function closed(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.locator(overlays)).toHaveCount(0);
}

function opened(name: string, button: string): Sight {
  return {
    name,
    show: async (page) => {
      await page.locator(button).first().click();
      await page.locator(overlays).waitFor();
    },
    leave: closed,
  };
}

/** Every page of the lesson has ink on it, and its picture comes when the page has come; the photograph is the darkest of it. */
async function thumbnailsHere(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.querySelectorAll<HTMLCanvasElement>("[data-card] canvas")].every((canvas, i) => {
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      const dark = data.filter((shade, at) => at % 4 === 0 && shade < 180).length / (canvas.width * canvas.height);
      return canvas.width > 16 && dark > (i === 0 ? 0.1 : 0);
    }),
  );
}

async function selected(page: Page, at: Point): Promise<void> {
  await page.keyboard.press("v");
  await click(page, at);
  await page.locator(".selection-bar").waitFor();
}

async function nothingSelected(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(page.locator(".selection-bar")).toHaveCount(0);
}

function tool(name: string, key: string, more?: (page: Page) => Promise<void>): Sight {
  return {
    name: `tool-${name}`,
    show: async (page) => {
      await page.keyboard.press(key);
      await more?.(page);
    },
    leave: (page) => page.keyboard.press("p"),
  };
}

/** The board itself, with each tool in the hand and something selected or typed. */
export const ON_BOARD: readonly Sight[] = [
  { name: "board", show: stay, leave: stay },
  {
    name: "board-zoomed",
    show: async (page) => {
      for (let i = 0; i < 4; i++) await page.keyboard.press("+");
      await painted(page);
    },
    leave: (page) => page.keyboard.press("0"),
  },
  tool("highlighter", "m"),
  tool("eraser", "e"),
  tool("shape", "s"),
  tool("text", "t"),
  tool("note", "n"),
  tool("image", "i"),
  tool("select", "v"),
  tool("hand", "h"),
  tool("laser", "l"),
  { name: "selected-one", show: (page) => selected(page, ON_SHEET.ellipse), leave: nothingSelected },
  { name: "selected-note", show: (page) => selected(page, ON_SHEET.note), leave: nothingSelected },
  {
    name: "selected-order",
    show: async (page) => {
      await selected(page, ON_SHEET.ellipse);
      await page.locator(".selection-bar [aria-haspopup=menu]").click();
      await page.locator("[role=menu]").waitFor();
    },
    leave: async (page) => {
      await closed(page);
      await nothingSelected(page);
    },
  },
  { name: "selected-image", show: (page) => selected(page, ON_SHEET.picture), leave: nothingSelected },
  {
    name: "selected-look",
    show: async (page) => {
      await selected(page, ON_SHEET.ellipse);
      await page.locator(".selection-bar [aria-haspopup=dialog]").click();
      await page.locator(".look-panel").waitFor();
    },
    leave: async (page) => {
      await closed(page);
      await nothingSelected(page);
    },
  },
  {
    name: "selected-several",
    show: async (page) => {
      await page.keyboard.press("v");
      await page.keyboard.press("Control+a");
      await page.locator(".selection-bar").waitFor();
    },
    leave: nothingSelected,
  },
  {
    name: "selected-locked",
    show: async (page) => {
      await selected(page, ON_SHEET.note);
      await page.keyboard.press("Shift+L");
      await page.locator(".lock-mark").waitFor();
    },
    leave: async (page) => {
      await page.locator(".selection-bar .named").click();
      await expect(page.locator(".lock-mark")).toBeHidden();
      await nothingSelected(page);
      await page.keyboard.press("p");
    },
  },
  {
    name: "typing",
    show: async (page) => {
      await page.keyboard.press("t");
      await click(page, ON_SHEET.free);
      await page.locator(".text-editor").waitFor();
      await page.keyboard.type("音は1秒に340 m");
    },
    leave: async (page) => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+z");
      await page.keyboard.press("p");
    },
  },
  {
    name: "typing-note",
    show: async (page) => {
      await page.keyboard.press("v");
      const { x, y } = await onSheet(page, ON_SHEET.note);
      await page.mouse.dblclick(x, y);
      await page.locator(".text-editor").waitFor();
    },
    leave: async (page) => {
      await page.keyboard.press("Escape");
      await nothingSelected(page);
      await page.keyboard.press("p");
    },
  },
];

async function meetingClosed(page: Page): Promise<void> {
  // Pressed again, its button closes it; Escape would stop following too.
  if ((await page.locator(".meeting-panel").count()) > 0) await page.locator(".to-meeting").click();
  await expect(page.locator(".meeting-panel")).toHaveCount(0);
}

const EXPORT = ".board-doings [aria-haspopup=dialog]:not(.share):not(.to-settings):not(.my-name)";

/** What is opened over a board. */
export const OVER_BOARD: readonly Sight[] = [
  opened("settings", ".to-settings"),
  opened("share", ".share"),
  { name: "shortcuts", show: (page) => page.keyboard.press("?").then(() => page.locator(overlays).waitFor()), leave: closed },
  opened("export", EXPORT),
  {
    name: "export-done",
    show: async (page) => {
      await page.locator(EXPORT).click();
      await Promise.all([page.waitForEvent("download"), page.locator(".export .primary").click()]);
      await page.locator(".export-outcome:not(.choosing) progress").waitFor({ state: "detached" });
    },
    leave: closed,
  },
  {
    name: "export-board",
    show: async (page) => {
      await page.locator(EXPORT).click();
      await page.locator(".format input").last().check();
    },
    leave: closed,
  },
  opened("more", ".board-doings [aria-haspopup=menu]"),
  {
    name: "people",
    show: async (page) => {
      await page.locator(".to-meeting").click();
      await page.locator(".meeting-panel").waitFor();
    },
    leave: meetingClosed,
  },
  {
    name: "following",
    show: async (page) => {
      await page.locator(".to-meeting").click();
      await page.locator(".people-list button").first().click();
      await page.locator(".follow-bar").waitFor();
      await meetingClosed(page);
    },
    leave: async (page) => {
      await page.locator(".follow-bar button").click();
      await page.keyboard.press("0");
      // What is said of it is gone before the next picture.
      await expect(page.locator(".toast")).toHaveCount(0);
    },
  },
  {
    name: "pages",
    show: async (page) => {
      await page.locator(".overview").click();
      await page.locator(overlays).waitFor();
      await thumbnailsHere(page);
    },
    leave: closed,
  },
  {
    name: "pages-menu",
    show: async (page) => {
      await page.locator(".overview").click();
      await thumbnailsHere(page);
      await page.locator(".page-card [aria-haspopup=menu]").first().click();
      await page.locator("[role=menu]").waitFor();
    },
    leave: async (page) => {
      await page.keyboard.press("Escape");
      await closed(page);
    },
  },
  opened("backgrounds", ".pages [aria-haspopup=dialog]:not(.overview)"),
  {
    name: "camera",
    show: async (page) => {
      await page.keyboard.press("i");
      await page.locator(".wide-choice").nth(1).click();
      await page.locator(".dialog-actions .primary:not(:disabled)").waitFor();
    },
    leave: async (page) => {
      await closed(page);
      await page.keyboard.press("p");
    },
  },
  {
    name: "notice",
    show: async (page) => {
      await page.keyboard.press("i");
      const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.locator(".wide-choice").first().click()]);
      await chooser.setFiles({ name: "photo.png", mimeType: "image/png", buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUg", "base64") });
      await page.locator(".notice").waitFor();
    },
    leave: async (page) => {
      await page.locator(".notice button").click();
      await page.keyboard.press("p");
    },
  },
];

/** The front door while nobody has a board there yet. */
export const AT_DOOR: readonly Sight[] = [
  { name: "door", show: stay, leave: stay },
  {
    name: "door-wrong-code",
    show: async (page) => {
      await page.locator("#code").fill("123 456");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").waitFor();
    },
    leave: (page) => page.locator("#code").fill(""),
  },
  opened("door-camera", ".door-scan"),
  opened("door-settings", ".door-top button"),
];

/** The front door with boards of this device. */
export const AT_DOOR_WITH_BOARDS: readonly Sight[] = [
  { name: "door-recent", show: stay, leave: stay },
  {
    name: "door-recent-more",
    show: async (page) => {
      await page.locator(".recent-more").first().click();
      await page.locator(".recent-actions").waitFor();
      await page.locator(".recent-actions").scrollIntoViewIfNeeded();
      // What has moved below the pointer is not meant.
      await page.mouse.move(0, 0);
    },
    leave: async (page) => {
      await page.keyboard.press("Escape");
      await expect(page.locator(".recent-actions")).toHaveCount(0);
    },
  },
];

/** A panel's own screen while nobody writes there. */
export const AT_IDLE: readonly Sight[] = [
  { name: "kiosk-idle", show: stay, leave: stay },
  {
    name: "kiosk-pad",
    show: async (page) => {
      await page.locator(".idle-code").click();
      await page.locator(".pad-keys button").nth(3).click();
      await page.locator(".pad-join").click();
      await page.getByRole("alert").waitFor();
    },
    leave: closed,
  },
];

/** A board on a panel. */
export const ON_PANEL: readonly Sight[] = [
  { name: "kiosk-board", show: (page) => page.locator(".status.saved").waitFor(), leave: stay },
  opened("kiosk-code", ".kiosk-bar .quiet"),
  opened("kiosk-end", ".kiosk-bar-end"),
];
