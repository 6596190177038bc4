/** Pages: the overview with its live pictures, what is done to pages there, and how they are ruled. */
import type { Locator } from "@playwright/test";
import { agreed, type BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";

function overview(board: BoardPage): Locator {
  return board.page.getByRole("dialog", { name: "All pages" });
}

async function open(board: BoardPage): Promise<Locator> {
  await board.button("All pages").click();
  const dialog = overview(board);
  await dialog.waitFor();
  return dialog;
}

function cards(dialog: Locator): Locator {
  return dialog.locator("[data-card]");
}

/** The names of the pages, in order. */
async function order(dialog: Locator): Promise<string[]> {
  return cards(dialog).evaluateAll((all) => all.map((card) => card.getAttribute("data-card") ?? ""));
}

/** How many pixels of a card's picture are ink, thinned by its size. */
function ink(card: Locator): Promise<number> {
  return card.locator("canvas").evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const pixels = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data;
    let dark = 0;
    for (let i = 0; i < pixels.length; i += 4) if (pixels[i]! + pixels[i + 1]! + pixels[i + 2]! < 500) dark++;
    return dark;
  });
}

async function doTo(dialog: Locator, number: number, action: string): Promise<void> {
  await dialog.getByRole("button", { name: `Page ${number}: more` }).click();
  await dialog.page().getByRole("menuitem", { name: new RegExp(`^${action}`) }).click();
}

const line = (seed: number, text = "壱岐") => handwriting(text, seed);

test("pictures of all pages are live, also of pages that somebody else writes on", async ({ people }) => {
  const one = await people.join();
  await one.write(fitInto(line(81), await one.area(0.3, 0.3, 0.3, 0.4)));
  await one.button("Add page").click();
  const two = await people.join();
  await agreed([two]);
  const dialog = await open(one);
  await expect(cards(dialog)).toHaveCount(2);
  await expect(async () => expect(await ink(cards(dialog).nth(0))).toBeGreaterThan(50)).toPass();
  const before = await ink(cards(dialog).nth(0));
  expect(await ink(cards(dialog).nth(1))).toBe(0);
  // The other is on page 1, where this one is not.
  await expect(cards(dialog).nth(0).getByRole("img", { name: /^Here: Guest/ })).toBeVisible();
  await two.write(fitInto(line(82, "大村"), await two.area(0.6, 0.3, 0.3, 0.4)));
  await expect(async () => expect(await ink(cards(dialog).nth(0))).toBeGreaterThan(before + 20)).toPass();
  await cards(dialog).nth(0).getByRole("button", { name: "Page 1", exact: true }).click();
  await expect(dialog).toHaveCount(0);
  await agreed([one, two]);
});

test("pages are put elsewhere by dragging, by keys and by the menu", async ({ people }) => {
  const one = await people.join();
  const two = await people.join();
  await one.button("Add page").click();
  await one.button("Add page").click();
  const dialog = await open(one);
  await expect(cards(dialog)).toHaveCount(3);
  const [a, b, c] = await order(dialog);
  const from = (await cards(dialog).nth(0).locator("canvas").boundingBox())!;
  const to = (await cards(dialog).nth(2).locator("canvas").boundingBox())!;
  await one.drag({ x: from.x + 40, y: from.y + 40 }, { x: to.x + to.width / 2, y: to.y + to.height / 2 });
  await expect(async () => expect(await order(dialog)).toEqual([b, c, a])).toPass();
  // A drag is no press: the overview is still open.
  await cards(dialog).nth(0).locator(".page-picture").focus();
  await one.page.keyboard.press("Alt+ArrowRight");
  await expect(async () => expect(await order(dialog)).toEqual([c, b, a])).toPass();
  await doTo(dialog, 3, "Move earlier");
  await expect(async () => expect(await order(dialog)).toEqual([c, a, b])).toPass();
  const theirs = await open(two);
  await expect(async () => expect(await order(theirs)).toEqual([c, a, b])).toPass();
  await one.page.keyboard.press("Escape");
  await one.button("Undo").click();
  await expect(async () => expect(await order(theirs)).toEqual([c, b, a])).toPass();
});

test("a duplicate has all that was on the page, and one undo takes it back", async ({ people }) => {
  const one = await people.join();
  await one.write(fitInto(line(83), await one.area(0.2, 0.2, 0.5, 0.3)));
  await one.tool("Text");
  await one.click(await one.place(0.3, 0.7));
  await one.page.keyboard.type("学校");
  await one.page.keyboard.press("Escape");
  await agreed([one]);
  const original = await one.records();
  const dialog = await open(one);
  await doTo(dialog, 1, "Duplicate");
  await expect(cards(dialog)).toHaveCount(2);
  await cards(dialog).nth(1).locator(".page-picture").click();
  await expect(async () => expect((await one.records()).length).toBe(original.length)).toPass();
  await agreed([one]);
  const copy = await one.records();
  expect(copy.map(({ kind, points, text, x, y }) => ({ kind, points, text, x, y }))).toEqual(
    original.map(({ kind, points, text, x, y }) => ({ kind, points, text, x, y })),
  );
  expect(copy.some(({ id }) => original.some((record) => record.id === id))).toBe(false);
  await one.button("Undo").click();
  await expect(one.page.locator(".page-number")).toHaveCount(1);
  expect((await one.records()).map(({ id }) => id)).toEqual(original.map(({ id }) => id));
});

test("a page that is still on its way when it is duplicated is waited for", async ({ people }) => {
  const one = await people.join();
  await one.button("Add page").click();
  await one.write(fitInto(line(84), await one.area(0.3, 0.3, 0.3, 0.4)));
  await agreed([one]);
  const two = await people.join();
  // The page that was never shown on this device comes only when it is let.
  let letIt = (): void => undefined;
  const late = new Promise<void>((resolve) => (letIt = resolve));
  await two.page.route("**/snapshot?*", async (route) => {
    await late;
    await route.continue();
  });
  const asked = two.page.waitForRequest("**/snapshot?*");
  const dialog = await open(two);
  await asked;
  await doTo(dialog, 2, "Duplicate");
  letIt();
  await expect(cards(dialog)).toHaveCount(3);
  await expect(async () => expect(await ink(cards(dialog).nth(2))).toBeGreaterThan(50)).toPass();
});

test("an item of a menu stays under the finger that presses it, whatever others do meanwhile", async ({ people }) => {
  const one = await people.join();
  const two = await people.join();
  const dialog = await open(one);
  await dialog.getByRole("button", { name: "Page 1: more" }).click();
  const item = (await one.page.getByRole("menuitem", { name: "Duplicate" }).boundingBox())!;
  await one.page.mouse.move(item.x + item.width / 2, item.y + item.height / 2);
  await one.page.mouse.down();
  // A second page, so that the first can be moved: the menu would have an item more at its top.
  await two.button("Add page").click();
  await expect(cards(dialog)).toHaveCount(2);
  await one.page.mouse.up();
  await expect(cards(dialog)).toHaveCount(3);
});

test("a hidden page is passed over by everybody and can be shown again; the last one in sight stays", async ({ people }) => {
  const one = await people.join();
  await one.button("Add page").click();
  const two = await people.join();
  await expect(two.page.locator(".page-number")).toHaveCount(2);
  const dialog = await open(one);
  await doTo(dialog, 1, "Hide");
  // The other stood on the page that was hidden, and is taken to the one that is left.
  await expect(two.page.locator(".page-number")).toHaveText(["2"]);
  await expect(two.page.locator(".page-number")).toHaveAttribute("aria-current", "page");
  await dialog.getByRole("button", { name: "Page 2: more" }).click();
  await expect(one.page.getByRole("menuitem", { name: "Hide" })).toHaveCount(0);
  await expect(one.page.getByRole("menuitem", { name: "Delete" })).toHaveCount(0);
  await one.page.keyboard.press("Escape");
  await doTo(dialog, 1, "Show again");
  await expect(two.page.locator(".page-number")).toHaveText(["1", "2"]);
  await doTo(dialog, 2, "Delete");
  await expect(cards(dialog)).toHaveCount(1);
  await one.page.keyboard.press("Escape");
  await one.button("Undo").click();
  await expect(two.page.locator(".page-number")).toHaveText(["1", "2"]);
});

test("the background is chosen for all, and the next page has it too", async ({ people }) => {
  const one = await people.join();
  const two = await people.join();
  await one.button("Background").click();
  await one.page.getByRole("button", { name: "Kanji squares" }).click();
  await expect(one.page.getByRole("button", { name: "Kanji squares" })).toHaveAttribute("aria-pressed", "true");
  await one.page.keyboard.press("Escape");
  await two.button("Background").click();
  await expect(two.page.getByRole("button", { name: "Kanji squares" })).toHaveAttribute("aria-pressed", "true");
  await one.button("Add page").click();
  await one.button("Background").click();
  await expect(one.page.getByRole("button", { name: "Kanji squares" })).toHaveAttribute("aria-pressed", "true");
});
