/** A meeting in browsers: its session, who takes part, hands, writing held, roles, names, removal, and an emptied page. */
import type { Locator, Page } from "@playwright/test";
import { violations } from "./support/axe";
import { agreed, BoardPage } from "./support/board-page";
import { act } from "./support/class";
import { expect, type People, test } from "./support/fixtures";
import { fitInto, handwriting, type Point } from "./support/ink.mjs";
import { come, listOf } from "./support/others";
import type { Server } from "./support/server.mjs";

async function named(people: People, name: string, screen: "laptop" | "phone" = "laptop"): Promise<Page> {
  const page = await people.page(screen);
  await page.addInitScript((who) => localStorage.setItem("kakehashi.name", who), name);
  return page;
}

/** A teacher who began a board, and its address. */
async function teacher(people: People, server: Server): Promise<{ host: BoardPage; address: string }> {
  const page = await named(people, "Ms Mori");
  await page.goto(`${server.url}/?lang=en`);
  await page.getByRole("button", { name: "Start a board" }).click();
  const host = await BoardPage.of(page);
  return { host, address: `${server.url}${new URL(page.url()).pathname}?lang=en` };
}

async function pupil(people: People, name: string, address: string, screen: "laptop" | "phone" = "laptop"): Promise<BoardPage> {
  const page = await named(people, name, screen);
  await page.goto(address);
  return BoardPage.of(page);
}

function rowOf(list: Locator, name: string): Locator {
  return list.getByRole("listitem").filter({ hasText: name });
}

async function start(host: BoardPage): Promise<Locator> {
  const list = await listOf(host);
  await host.button("Start session").click();
  await expect(host.page.getByRole("heading", { name: /^Session since/ })).toBeVisible();
  return list;
}

/** A line of so many points. */
function line(from: Point, to: Point, count: number): Point[] {
  return Array.from({ length: count }, (_, i) => ({ x: from.x + ((to.x - from.x) * i) / (count - 1), y: from.y + ((to.y - from.y) * i) / (count - 1) }));
}

test("a session makes everybody a participant in the middle of a stroke; hands go up in order and cut none; who comes back seven times is one", async ({ people, server }) => {
  const { host, address } = await teacher(people, server);
  const aki = await pupil(people, "Aki", address, "phone");
  const ren = await pupil(people, "Ren", address);
  await expect(aki.button("Raise hand")).toHaveCount(0);

  const finger = aki.touches();
  const [from, to] = [await aki.place(0.2, 0.4), await aki.place(0.8, 0.6)];
  const way = line(from, to, 40);
  await finger.down(way.slice(0, 1));
  for (const at of way.slice(1, 14)) await finger.move([at]);
  const list = await start(host);
  // Whoever is about to take part stands there twice for a moment.
  await expect(list.getByText("Here by the link")).toHaveCount(0);
  await expect(list.getByRole("listitem")).toHaveCount(3);
  await expect(rowOf(list, "Aki")).toContainText("Member");
  await expect(rowOf(list, "Ms Mori")).toContainText("Host");
  for (const at of way.slice(14, 26)) await finger.move([at]);
  await aki.button("Raise hand").click();
  await expect(aki.button("Lower hand")).toBeVisible();
  for (const at of way.slice(26)) await finger.move([at]);
  await finger.up();
  await agreed([host, aki, ren]);
  const [stroke, ...more] = await ren.strokes();
  expect(more).toEqual([]);
  const [first, last] = [stroke?.points?.[0], stroke?.points?.[stroke.points.length - 1]];
  const sight = await aki.sight();
  const place = await aki.area();
  const scale = place.width / sight.width;
  expect(((last?.[0] ?? 0) - (first?.[0] ?? 0)) * scale).toBeGreaterThan((to.x - from.x) * 0.95);

  // A further finger, of which browsers make no click while another writes.
  const hand = await aki.button("Lower hand").boundingBox();
  if (hand === null) throw new Error("there is no button for the hand");
  const button = { x: hand.x + hand.width / 2, y: hand.y + hand.height / 2 };
  const below = way.map(({ x, y }) => ({ x, y: y + 60 }));
  await finger.down(below.slice(0, 1));
  for (const at of below.slice(1, 20)) await finger.move([at]);
  await finger.down([below[20] ?? to, button]);
  for (const at of below.slice(21)) await finger.move([at, button]);
  await finger.up();
  await expect(aki.button("Raise hand")).toBeVisible();
  await agreed([host, aki, ren]);
  expect(await ren.strokes()).toHaveLength(2);
  await aki.page.keyboard.press("Shift+H");
  await expect(aki.button("Lower hand")).toBeVisible();

  await ren.page.keyboard.press("Shift+H");
  await expect(ren.button("Lower hand")).toHaveAccessibleDescription("You are number 2");
  await expect(aki.button("Lower hand")).toHaveAccessibleDescription("You are number 1");
  await expect(list.getByRole("img", { name: "Hand raised, number 2" })).toBeVisible();
  expect(await violations(host.page)).toEqual([]);
  await act(host, "Aki", "Lower Aki’s hand");
  await expect(aki.button("Raise hand")).toBeVisible();
  await expect(ren.button("Lower hand")).toHaveAccessibleDescription("You are number 1");

  for (let i = 0; i < 7; i++) {
    await ren.page.reload();
    await ren.open();
  }
  await expect(ren.button("Lower hand")).toBeVisible();
  await expect(list.getByRole("listitem")).toHaveCount(3);

  await host.button("End session").click();
  await host.page.getByRole("dialog").getByRole("button", { name: "End session" }).click();
  await expect(ren.button("Lower hand")).toHaveCount(0);
  // Whoever has just come need not be told.
  await expect(aki.page.getByText("The session has ended.")).toBeVisible();
});

test("writing is held for all, for one and for a page, and given back; roles, names and what somebody wrote are changed; who is removed sees so", async ({ people, server }) => {
  const { host, address } = await teacher(people, server);
  const aki = await pupil(people, "Aki", address);
  const ren = await pupil(people, "Ren", address);
  const list = await start(host);
  await expect(list.getByRole("listitem")).toHaveCount(3);
  await aki.write(fitInto(handwriting("川", 4), await aki.area(0.1, 0.1, 0.2, 0.3)));
  await agreed([host, aki, ren]);

  const held = host.page.getByRole("switch", { name: "Only those who lead write" });
  await held.click();
  await expect(aki.page.getByText("The host holds writing.")).toBeVisible();
  await expect(aki.button("Pen")).toBeDisabled();
  await expect(host.button("Pen")).toBeEnabled();
  await aki.drag(await aki.place(0.5, 0.5), await aki.place(0.7, 0.7));
  expect(await violations(aki.page)).toEqual([]);
  await held.click();
  await expect(aki.button("Pen")).toBeEnabled();
  await expect(aki.page.getByText("The host holds writing.")).toHaveCount(0);
  await act(host, "Aki", "Keep from writing");
  await expect(aki.page.getByText("The host keeps you from writing for now.")).toBeVisible();
  await expect(ren.button("Pen")).toBeEnabled();
  await act(host, "Aki", "Let write again");
  await host.page.getByRole("switch", { name: "Lock this page" }).click();
  await expect(ren.page.getByText("This page is locked.")).toBeVisible();
  await host.page.getByRole("switch", { name: "Lock this page" }).click();
  await expect(ren.button("Pen")).toBeEnabled();
  await expect(aki.page.getByRole("alert")).toHaveCount(0);
  expect(await aki.strokes()).toHaveLength(3);

  await act(host, "Aki", "Rename…");
  await host.page.getByLabel("New name").fill("Aki Kato");
  await host.page.keyboard.press("Enter");
  await expect(aki.button("Aki Kato: change your name")).toBeVisible();
  await act(host, "Aki Kato", "Put aside all they wrote");
  await expect.poll(() => ren.strokes()).toHaveLength(0);
  await act(host, "Aki Kato", "Bring back all they wrote");
  await expect.poll(() => ren.strokes()).toHaveLength(3);
  await act(host, "Ren", "Make assistant");
  await expect(ren.page.getByText("You are now: Assistant.")).toBeVisible();
  const theirs = await listOf(ren);
  // An assistant directs pupils, and not the host.
  await expect(ren.button("Actions for Aki Kato")).toBeVisible();
  await ren.button("Actions for Ms Mori").click();
  await expect(ren.page.getByRole("menuitem")).toHaveText(["Put aside all they wrote"]);
  await ren.page.keyboard.press("Escape");

  await act(ren, "Aki Kato", "Remove…");
  await ren.page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(aki.page.getByRole("heading", { name: "You are no longer on this board" })).toBeVisible();
  await aki.page.reload();
  await expect(aki.page.getByRole("heading", { name: "You are no longer on this board" })).toBeVisible();
  await expect(rowOf(theirs, "Aki")).toHaveCount(0);
  await ren.page.getByText("Removed (1)").click();
  await ren.button("Let Aki Kato in again").click();
  await aki.page.getByRole("button", { name: "Try again" }).click();
  await aki.open();
  await expect(rowOf(list, "Aki Kato")).toContainText("Page 1");
  // The device's own name is still Aki; in this meeting the given one holds, also at the pen.
  await expect(aki.button("Aki Kato: change your name")).toBeVisible();
  const over = await aki.place(0.5, 0.5);
  await aki.page.mouse.move(over.x, over.y);
  await expect(host.page.locator(".cursor span").filter({ hasText: /^Aki Kato$/ })).toBeVisible();
  expect(await violations(ren.page)).toEqual([]);
});

test("a page is cleared for everybody by one act, which one undo takes back", async ({ people }) => {
  const hana = await come(people, "Hana");
  const ken = await come(people, "Ken");
  await hana.write(fitInto(handwriting("山", 4), await hana.area(0.1, 0.1, 0.2, 0.3)));
  await ken.write(fitInto(handwriting("川", 5), await ken.area(0.6, 0.1, 0.2, 0.3)));
  const before = await agreed([hana, ken]);
  await listOf(ken);
  await ken.button("Clear page…").click();
  await ken.button("Keep it").click();
  expect(await agreed([hana, ken])).toBe(before);
  await ken.button("Clear page…").click();
  await ken.page.getByRole("dialog").getByRole("button", { name: "Clear page" }).click();
  await expect.poll(() => hana.strokes()).toHaveLength(0);
  await ken.button("Undo").click();
  await expect.poll(() => hana.strokes()).toHaveLength(6);
  await agreed([hana, ken]);
});

test("who comes by a link with a lobby waits in calm, is seen at the button, and is let in or turned away", async ({ people, server }) => {
  const { host } = await teacher(people, server);
  await host.button("Share").click();
  await host.page.getByRole("radio", { name: "Stays out" }).check();
  await host.page.getByRole("switch", { name: "Waits to be let in" }).click();
  await host.button("Make a link").click();
  const field = host.page.getByRole("textbox", { name: "Link", exact: true });
  await expect(field).toHaveValue(/#link=[0-9a-f]{64}$/);
  const link = new URL(await field.inputValue());
  link.searchParams.set("lang", "en");
  await host.button("Close").click();

  const [aki, ren] = [await named(people, "Aki"), await named(people, "Ren")];
  for (const page of [aki, ren]) {
    await page.goto(link.href);
    await expect(page.getByRole("heading", { name: "Please wait a moment" })).toBeVisible();
  }
  expect(await violations(aki)).toEqual([]);
  await expect(host.button("Meeting")).toHaveAccessibleDescription(/2 people wait to be let in/);
  await host.button("Meeting").click();
  expect(await violations(host.page)).toEqual([]);
  await host.button("Let Aki in").click();
  await BoardPage.of(aki);
  await host.button("Turn Ren away").click();
  await expect(ren.getByRole("heading", { name: "You were not let in" })).toBeVisible();
  await expect(host.button("Meeting")).toHaveAccessibleDescription(/^People here: 2/);
  // Once let in, one comes back without waiting; turned away, one may ask again.
  await aki.reload();
  await BoardPage.of(aki);
  await ren.getByRole("button", { name: "Try again" }).click();
  await expect(ren.getByRole("heading", { name: "Please wait a moment" })).toBeVisible();
  await ren.getByRole("button", { name: "Leave" }).click();
  await expect(ren.getByRole("button", { name: "Start a board" })).toBeVisible();
  await expect(host.button("Let Ren in")).toHaveCount(0);
});
