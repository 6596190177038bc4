/** A panel as a device: from its pairing code over what is begun at it to its revocation, with pages as people have them. */
import type { Page } from "@playwright/test";
import { setUp } from "./support/accounts";
import { violations } from "./support/axe";
import { agreed, BoardPage } from "./support/board-page";
import { expect, type People, test } from "./support/fixtures";
import { appKept } from "./support/kept";
import type { Server } from "./support/server.mjs";

/** Somebody with the first account, on the page of panels. */
async function staff(people: People, server: Server): Promise<Page> {
  const page = await people.page();
  await setUp(page, server);
  await page.goto(`${server.url}/account?lang=en`);
  await page.getByRole("link", { name: "Panels" }).click();
  await expect(page.getByText("No panel has been approved yet")).toBeVisible();
  return page;
}

/** The code that a panel shows where it is set up. */
async function codeOn(panel: Page, server: Server): Promise<string> {
  await panel.goto(`${server.url}/kiosk?lang=en&pair`);
  await panel.getByRole("button", { name: "Show a pairing code" }).tap();
  const shown = panel.locator(".pairing-code");
  await expect(shown).toHaveText(/^\d{4}-\d{4}$/);
  return shown.innerText();
}

async function approve(page: Page, code: string, name: string): Promise<void> {
  await page.getByLabel("Pairing code").fill(code);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^Chromium \d+, Linux has asked at/)).toBeVisible();
  for (const [label, text] of [["Name", name], ["Site", "Katsumoto School"], ["Room", "3-2"]] as const) await page.getByLabel(label, { exact: true }).fill(text);
  await page.getByRole("button", { name: "Approve", exact: true }).click();
}

async function write(board: BoardPage): Promise<void> {
  await board.drag(await board.place(0.3, 0.3), await board.place(0.6, 0.5));
}

/** The same where no board is live. */
async function writeWithoutServer(panel: Page): Promise<void> {
  await panel.getByRole("application").waitFor();
  const sheet = (await panel.locator(".sheet-place").boundingBox())!;
  await panel.mouse.move(sheet.x + sheet.width * 0.4, sheet.y + sheet.height * 0.5);
  await panel.mouse.down();
  for (let step = 1; step <= 5; step++) await panel.mouse.move(sheet.x + sheet.width * (0.4 + step * 0.04), sheet.y + sheet.height * 0.5);
  await panel.mouse.up();
  await expect(panel.locator(".status.kept")).toBeVisible();
}

async function end(panel: Page): Promise<void> {
  await panel.locator(".kiosk-bar-end").tap();
  await panel.getByRole("dialog").getByRole("button", { name: "End", exact: true }).tap();
  await expect(panel.getByRole("button", { name: "Start writing" })).toBeVisible();
}

test("a panel is approved, what is begun there is found and owned, and nothing of it stays on the panel", async ({ people, server }) => {
  const page = await staff(people, server);
  const panel = await people.page("wall");
  const code = await codeOn(panel, server);
  expect(await violations(panel)).toEqual([]);
  await page.getByLabel("Pairing code").fill("1234 567");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toContainText("eight digits");
  await approve(page, code, "Panel 3-2");
  await expect(panel.locator(".panel-name")).toHaveText("Panel 3-2");
  await expect(page.getByText("Online", { exact: true })).toBeVisible({ timeout: 15_000 });
  await panel.getByRole("button", { name: "Close" }).tap();

  await expect(panel.locator(".idle-join .digits")).toBeVisible();
  await panel.getByRole("button", { name: "Start writing" }).tap();
  const near = await BoardPage.of(panel);
  await write(near);
  const digits = await panel.locator(".kiosk-bar strong").innerText();
  const laptop = await people.page();
  await laptop.goto(`${server.url}/?lang=en`);
  await laptop.getByRole("textbox", { name: "Code" }).fill(digits);
  await laptop.getByRole("button", { name: "Join", exact: true }).click();
  const far = await BoardPage.of(laptop);
  await agreed([near, far]);
  await end(panel);
  // It hides at once, and what is with the server is deleted.
  await expect(panel.locator(".todays")).toHaveCount(0);
  const kept = (): Promise<number> =>
    panel.evaluate(async () => {
      const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
      const counts = await Promise.all(
        names.filter((name) => name === "kakehashi-recent").map(
          (name) =>
            new Promise<number>((resolve, reject) => {
              const opening = indexedDB.open(name);
              opening.onerror = () => reject(opening.error);
              opening.onsuccess = () => {
                const asked = opening.result.transaction("boards").objectStore("boards").count();
                asked.onsuccess = () => resolve(asked.result);
                opening.result.close();
              };
            }),
        ),
      );
      return counts.reduce((sum, count) => sum + count, 0);
    });
  await expect.poll(kept).toBe(0);

  await page.getByRole("button", { name: "Begun here" }).click();
  await expect(page.getByText("belong to nobody yet")).toBeVisible();
  const begun = page.locator(".panel-more li");
  await expect(begun).toContainText(digits);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Make it mine" }).click();
  await expect(begun).toHaveCount(0);
  await page.goto(`${server.url}${new URL(laptop.url()).pathname}?lang=en`);
  const mine = await BoardPage.of(page);
  await agreed([mine, far]);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Who may come in" })).toBeVisible();
});

test("a panel starts without the server, comes back by itself, and is gone from its board once it is revoked", async ({ people, server }) => {
  const page = await staff(people, server);
  const panel = await people.page("phone");
  await approve(page, await codeOn(panel, server), "Music");
  await expect(panel.locator(".panel-name")).toHaveText("Music");
  await panel.getByRole("button", { name: "Close" }).tap();
  await expect(panel.locator(".idle-join .digits")).toBeVisible();
  const code = (await panel.locator(".idle-join .digits .unseen").innerText()).replace(/\D/g, "");
  await server.kill();
  await expect(panel.getByText("You can start writing; others can join when it is back.")).toBeVisible({ timeout: 30_000 });
  await panel.getByRole("button", { name: "Start writing" }).tap();
  await writeWithoutServer(panel);
  await end(panel);
  await server.up();
  const laptop = await people.page();
  await laptop.goto(`${server.url}/?lang=en`);
  await laptop.getByRole("textbox", { name: "Code" }).fill(code);
  await laptop.getByRole("button", { name: "Join", exact: true }).click();
  const far = await BoardPage.of(laptop);
  await expect.poll(async () => (await far.strokes()).length, { timeout: 30_000 }).toBe(1);
  await expect(page.getByText("Online", { exact: true })).toBeVisible({ timeout: 30_000 });

  await page.getByRole("button", { name: "Rename or move" }).click();
  await page.getByLabel("Room", { exact: true }).first().fill("4-1");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".panel-item")).toContainText("4-1");

  await expect(panel.locator(".idle-join .digits")).toBeVisible();
  await panel.getByRole("button", { name: "Start writing" }).tap();
  const open = await BoardPage.of(panel);
  await write(open);
  await expect.poll(() => open.unsaved()).toBe(0);
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog", { name: "Revoke Music?" }).getByRole("button", { name: "Revoke" }).click();
  await expect(panel.getByRole("button", { name: "Start writing" })).toBeVisible();
  await expect(page.getByText("No panel has been approved yet")).toBeVisible();
  await expect(panel.locator(".todays")).toHaveCount(0);
  // Without approval it works as any panel does, and may be approved anew, with another key.
  await panel.getByRole("button", { name: "Start writing" }).tap();
  await write(await BoardPage.of(panel));
  await end(panel);
  await approve(page, await codeOn(panel, server), "Music again");
  await expect(panel.locator(".panel-name")).toHaveText("Music again");
});

test("a panel that is revoked before it has sent everything keeps that, also when it is switched off, and hands it in", async ({ people, server }) => {
  const page = await staff(people, server);
  const panel = await people.page("phone");
  await approve(page, await codeOn(panel, server), "Art");
  await expect(panel.locator(".panel-name")).toHaveText("Art");
  await panel.getByRole("button", { name: "Close" }).tap();
  await panel.getByRole("button", { name: "Start writing" }).tap();
  const open = await BoardPage.of(panel);
  const code = await panel.locator(".kiosk-bar strong").innerText();
  // Nothing was written before: who wrote it is not known to the board yet either.
  await server.kill();
  await expect(open.statusLine).toHaveText(/No connection/);
  await write(open);
  await end(panel);
  const left = panel.getByText(/not with the server yet. This panel keeps/);
  await expect(left).toBeVisible();
  await appKept(panel);
  await panel.context().setOffline(true);
  await server.up();
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog", { name: "Revoke Art?" }).getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("No panel has been approved yet")).toBeVisible();
  await panel.reload();
  await expect(left).toBeVisible();
  await panel.context().setOffline(false);
  await expect(left).toHaveCount(0, { timeout: 30_000 });
  const laptop = await people.page();
  await laptop.goto(`${server.url}/?lang=en`);
  await laptop.getByRole("textbox", { name: "Code" }).fill(code);
  await laptop.getByRole("button", { name: "Join", exact: true }).click();
  const far = await BoardPage.of(laptop);
  expect(await far.strokes()).toHaveLength(1);
  // It is a panel without a name now, and keeps nothing of it.
  await panel.goto(`${server.url}/?lang=en`);
  await expect(panel.getByRole("button", { name: "Start a board" })).toBeVisible();
  await expect(panel.getByRole("heading", { name: "Recent boards" })).toHaveCount(0);
});

test("where the browser lends no cryptography, a panel has a key all the same", async ({ people, server }) => {
  const page = await staff(people, server);
  const panel = await people.page("phone");
  await panel.addInitScript(() => Object.defineProperty(window, "isSecureContext", { value: false }));
  const code = await codeOn(panel, server);
  await approve(page, code, "Plain");
  await expect(panel.locator(".panel-name")).toHaveText("Plain");
  // Its key outlasts a new start.
  await panel.goto(`${server.url}/kiosk?lang=en&pair`);
  await expect(panel.locator(".panel-name")).toHaveText("Plain");
  await expect(page.getByText("Online", { exact: true })).toBeVisible({ timeout: 15_000 });
});
