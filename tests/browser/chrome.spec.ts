/** What stands around the sheet: settings, sharing, the sheet of keys, and that nothing is cut off at any size. */
import type { Page } from "@playwright/test";
import { BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";

/** Buttons that lie outside the window, or that something else lies over: none may. */
function hiddenControls(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wrong: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>("button, a[href], input")) {
      const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
      if (width === 0 || element.closest(".skip-link") !== null || element.closest(".unseen") !== null) continue;
      const name = element.getAttribute("aria-label") ?? element.textContent ?? element.tagName;
      const scrolled = element.parentElement?.closest(".page-list, .options, .dialog-body") ?? null;
      if (left < -0.5 || top < -0.5 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5) {
        // What can be scrolled to is not cut off.
        if (scrolled === null) wrong.push(`${name} lies outside: ${[left, top, right, bottom].map(Math.round).join(" ")}`);
        continue;
      }
      const at = document.elementFromPoint(left + width / 2, top + height / 2);
      const label = element.closest("label");
      if (at !== null && (element.contains(at) || at.contains(element) || label?.contains(at) === true)) continue;
      if (scrolled === null) wrong.push(`${name} is covered by ${at?.className ?? "nothing"}`);
    }
    return wrong;
  });
}

test("nothing is cut off or covered, at any size and in both languages", async ({ people }) => {
  const page = await people.page("phone");
  for (const lang of ["en", "ja"] as const) {
    await page.goto(people.address({ lang }));
    await BoardPage.of(page);
    for (const [width, height] of [[3840, 2160], [1366, 768], [1180, 820], [390, 844], [844, 390], [320, 640], [683, 384]] as const) {
      await page.setViewportSize({ width, height });
      await expect(async () => {
        expect(await hiddenControls(page), `${width} x ${height}, ${lang}`).toEqual([]);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(over).toBeLessThanOrEqual(0);
      }).toPass({ timeout: 3000 });
      const sheet = await page.locator(".sheet-place").boundingBox();
      expect(sheet?.height, `height of the sheet's place at ${width} x ${height}`).toBeGreaterThan(height * 0.25);
    }
  }
});

test("the language changes at once, and the board stays as it is", async ({ people }) => {
  const board = await people.join();
  const { page } = board;
  await board.write([[{ x: 500, y: 300 }, { x: 600, y: 340 }]]);
  const digest = await board.digest();
  await board.button("Settings").click();
  await page.getByRole("radio", { name: "日本語" }).check();
  await expect(page.getByRole("dialog", { name: "設定" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
  await page.keyboard.press("Escape");
  await expect(board.button("ペン")).toBeVisible();
  await expect(board.statusLine).toHaveText("すべて保存しました");
  expect(await board.digest()).toBe(digest);
  // Without being asked for in the address, it is still spoken the next time.
  await page.goto(people.address().replace(/\?.*/, ""));
  await board.open();
  await expect(board.button("ペン")).toBeVisible();
});

test("themes, contrast and motion follow the device until somebody chooses, and then stay", async ({ people }) => {
  const board = await people.join();
  const { page } = board;
  const html = page.locator("html");
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await expect(html).toHaveAttribute("data-theme", "light");
  const light = await ground();
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await expect(html).toHaveAttribute("data-theme", "dark");
  await expect(html).toHaveAttribute("data-motion", "less");
  expect(await ground()).not.toBe(light);
  // The surround on the canvas follows; the sheet stays white.
  const inDark = await pixels(board);
  expect(inDark.ground).not.toEqual([255, 255, 255]);
  expect(inDark.sheet).toEqual([255, 255, 255]);
  await board.button("Settings").click();
  await page.getByRole("radio", { name: "Light" }).check();
  await expect(html).toHaveAttribute("data-theme", "light");
  await page.getByRole("switch", { name: "High contrast" }).click();
  await expect(html).toHaveAttribute("data-contrast", "more");
  await page.reload();
  await board.open();
  await expect(html).toHaveAttribute("data-theme", "light");
  await expect(html).toHaveAttribute("data-contrast", "more");
});

/** The colours of the dry canvas beside the sheet and on it, so far across its place. */
async function pixels(board: BoardPage, across = 0.5): Promise<{ ground: number[]; sheet: number[] }> {
  await board.frames();
  return board.page.evaluate((share) => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas.layer")!;
    const place = document.querySelector(".sheet-place")!.getBoundingClientRect();
    const ratio = canvas.width / canvas.clientWidth;
    const at = (x: number, y: number): number[] => [...canvas.getContext("2d")!.getImageData(x * ratio, y * ratio, 1, 1).data.slice(0, 3)];
    return { ground: at(2, innerHeight - 2), sheet: at(place.left + place.width * share, place.top + place.height / 2) };
  }, across);
}

test("left-handed, the tools stand at the right; a wall has them at both sides", async ({ people }) => {
  const board = await people.join();
  const { page } = board;
  const toolsAt = async (): Promise<number> => (await page.getByRole("toolbar").first().boundingBox())!.x;
  expect(await toolsAt()).toBeLessThan(100);
  await board.button("Settings").click();
  await page.getByRole("radio", { name: "Left" }).check();
  await page.keyboard.press("Escape");
  await expect.poll(toolsAt).toBeGreaterThan(1366 - 100);
  await expect.poll(async () => (await board.area()).x).toBeLessThan(50);
  // The sheet went to the other side with its place.
  await expect.poll(async () => (await pixels(board, 0.1)).sheet).toEqual([255, 255, 255]);
  expect((await pixels(board, 1)).sheet).not.toEqual([255, 255, 255]);
  const wall = await people.join({ screen: "wall" });
  const bars = wall.page.getByRole("toolbar");
  await expect(bars).toHaveCount(2);
  const [left, right] = [(await bars.nth(0).boundingBox())!, (await bars.nth(1).boundingBox())!];
  expect(left.x).toBeLessThan(100);
  expect(right.x + right.width).toBeGreaterThan(3840 - 100);
  // Within a child's reach: in the lower half of the panel.
  expect(Math.min(left.y, right.y)).toBeGreaterThan(1080);
  await wall.page.getByRole("toolbar", { name: "Tools on the right" }).getByRole("button", { name: "Eraser" }).tap();
  await expect(wall.page.getByRole("toolbar", { name: "Tools on the left" }).getByRole("button", { name: "Eraser" })).toHaveAttribute("aria-pressed", "true");
});

test("on a phone the settings of a tool lie beside the sheet, fold where they would cover it, and a press on the tool brings them back", async ({ people }) => {
  const board = await people.join({ screen: "phone" });
  const { page } = board;
  const options = page.locator(".options");
  const sheetBottom = async (): Promise<number> => {
    const place = await board.area();
    return place.y + (place.height + (place.width * 9) / 16) / 2;
  };
  await expect(options).toBeVisible();
  expect((await options.boundingBox())!.y).toBeGreaterThanOrEqual(await sheetBottom());
  const at = await board.place(0.5, 0.5);
  const line = [at, { x: at.x + 30, y: at.y + 5 }];
  await board.write([line]);
  await expect(options).toBeVisible();
  for (let i = 0; i < 5; i++) await board.button("Zoom in").tap();
  await board.write([line]);
  await expect(options).toBeHidden();
  await board.button("Pen").tap();
  await expect(options).toBeVisible();
  await board.write([line]);
  await expect(options).toBeHidden();
  await board.button("Eraser").tap();
  await expect(options).toBeVisible();
  // What one does with a selection takes its place.
  await page.keyboard.press("0");
  await board.button("Select").tap();
  await page.keyboard.press("Control+a");
  await expect(page.locator(".selection-bar")).toBeVisible();
  await expect(options).toBeHidden();
  // A press on the sheet while it is away does not keep it away.
  const free = await board.place(0.1, 0.5);
  await page.touchscreen.tap(free.x, free.y);
  await expect(page.locator(".selection-bar")).toHaveCount(0);
  await expect(options).toBeVisible();
});

test("dialogs by keyboard: the focus stays within, goes back, and keys do not reach the board", async ({ people }) => {
  const board = await people.join();
  const { page } = board;
  await board.button("Settings").focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Settings" });
  await expect(dialog).toBeVisible();
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("[role=dialog]") !== null), `tab ${i}`).toBe(true);
  }
  await page.keyboard.press("Shift+Tab");
  expect(await page.evaluate(() => document.activeElement?.closest("[role=dialog]") !== null)).toBe(true);
  await dialog.focus();
  await page.keyboard.press("e");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(board.button("Settings")).toBeFocused();
  await expect(board.button("Pen")).toHaveAttribute("aria-pressed", "true");

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await board.button("More").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("menuitem", { name: "Back to the front page" })).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.mouse.click(5, 400);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(board.button("More")).toBeFocused();
});

test("Share: the code in threes, the link on the clipboard, a code to scan", async ({ people }) => {
  const board = await people.join();
  const { page } = board;
  const { origin } = new URL(page.url());
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  await board.button("Share").click();
  const dialog = page.getByRole("dialog", { name: "Share this board" });
  await expect(dialog.locator(".share-digits span")).toHaveText([/^\d{3}$/, /^\d{3}$/, /^\d{3}$/]);
  await expect(dialog.getByRole("img", { name: "QR code with the link to this board" })).toBeVisible();
  await dialog.getByRole("button", { name: "Copy link" }).click();
  await expect(dialog.getByRole("button", { name: "Link copied" })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(`${origin}/b/${people.board}`);
  await expect(dialog.getByRole("textbox", { name: "Link" })).toHaveValue(copied);
});

test("name and colour: the others see both at once, and they are kept", async ({ people }) => {
  const one = await people.join();
  const two = await people.join();
  await one.page.locator(".my-name").click();
  await one.page.getByRole("textbox", { name: "Your name" }).fill("Sora");
  await one.page.getByRole("radio", { name: "Purple" }).click();
  await one.page.getByRole("button", { name: "Done" }).click();
  await one.page.mouse.move(600, 300);
  await one.page.mouse.move(620, 320);
  const cursor = two.page.locator(".cursor", { hasText: "Sora" });
  await expect(cursor).toBeVisible();
  await one.page.reload();
  await one.open();
  await expect(one.page.locator(".my-name")).toHaveText(/Sora$/);
  await expect(one.page.locator(".my-name .avatar")).toHaveCSS("background-color", "rgb(123, 67, 151)");
});

test("a colour that chance gave is kept too, once it was pressed", async ({ people }) => {
  const { page } = await people.join();
  await page.locator(".my-name").click();
  await page.getByRole("radio", { checked: true }).click();
  await expect.poll(() => page.evaluate(() => localStorage.getItem("kakehashi.color"))).toBe(await page.getByRole("radio", { checked: true }).inputValue());
});
