/**
 * A lesson of four in a call, as a panel, a laptop and a phone show it: no picture lies on the sheet, everything can be
 * pressed, and names are read from the last row. With `KAKEHASHI_SCREENS`, a folder, each state is a picture in it, in
 * both languages, light and dark.
 */
import type { Page } from "@playwright/test";
import { violations } from "./support/axe";
import { BoardPage } from "./support/board-page";
import { CallPictures, HERE } from "./support/call-pictures";
import { Caller } from "./support/caller";
import { section } from "./support/class";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import { SAMPLES, WALL } from "./support/lesson-pictures";
import { onSheet } from "./support/sights";

/** CSS pixels of a finger at a panel of 3840, which are half of that on one of 1920; and of a thumb. */
const FINGER = 44;

test.use({ actionTimeout: 15_000 });

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function box(page: Page, selector: string): Promise<Box> {
  const found = await page.locator(selector).first().boundingBox();
  if (found === null) throw new Error(`${selector} is not to be seen`);
  return found;
}

function meet(one: Box, other: Box): boolean {
  return one.x < other.x + other.width - 1 && other.x < one.x + one.width - 1 && one.y < other.y + other.height - 1 && other.y < one.y + one.height - 1;
}

/** What must hold on every screen: the call has a place of its own, within the window, and its buttons are large enough. */
async function isInPlace({ page }: BoardPage): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  // The sizes of tiles follow those of their place.
  await expect(async () => {
    const { sheet, strip, bar, tiles, buttons } = await page.evaluate(() => {
      const boxes = (selector: string): Box[] => [...document.querySelectorAll(selector)].map((each) => each.getBoundingClientRect().toJSON() as Box).filter((each) => each.width > 0);
      return { sheet: boxes(".sheet-place")[0]!, strip: boxes(".call-strip")[0]!, bar: boxes(".call-bar")[0]!, tiles: boxes(".call-tile"), buttons: boxes(".call-bar button") };
    });
    expect(meet(strip, sheet), "the strip lies on the sheet").toBe(false);
    expect(meet(bar, sheet), "the bar lies on the sheet").toBe(false);
    for (const place of [strip, bar]) {
      expect(place.x + place.width).toBeLessThanOrEqual(width + 1);
      expect(place.y + place.height).toBeLessThanOrEqual(height + 1);
    }
    for (const [i, tile] of tiles.entries()) {
      expect(tile.width, "a tile has a size").toBeGreaterThan(40);
      expect(tiles.some((other, j) => j !== i && meet(tile, other)), "tiles lie on each other").toBe(false);
    }
    for (const button of buttons) expect(Math.min(button.width, button.height), "a button is large enough").toBeGreaterThanOrEqual(FINGER - 0.5);
  }).toPass({ timeout: 10_000 });
}

/** Shows something that moves, as a screen. The browser's own question cannot be answered here. */
async function sharing(page: Page): Promise<void> {
  await page.addInitScript(() => {
    if (navigator.mediaDevices === undefined) return;
    navigator.mediaDevices.getDisplayMedia = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 1280;
      canvas.height = 720;
      const ctx = canvas.getContext("2d")!;
      const lines = ["The cable to Iki", "", "1  Power comes by the sea bed, too.", "2  A break is found by its echo.", "3  Until it is mended, radio carries the lesson."];
      let steps = 0;
      setInterval(() => {
        ctx.fillStyle = "#fffefb";
        ctx.fillRect(0, 0, 1280, 720);
        ctx.fillStyle = "#234b82";
        lines.forEach((line, i) => {
          ctx.font = i === 0 ? "600 72px sans-serif" : "40px sans-serif";
          ctx.fillText(line, 80, 140 + i * 80);
        });
        ctx.fillRect(80 + (steps++ % 100) * 10, 640, 40, 12);
      }, 100);
      return Promise.resolve(canvas.captureStream(10));
    };
  });
}

/** What is spoken on this page can be said in writing too, as a program beside it would. */
async function captioning(page: Page): Promise<(text: string) => Promise<void>> {
  await page.addInitScript(() => {
    const opened: WebSocket[] = [];
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data: string | BufferSource | Blob) {
      if (!opened.includes(this)) opened.push(this);
      send.call(this, data);
    };
    Object.assign(window, { opened });
  });
  return (text) =>
    page.evaluate((said) => {
      // A frame of a call (WIRE sections 1 and 12): its number, and a text with its length.
      const ask = new TextEncoder().encode(JSON.stringify({ type: "caption", text: said }));
      if (ask.length > 250) throw new Error("a length of more than one byte");
      (window as unknown as { readonly opened: readonly WebSocket[] }).opened.at(-1)!.send(new Uint8Array([8, ask.length, ...ask]));
    }, text);
}

test("a lesson of four in a call, on a panel, a laptop and a phone", async ({ people, server }) => {
  test.setTimeout(HERE ? 240_000 : 90_000);
  const shown = await people.page("wall");
  await shown.setViewportSize(WALL);
  await shown.goto(`${server.url}/kiosk?lang=en`);
  await shown.locator(".idle-start").click();
  const panel = await BoardPage.of(shown);
  await section(panel, "People");
  await shown.getByRole("button", { name: "Start session" }).click();
  await shown.getByRole("button", { name: "Close the meeting panel" }).click();
  const board = await shown.evaluate(() => (JSON.parse(localStorage.getItem("kakehashi.panel")!) as { open: { board: string } }).open.board);
  let says = (_text: string): Promise<void> => Promise.reject(new Error("nobody has come"));
  const comes = async (name: string, screen: "laptop" | "phone"): Promise<BoardPage> => {
    const page = await people.page(screen);
    await page.addInitScript((who) => localStorage.setItem("kakehashi.name", who), name);
    await sharing(page);
    says = await captioning(page);
    await page.goto(`${server.url}/b/${board}?lang=en`);
    return BoardPage.of(page);
  };
  const laptop = await comes("Aoi Sato", "laptop");
  const phone = await comes("Ken", "phone");
  const far = await comes("大村 さくら", "laptop");
  const pictures = new CallPictures({ panel: panel.page, laptop: laptop.page, phone: phone.page });
  const from = await onSheet(far.page, { x: 300, y: 300 });
  const to = await onSheet(far.page, { x: 1620, y: 780 });
  await far.write(fitInto(handwriting("海の道", 5, { rate: SAMPLES }), { ...from, width: to.x - from.x, height: to.y - from.y }));

  // Nobody has to say that a panel is a panel: its microphone and its loudspeaker are on.
  await panel.page.getByRole("button", { name: "Join call" }).click();
  await expect(panel.page.getByRole("switch", { name: "I am in the room with the panel" })).toHaveCount(0);
  await panel.page.keyboard.press("Escape");
  const callers: Caller[] = [];
  for (const each of [panel, laptop, phone, far]) callers.push(await Caller.joins(each));
  for (const caller of callers) await caller.sees(3);
  for (const each of [panel, laptop, phone]) {
    await expect(each.page.locator(".call-tiles .call-tile video")).toHaveCount(3);
    await isInPlace(each);
  }
  expect(await panel.page.locator(".call-name bdi").first().evaluate((name) => parseFloat(getComputedStyle(name).fontSize) / window.innerHeight)).toBeGreaterThan(0.02);
  await expect(laptop.page.locator(".call-name").filter({ hasText: "大村 さくら" })).toBeVisible();
  expect(await violations(laptop.page)).toEqual([]);
  await pictures.take("faces");

  // What the far one says stands in writing over her picture, within it, until something else is said, or nothing.
  for (const text of ["海の底をケーブルが通っています。切れた所は、こだまで見つけます。船が引き上げて、つなぎ直します。", "The cable runs on the sea bed."]) {
    await says(text);
    for (const { page } of [panel, laptop, phone]) {
      await expect(page.locator(".call-tiles .call-tile").filter({ hasText: "大村 さくら" }).locator(".call-caption")).toHaveText(text);
      const [caption, tile] = [await box(page, ".call-caption"), await box(page, ".call-tile:has(.call-caption)")];
      expect([caption.x >= tile.x - 1, caption.y >= tile.y - 1, caption.x + caption.width <= tile.x + tile.width + 1, caption.y + caption.height <= tile.y + tile.height + 1]).toEqual([true, true, true, true]);
    }
    for (const screen of HERE ? ["panel", "laptop", "phone"] : []) {
      // It stays for some seconds only.
      await says(text);
      await pictures.take(text.startsWith("T") ? "caption-short" : "caption", [screen]);
    }
  }
  expect(await violations(laptop.page)).toEqual([]);
  await says("");
  for (const { page } of [panel, laptop, phone]) await expect(page.locator(".call-caption")).toHaveCount(0);

  // Whoever has no camera is a disc with initials, and whoever is muted is seen to be.
  await callers[3]!.turns("Camera", false);
  await callers[2]!.turns("Microphone", false);
  const withoutCamera = laptop.page.locator(".call-tile").filter({ hasText: "大村 さくら" });
  await expect(withoutCamera.locator("video")).toHaveCount(0);
  await expect(withoutCamera.locator(".call-disc")).toHaveText("大さ");
  await expect(panel.page.locator(".call-tile").filter({ hasText: "Ken" })).toContainText("microphone off");
  await phone.page.getByRole("button", { name: "Raise hand" }).click();
  await expect(panel.page.locator(".call-tile").filter({ hasText: "Ken" }).locator(".call-hand")).toHaveText("1");
  await pictures.take("disc");

  await far.page.getByRole("button", { name: "Share screen" }).click();
  for (const each of [panel, laptop, phone]) {
    await expect(each.page.locator(".call-screen video")).toBeVisible();
    await isInPlace(each);
    const screen = await box(each.page, ".call-screen-picture");
    const tile = await box(each.page, ".call-tiles .call-tile");
    expect(screen.width).toBeGreaterThan(tile.width * 1.5);
  }
  expect(await violations(phone.page)).toEqual([]);
  await pictures.take("screen");
  await laptop.page.getByRole("button", { name: "Larger" }).click();
  await isInPlace(laptop);
  await pictures.take("screen-large", ["laptop"]);
  await far.page.getByRole("button", { name: "Stop sharing" }).click();
  await expect(laptop.page.locator(".call-screen")).toHaveCount(0);

  // Folded, the sheet has all of its place, and no pictures come for nobody.
  for (const each of [panel, laptop, phone]) {
    const before = await box(each.page, ".sheet-place");
    await each.page.getByRole("button", { name: "Put the pictures away" }).click();
    await expect(each.page.locator(".call-strip")).toHaveCount(0);
    const after = await box(each.page, ".sheet-place");
    expect(after.width * after.height).toBeGreaterThan(before.width * before.height);
    expect(meet(await box(each.page, ".call-bar"), after)).toBe(false);
  }
  await callers[1]!.sees(0);
  await pictures.take("folded");
  await laptop.page.getByRole("button", { name: "Show the pictures" }).click();
  await callers[1]!.sees(2);

  await panel.page.getByRole("button", { name: "More about the call" }).click();
  await panel.page.getByRole("menuitem", { name: "Mute all" }).click();
  await expect(laptop.page.locator(".toast")).toHaveText(/^Guest \d+ has turned your microphone off\.$/);
  await expect(laptop.page.getByRole("button", { name: "Microphone", exact: true })).toHaveAttribute("aria-pressed", "false");
  await laptop.page.keyboard.press("Shift+V");
  await expect(laptop.page.getByRole("button", { name: "Microphone", exact: true })).toHaveAttribute("aria-pressed", "true");
  await laptop.page.keyboard.press("Shift+V");
  await expect(laptop.page.getByRole("button", { name: "Microphone", exact: true })).toHaveAttribute("aria-pressed", "false");
  await callers[1]!.leaves();
  await expect(laptop.page.getByRole("button", { name: "Join call" })).toContainText("3");
  // From here one joined before: one tap is enough.
  await laptop.page.getByRole("button", { name: "Join call" }).click();
  await expect(laptop.page.getByRole("button", { name: "Leave call" })).toBeVisible();
  await expect(laptop.page.getByRole("dialog")).toHaveCount(0);
});

test("whoever stands before the panel joins silently, and says so; the device check ends in one colour", async ({ people }) => {
  const page = await people.page();
  await page.goto(`${people.address()}&panel`);
  const aoi = await BoardPage.of(page);
  const other = await Caller.joins(await people.join());
  const pictures = new CallPictures({ laptop: page });

  await page.getByRole("button", { name: "Join call" }).click();
  await expect(page.getByRole("switch", { name: "I am in the room with the panel" })).toHaveAttribute("aria-checked", "true");
  await expect(page.locator(".call-look video")).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await pictures.take("card");
  await page.getByRole("dialog").getByRole("button", { name: "Check devices" }).click();
  const check = page.getByRole("dialog", { name: "Device check" });
  await expect(check).toContainText("Your picture is there.");
  await check.getByRole("button", { name: "Play a sound" }).click();
  await check.getByRole("button", { name: "Yes" }).click();
  await expect(check).toContainText("You are heard.");
  // A processor that is busy with much else makes a slow line.
  await expect(check).toContainText(/Voices (and pictures )?get through/);
  await expect(check.locator(".check-verdict")).toHaveAttribute("data-color", /green|amber/);
  expect(await violations(page)).toEqual([]);
  await pictures.take("check");
  await check.getByRole("button", { name: "No", exact: true }).click();
  await expect(check.locator(".check-verdict")).toHaveAttribute("data-color", "red");
  await expect.poll(() => other.others()).toEqual([]);
  await check.getByRole("button", { name: "Join call" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Join call" }).click();
  await expect(page.locator(".call-notes")).toContainText("You hear and are heard by the panel.");
  await expect(page.getByRole("button", { name: "Microphone", exact: true })).toBeDisabled();
  await expect.poll(() => other.others()).toEqual([["camera"]]);
  await isInPlace(aoi);
  await pictures.take("silent");
  await page.getByRole("button", { name: "Use this device’s sound" }).click();
  await page.getByRole("button", { name: "Microphone", exact: true }).click();
  await expect.poll(() => other.others()).toEqual([["camera", "microphone"]]);
});
