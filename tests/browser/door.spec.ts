/** The front door: coming in by a code, a link or the camera, and the boards of this device. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "@playwright/test";
import { violations } from "./support/axe";
import { agreed, BoardPage } from "./support/board-page";
import { fullDrawing } from "./support/drawing";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import { cameraFilm } from "./support/film";
import { appKept } from "./support/kept";

const full = (digits: string): string => digits.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));

/** Puts a text where one copies to, and presses the keys that paste it. */
async function paste(page: Page, text: string): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press("Control+V");
}

test("a link that is pasted joins, and so does a code in the middle of a sentence", async ({ people, server }) => {
  const page = await people.page();
  await page.goto(`${server.url}/?lang=en`);
  await page.getByRole("textbox", { name: "Code" }).click();
  // As it stands in somebody's chat, with another name of the same server.
  await paste(page, `Come here: http://board.school.example/b/${people.board}?lang=ja`);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await BoardPage.of(page);
  expect(page.url()).toContain(`${server.url}/b/${people.board}`);

  const { board, code } = await server.startBoard();
  await page.goto(`${server.url}/?lang=en`);
  await page.getByRole("textbox", { name: "Code" }).click();
  await paste(page, `コードは${full(code.replaceAll("-", " "))}です`);
  await page.keyboard.press("Enter");
  await BoardPage.of(page);
  expect(page.url()).toContain(board);
});

test("what was open here is found again: with its picture and heading, under a name of one's own, after a reload", async ({ people, server }) => {
  const page = await people.page();
  await page.goto(`${server.url}/?lang=en`);
  await expect(page.getByRole("heading", { name: "Recent boards" })).toHaveCount(0);
  await page.getByRole("button", { name: "Start a board" }).click();
  const board = await BoardPage.of(page);
  const address = new URL(page.url()).pathname;
  await board.write(fitInto(handwriting("橋", 5), await board.area(0.2, 0.2, 0.4, 0.5)));
  await board.tool("Text");
  await board.click(await board.place(0.5, 0.12));
  await page.keyboard.type("Tides of Iki");
  await page.keyboard.press("Escape");
  await agreed([board]);
  await page.goBack();

  const card = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: /Tides of Iki/ }) });
  await expect(card.getByRole("link")).toContainText(/Today, \d{1,2}:\d\d · 1 page/);
  await page.reload();
  const picture = card.locator("img");
  await expect(picture).toBeVisible();
  // There is ink in it, and the sheet around it is white.
  const shades = await picture.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const ctx = canvas.getContext("2d")!;
    ctx.drawImage(image, 0, 0);
    const { data } = ctx.getImageData(0, 0, canvas.width, canvas.height);
    let dark = 0;
    for (let i = 0; i < data.length; i += 4) if (data[i]! < 128) dark++;
    return { dark: dark / (data.length / 4), corner: data[0]!, width: canvas.width, height: canvas.height };
  });
  expect(shades).toMatchObject({ width: 640, height: 360 });
  expect(shades.corner).toBeGreaterThan(245);
  expect(shades.dark).toBeGreaterThan(0.0008);
  expect(shades.dark).toBeLessThan(0.2);

  await card.getByRole("button", { name: "More: Tides of Iki" }).click();
  await card.getByRole("button", { name: "Rename" }).click();
  await page.keyboard.type("Class 5-2");
  await page.keyboard.press("Enter");
  // It is shown once it is kept.
  await expect(page.getByRole("link", { name: /Class 5-2/ })).toBeVisible();
  await page.reload();
  await page.getByRole("link", { name: /Class 5-2/ }).click();
  const again = await BoardPage.of(page);
  expect(new URL(page.url()).pathname).toBe(address);
  expect(await again.texts()).toEqual(["Tides of Iki"]);
});

test("pictures on a board are on its own picture, also when one leaves again at once", async ({ people, server }) => {
  const { name, text } = fullDrawing();
  const maker = await people.page();
  await maker.goto(`${server.url}/?lang=en`);
  const [chooser] = await Promise.all([maker.waitForEvent("filechooser"), maker.getByRole("button", { name: "Open a file" }).click()]);
  await chooser.setFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
  await agreed([await BoardPage.of(maker)]);
  const page = await people.page();
  await page.goto(maker.url());
  await BoardPage.of(page);
  // It is fetched once, for the page and for the picture of it.
  await page.waitForFunction(() => performance.getEntriesByType("resource").some((entry) => entry.name.includes("/assets/") && !/\.(js|css)$/.test(entry.name)));
  await page.locator(".home").click();
  const shown = page.locator(".recent img");
  await expect(shown).toBeVisible();
  // In the middle of the drawing's own picture, which lies at 1000, 800 of the page and has no grey.
  const [red, green, blue] = await shown.evaluate(async (image: HTMLImageElement) => {
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const ctx = canvas.getContext("2d")!;
    ctx.drawImage(image, 0, 0);
    return [...ctx.getImageData((1050 / 1920) * canvas.width, (830 / 1080) * canvas.height, 1, 1).data];
  });
  expect(Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!)).toBeGreaterThan(60);
});

test("a board is taken from the list, and put back by Undo; the board itself stays", async ({ people }) => {
  const page = await people.page("phone");
  await page.goto(people.address());
  await BoardPage.of(page);
  await page.locator(".board-place .home").tap();
  const cards = page.getByRole("list").getByRole("link");
  await expect(cards).toHaveCount(1);
  await page.getByRole("button", { name: /^More: Board of/ }).tap();
  await page.getByRole("button", { name: "Remove" }).tap();
  await expect(cards).toHaveCount(0);
  await expect(page.getByText("Removed from this device. The board itself is still there.")).toBeVisible();
  const undo = page.getByRole("button", { name: "Undo" });
  await expect(undo).toBeFocused();
  await undo.tap();
  await expect(cards).toHaveCount(1);
  await page.getByRole("button", { name: /^More: Board of/ }).tap();
  await page.getByRole("button", { name: "Remove" }).tap();
  // When it cannot be taken back any more, nothing of the board is left on the device either.
  const entries = (): Promise<number> =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const opening = indexedDB.open("kakehashi-documents");
          opening.onsuccess = () => {
            const counting = opening.result.transaction("entries").objectStore("entries").count();
            counting.onsuccess = () => {
              opening.result.close();
              resolve(counting.result);
            };
          };
        }),
    );
  expect(await entries()).toBeGreaterThan(0);
  await expect.poll(entries, { timeout: 15_000 }).toBe(0);
  await page.reload();
  await page.getByRole("button", { name: "Start a board" }).waitFor();
  await expect(cards).toHaveCount(0);
  await page.goto(people.address());
  await BoardPage.of(page);
});

test("what was written without a connection is sent from the front door, without opening the board", async ({ people, server }) => {
  const page = await people.page();
  await page.goto(people.address());
  const writer = await BoardPage.of(page);
  const other = await people.join();
  // The page is loaded from the device from now on.
  await appKept(page);
  await server.kill();
  await writer.write(fitInto(handwriting("一", 6), await writer.area(0.2, 0.3, 0.5, 0.1)));
  await writer.frames();
  expect(await writer.unsaved()).toBeGreaterThan(0);
  await page.getByRole("link", { name: "Back to the front page" }).click();
  await expect(page.getByRole("status").filter({ hasText: "The server cannot be reached." })).toBeVisible();
  await expect(page.getByText(/\d+ changes? not yet sent/)).toBeVisible();
  await server.up();
  await expect(page.getByText(/not yet sent/)).toHaveCount(0, { timeout: 20_000 });
  await expect.poll(async () => (await other.strokes()).length).toBe(1);
});

test("a QR code before the camera joins", async ({ people, server }) => {
  const folder = mkdtempSync(join(tmpdir(), "kakehashi-film-"));
  const film = join(folder, "code.y4m");
  writeFileSync(film, cameraFilm(`${server.url}/b/${people.board}`));
  const browser = await chromium.launch({
    executablePath: process.env["KAKEHASHI_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/?lang=en`);
    await page.getByRole("button", { name: "Scan a QR code" }).click();
    await BoardPage.of(page);
    expect(page.url()).toContain(people.board);
    // A camera that goes on filming would be seen by its light.
    await page.goBack();
    await page.getByRole("button", { name: "Scan a QR code" }).waitFor();
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
});

test("without a camera there is no button for it", async ({ people, server }) => {
  const page = await people.page();
  await page.addInitScript(() => {
    Object.defineProperty(navigator.mediaDevices, "enumerateDevices", { value: () => Promise.resolve([]) });
  });
  await page.goto(`${server.url}/?lang=en`);
  await page.getByRole("button", { name: "Join", exact: true }).waitFor();
  // A button that comes comes with the answer about devices, at the latest in the frame after it.
  await page.evaluate(async () => {
    await navigator.mediaDevices.enumerateDevices();
    await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
  });
  await expect(page.getByRole("button", { name: "Scan a QR code" })).toHaveCount(0);
});

test("who goes elsewhere while a board is being made is not taken away from there", async ({ people, server }) => {
  const page = await people.page();
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/v1/boards", async (route) => {
    await asked;
    await route.continue();
  });
  await page.goto(`${server.url}/?lang=en`);
  await page.getByRole("button", { name: "Start a board" }).click();
  await page.evaluate((board) => {
    history.pushState(null, "", `/b/${board}?lang=en`);
    dispatchEvent(new PopStateEvent("popstate"));
  }, people.board);
  const board = await BoardPage.of(page);
  const made = page.waitForResponse("**/api/v1/boards");
  answer();
  await made;
  await agreed([board]);
  expect(new URL(page.url()).pathname).toBe(`/b/${people.board}`);
});

test("a file that was saved from a board opens as a board of its own, and so does a drawing; what is neither says so", async ({ people, server }) => {
  const page = await people.page();
  await page.goto(people.address());
  const board = await BoardPage.of(page);
  await board.write(fitInto(handwriting("川", 9), await board.area(0.2, 0.2, 0.5, 0.5)));
  const digest = await agreed([board]);
  const saved = await fetch(`${server.url}/api/v1/boards/${people.board}/export`);
  const choose = async (name: string, content: Buffer): Promise<void> => {
    await page.goto(`${server.url}/?lang=en`);
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open a file" }).click()]);
    await chooser.setFiles({ name, mimeType: "application/octet-stream", buffer: content });
  };
  await choose("lesson.kakehashi", Buffer.from(await saved.arrayBuffer()));
  const copy = await BoardPage.of(page);
  expect(page.url()).not.toContain(people.board);
  expect(await agreed([copy])).toBe(digest);

  const rectangle = { type: "rectangle", id: "a", x: 10, y: 10, width: 200, height: 100, strokeColor: "#1e1e1e", backgroundColor: "transparent", strokeWidth: 2 };
  const drawing = Buffer.from(JSON.stringify({ type: "excalidraw", version: 2, elements: [rectangle], files: {} }));
  // Some systems give a file no ending; it is known by what is in it.
  await choose("drawing", drawing);
  const drawn = await BoardPage.of(page);
  expect((await drawn.records()).map(({ kind }) => kind)).toEqual(["rectangle"]);

  await choose("holiday.kakehashi", Buffer.from("not a board at all"));
  await expect(page.getByRole("alert")).toHaveText(/file/);
  await expect(page.getByRole("button", { name: "Start a board" })).toBeEnabled();

  // Dropped, as from the desktop.
  const data = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "again.excalidraw"));
    return transfer;
  }, drawing.toString());
  await page.dispatchEvent("main", "dragover", { dataTransfer: data });
  await expect(page.getByText("Drop the file to make a board of it")).toBeVisible();
  await page.dispatchEvent("main", "drop", { dataTransfer: data });
  const dropped = await BoardPage.of(page);
  expect((await dropped.records()).map(({ kind }) => kind)).toEqual(["rectangle"]);
});

for (const [lang, colorScheme] of [["ja", "light"], ["en", "dark"]] as const) {
  test(`axe finds nothing on the front door with boards on it: ${lang}, ${colorScheme}`, async ({ people }) => {
    const page = await people.page("phone");
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.goto(people.address({ lang }));
    await BoardPage.of(page);
    await page.locator(".board-place .home").tap();
    await page.locator(".recent-more").waitFor();
    // Opened anew, so that nothing of leaving the board is still under way.
    await page.reload();
    await page.locator(".recent-more").tap();
    expect.soft(await violations(page), "actions").toEqual([]);
    await page.locator(".recent-actions button").first().tap();
    expect.soft(await violations(page), "naming").toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator("#code").fill("1");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    expect.soft(await violations(page), "a wrong code").toEqual([]);
    await page.locator(".recent-more").tap();
    await page.locator(".recent-actions .danger").tap();
    await page.locator(".undo-bar").waitFor();
    expect.soft(await violations(page), "undo").toEqual([]);
  });
}
