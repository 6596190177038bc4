/** A wall panel's own screen: from idle to a board and back, with nothing but fingers. */
import type { Page } from "@playwright/test";
import { violations } from "./support/axe";
import { agreed, BoardPage } from "./support/board-page";
import { expect, type People, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import { appKept } from "./support/kept";
import { Touches } from "./support/pointers";
import type { Server } from "./support/server.mjs";

async function panel(people: People, server: Server): Promise<Page> {
  const page = await people.page("wall");
  await setUp(page, server);
  return page;
}

/** As somebody does who sets a panel up: from the front door. */
async function setUp(page: Page, server: Server, query = ""): Promise<void> {
  await page.goto(`${server.url}/?lang=en${query}`);
  await page.getByRole("link", { name: "Use this screen as a wall panel" }).tap();
  await expect(page.getByRole("button", { name: "Start writing" })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe("/kiosk");
}

/** The nine digits that a part of the screen shows. */
async function digitsIn(page: Page, where: string): Promise<string> {
  const shown = await page.locator(`${where} .digits .unseen`).innerText();
  return shown.replace(/\D/g, "");
}

/** A stroke with a finger, connected or not. */
async function writeOn(page: Page): Promise<void> {
  const surface = page.getByRole("application");
  await surface.waitFor();
  const box = (await surface.boundingBox())!;
  const place = { x: box.x + box.width * 0.35, y: box.y + box.height * 0.4, width: box.width * 0.3, height: box.height * 0.05 };
  const path = fitInto([handwriting("一", 7)[0]!], place)[0]!;
  const fingers = new Touches(await page.context().newCDPSession(page));
  await fingers.down([path[0]!]);
  for (const point of path.slice(1)) await fingers.move([point]);
  await fingers.up();
}

/** CSS pixels of the smallest writing that is in sight. */
function smallestWriting(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.min(
      ...[...document.querySelectorAll(".kiosk *")].flatMap((element) => {
        const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "");
        const seen = element.getClientRects().length > 0 && element.closest(".unseen, .kiosk-board > .board") === null;
        return own && seen ? [parseFloat(getComputedStyle(element).fontSize)] : [];
      }),
    ),
  );
}

test("from idle to idle: start, join this panel's board from elsewhere, show the code, end, open it again", async ({ people, server }) => {
  const page = await panel(people, server);
  // Whoever reads the code from the wall is on the board before anybody has touched the panel.
  const code = await digitsIn(page, ".idle-join");
  expect(code).toHaveLength(9);
  expect(await smallestWriting(page)).toBeGreaterThanOrEqual(28);
  const laptop = await people.page();
  await laptop.goto(`${server.url}/?lang=en`);
  await laptop.getByRole("textbox", { name: "Code" }).fill(code);
  await laptop.getByRole("button", { name: "Join", exact: true }).click();
  const far = await BoardPage.of(laptop);
  await expect(page.getByText("1 person is on this board already")).toBeVisible();

  await page.getByRole("button", { name: "Start writing" }).tap();
  const near = await BoardPage.of(page);
  await writeOn(page);
  await agreed([near, far]);
  expect(await far.strokes()).toHaveLength(1);

  await page.getByRole("button", { name: /^Code \d{3}-\d{3}-\d{3}$/ }).tap();
  const large = page.getByRole("dialog", { name: "Join this board" });
  await expect(large.getByRole("img", { name: /QR code/ })).toBeVisible();
  expect(await digitsIn(page, "[role=dialog]")).toBe(code);
  expect(await smallestWriting(page)).toBeGreaterThanOrEqual(28);
  await large.getByRole("button", { name: "Close" }).tap();

  await page.getByRole("button", { name: "End", exact: true }).tap();
  const ask = page.getByRole("dialog", { name: "End and clear this screen?" });
  await expect(ask).toContainText("Everything is saved.");
  expect(await digitsIn(page, "[role=dialog]")).toBe(code);
  await ask.getByRole("button", { name: "Keep writing" }).tap();
  await expect(near.surface).toBeVisible();
  await page.getByRole("button", { name: "End", exact: true }).tap();
  await ask.getByRole("button", { name: "End", exact: true }).tap();

  await expect(page.getByRole("button", { name: "Start writing" })).toBeVisible();
  await expect(page.getByText(`The board is closed. Its code: ${code.replace(/(...)(...)(...)/, "$1-$2-$3")}`)).toBeVisible();
  // Another board waits now, nothing of the last one is shown, and its code leads back to it.
  await expect.poll(() => digitsIn(page, ".idle-join")).not.toBe(code);
  await expect(page.locator(".idle .thumbnail, .idle li")).toHaveCount(0);
  await page.getByRole("button", { name: "Join by code" }).tap();
  const pad = page.getByRole("dialog", { name: "Join by code" });
  for (const digit of code) await pad.getByRole("button", { name: digit, exact: true }).tap();
  await pad.getByRole("button", { name: "Join", exact: true }).tap();
  const again = await BoardPage.of(page);
  await agreed([again, far]);
  expect(await again.strokes()).toHaveLength(1);
});

test("a code is typed with fingers; a wrong one says so", async ({ people, server }) => {
  const { board, code } = await server.startBoard();
  const page = await panel(people, server);
  await page.getByRole("button", { name: "Join by code" }).tap();
  const pad = page.getByRole("dialog", { name: "Join by code" });
  const key = (name: string) => pad.getByRole("button", { name, exact: true });
  const join = key("Join");
  await key("1").tap();
  await join.tap();
  await expect(pad.getByRole("alert")).toHaveText("A code has nine digits. Please check it and try again.");
  await key("Delete the last digit").tap();
  const digits = code.replace(/\D/g, "");
  for (const digit of digits) await key(digit).tap();
  await expect(pad.getByRole("status")).toHaveText(`Digits: ${digits.split("").join(" ")}`);
  expect(await smallestWriting(page)).toBeGreaterThanOrEqual(28);
  // The keys stand in the lower half, where children reach.
  const top = (await key("1").boundingBox())!.y;
  expect(top).toBeGreaterThan(2160 * 0.45);
  await join.tap();
  await BoardPage.of(page);
  await expect(page.getByRole("button", { name: `Code ${code}`, exact: true })).toBeVisible();
  const info = await page.evaluate(() => localStorage.getItem("kakehashi.panel"));
  expect(info).toContain(board);
  // A panel that is switched off and on goes on where it was.
  await appKept(page);
  await page.reload();
  await BoardPage.of(page);
  await expect(page.getByRole("button", { name: `Code ${code}`, exact: true })).toBeVisible();
});

test("a panel starts while the server is away, and hands in what was written when it is back", async ({ people, server }) => {
  const page = await panel(people, server);
  const code = await digitsIn(page, ".idle-join");
  // Nobody comes and nothing moves while the board that waits is opened.
  const laptop = await people.page();
  await laptop.goto(`${server.url}/?lang=en`);
  await laptop.getByRole("textbox", { name: "Code" }).fill(code);
  await server.kill();
  await expect(page.getByText("You can start writing; others can join when it is back.")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Start writing" }).tap();
  await writeOn(page);
  await page.getByRole("button", { name: "End", exact: true }).tap();
  const ask = page.getByRole("dialog", { name: "End and clear this screen?" });
  await expect(ask).toContainText(/\d+ changes? (is|are) still on this panel/);
  await ask.getByRole("button", { name: "End", exact: true }).tap();
  await expect(page.getByRole("button", { name: "Start writing" })).toBeVisible();
  await server.up();
  await laptop.getByRole("button", { name: "Join", exact: true }).click();
  const far = await BoardPage.of(laptop);
  await expect.poll(async () => (await far.strokes()).length, { timeout: 30_000 }).toBe(1);
});

test("left alone, a panel warns, counts down and goes back to idle; a touch keeps the board, and so does what is unsaved", async ({ people, server }) => {
  const page = await people.page("wall");
  await page.clock.install();
  await setUp(page, server, "&rest=5");
  await page.getByRole("button", { name: "Start writing" }).tap();
  const board = await BoardPage.of(page);
  await writeOn(page);
  await agreed([board]);
  const warning = page.getByRole("dialog", { name: "Is anybody still here?" });
  await page.clock.runFor("04:50");
  await expect(warning).toHaveCount(0);
  await page.clock.runFor("00:15");
  await expect(warning).toBeVisible();
  await expect(warning.getByRole("timer")).toHaveText(/^5\d seconds$/);
  await warning.getByRole("button", { name: "Keep writing" }).tap();
  await expect(warning).toHaveCount(0);

  await server.kill();
  await writeOn(page);
  await page.clock.runFor("08:00");
  await expect(warning).toHaveCount(0);
  await server.up();
  await expect(async () => {
    await page.clock.runFor("00:02");
    expect(await board.unsaved()).toBe(0);
  }).toPass({ timeout: 20_000 });
  // Also over the code that was left open for the class to read.
  await page.locator(".kiosk-bar .quiet").tap();
  await page.clock.runFor("05:05");
  await expect(warning).toBeVisible();
  await page.clock.runFor("01:00");
  await expect(page.getByRole("button", { name: "Start writing" })).toBeVisible();
});

for (const [lang, colorScheme] of [["en", "light"], ["ja", "dark"]] as const) {
  test(`axe finds nothing on a panel: ${lang}, ${colorScheme}`, async ({ people, server }) => {
    const page = await people.page("wall");
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.goto(`${server.url}/?lang=${lang}`);
    await page.locator(".door-foot a").first().tap();
    await page.locator(".idle-join .digits").waitFor();
    expect.soft(await violations(page), "idle").toEqual([]);
    await page.locator(".idle-code").tap();
    await page.locator(".pad-join").tap();
    expect.soft(await violations(page), "pad").toEqual([]);
    await page.keyboard.press("Escape");
    // Dark and light differ by their colours alone; the board's dialogs have the same as the pad.
    if (colorScheme === "dark") return;
    await page.locator(".idle-start").tap();
    await BoardPage.of(page);
    expect.soft(await violations(page), "board").toEqual([]);
    await page.locator(".kiosk-bar .quiet").tap();
    expect.soft(await violations(page), "code").toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator(".kiosk-bar-end").tap();
    expect.soft(await violations(page), "end").toEqual([]);
    await page.locator("[role=dialog] .primary").tap();
    await page.locator(".idle-closed").waitFor();
    expect.soft(await violations(page), "idle again").toEqual([]);
  });
}
