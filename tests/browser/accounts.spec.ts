/** Accounts and doors in a browser: setting the server up, inviting, signing in, and who may come onto a board. */
import type { Page } from "@playwright/test";
import { PASSWORD, setUpLink } from "./support/accounts";
import { violations } from "./support/axe";
import { BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { Server } from "./support/server.mjs";

async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    await page.getByLabel(name, { exact: true }).click();
    await page.keyboard.type(value);
  }
}

async function english(page: Page, address: string): Promise<void> {
  const url = new URL(address);
  url.searchParams.set("lang", "en");
  await page.goto(url.href);
}

test("a server is set up, a teacher invited, and only those who sign in start boards", async ({ people }) => {
  const server = await Server.start();
  try {
    const admin = await people.page();
    await english(admin, `${server.url}/account`);
    await expect(admin.getByRole("heading", { name: "No accounts here yet" })).toBeVisible();
    expect(await violations(admin)).toEqual([]);
    await admin.getByRole("link", { name: "Set up this server" }).click();
    await expect(admin.getByLabel("Set-up secret")).toHaveValue("");
    await admin.goto(await setUpLink(server, "en"));
    await fill(admin, { "Your name": "Aoi Mori", Login: "Aoi", Password: "short" });
    await admin.getByRole("button", { name: "Set up" }).click();
    await expect(admin.getByRole("alert")).toContainText("at least ten characters");
    await fill(admin, { Password: "er is not what it is" });
    await admin.keyboard.press("Enter");
    await expect(admin.getByRole("heading", { name: "Administration" })).toBeVisible();
    expect(await violations(admin)).toEqual([]);
    await admin.getByRole("radio", { name: "Those who sign in" }).check();
    await admin.getByRole("button", { name: "Invite" }).click();
    const link = await admin.getByLabel("Link to pass on").inputValue();
    expect(link).toMatch(/\/invite#[0-9a-f]{64}$/);
    await expect(admin.getByText("Who may start boards")).toBeVisible();
    await expect(admin.getByRole("listitem").filter({ hasText: "Invited" })).toBeVisible();

    const visitor = await people.page();
    await english(visitor, server.url);
    await visitor.getByRole("button", { name: "Start a board" }).click();
    await expect(visitor.getByRole("alert")).toContainText("Please sign in first");
    expect(await violations(visitor)).toEqual([]);
    await visitor.getByRole("link", { name: "Sign in" }).click();
    await expect(visitor.getByRole("heading", { name: "Sign in" })).toBeVisible();
    await english(visitor, link);
    await fill(visitor, { "Your name": "Ken Sato", Login: "ken", Password: PASSWORD });
    await visitor.getByRole("button", { name: "Make the account" }).click();
    await expect(visitor.getByText("Ken Sato")).toBeVisible();
    await visitor.getByRole("link", { name: "Start a board" }).click();
    await visitor.getByRole("button", { name: "Start a board" }).click();
    await BoardPage.of(visitor);

    const again = await people.page();
    await english(again, link);
    await fill(again, { "Your name": "Mallory", Login: "mallory", Password: PASSWORD });
    await again.getByRole("button", { name: "Make the account" }).click();
    await expect(again.getByRole("alert")).toContainText("not valid any more");

    await english(again, `${server.url}/account`);
    await fill(again, { Login: "ken", Password: "wrong" });
    await again.getByRole("button", { name: "Sign in" }).click();
    await expect(again.getByRole("alert")).toContainText("Login or password is wrong");
    await again.getByLabel("Password", { exact: true }).fill("");
    await fill(again, { Password: PASSWORD });
    await again.keyboard.press("Enter");
    await expect(again.getByText("Ken Sato")).toBeVisible();
    expect(await violations(again)).toEqual([]);
    await again.getByLabel("What the program is called").fill("Timetable");
    await again.getByRole("switch", { name: "Start boards" }).click();
    await again.getByRole("button", { name: "Make a key" }).click();
    const key = await again.getByLabel("Key", { exact: true }).inputValue();
    const start = async (): Promise<number> => (await fetch(`${server.url}/api/v1/boards`, { method: "POST", headers: { Authorization: `Bearer ${key}` } })).status;
    expect(await start()).toBe(201);
    expect(await violations(again)).toEqual([]);
    await again.getByRole("button", { name: "Revoke" }).click();
    await expect(again.getByRole("button", { name: "Revoke" })).toHaveCount(0);
    expect(await start()).toBe(401);
    await again.getByRole("button", { name: "Sign out" }).click();
    await expect(again.getByRole("heading", { name: "Sign in" })).toBeVisible();

    await admin.reload();
    await expect(admin.getByText("Account made")).toBeVisible();
    await expect(admin.getByRole("listitem").filter({ hasText: "Ken Sato" })).toBeVisible();
  } finally {
    await server.remove();
  }
});

test("whoever forgot their password sets one by an administrator's link, which works once", async ({ people, server }) => {
  const admin = await people.page();
  await admin.goto(await setUpLink(server, "en"));
  await fill(admin, { "Your name": "Aoi Mori", Login: "aoi", Password: PASSWORD });
  await admin.keyboard.press("Enter");
  await admin.getByRole("button", { name: "Invite" }).click();
  const ken = await people.page();
  await english(ken, await admin.getByLabel("Link to pass on").inputValue());
  await fill(ken, { "Your name": "Ken Sato", Login: "ken", Password: "ken forgets this one" });
  await ken.keyboard.press("Enter");
  await expect(ken.getByText("Ken Sato")).toBeVisible();

  await admin.reload();
  await admin.getByRole("listitem").filter({ hasText: "Ken Sato" }).getByRole("button", { name: "New password" }).click();
  const link = await admin.getByLabel("Link for Ken Sato to set a new password").inputValue();
  expect(link).toMatch(/\/reset#[0-9a-f]{64}$/);
  expect(await violations(admin)).toEqual([]);

  const anew = await people.page();
  await english(anew, link);
  await fill(anew, { "New password": "short" });
  await anew.getByRole("button", { name: "Set the password" }).click();
  await expect(anew.getByRole("alert")).toContainText("at least ten characters");
  expect(await violations(anew)).toEqual([]);
  await anew.getByLabel("New password", { exact: true }).fill("ken keeps this one");
  await anew.keyboard.press("Enter");
  await expect(anew.getByText("Ken Sato")).toBeVisible();
  // Whoever had the old one is signed out.
  await ken.reload();
  await expect(ken.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await fill(ken, { Login: "ken", Password: "ken forgets this one" });
  await ken.keyboard.press("Enter");
  await expect(ken.getByRole("alert")).toContainText("Login or password is wrong");

  await english(ken, link);
  await fill(ken, { "New password": "somebody else's now" });
  await ken.keyboard.press("Enter");
  await expect(ken.getByRole("alert")).toContainText("not valid any more");
  await english(ken, `${server.url}/account`);
  await fill(ken, { Login: "ken", Password: "ken keeps this one" });
  await ken.keyboard.press("Enter");
  await expect(ken.getByText("Ken Sato")).toBeVisible();
});

test("the host closes a board, lets somebody look on by a link, and revokes it", async ({ people, server }) => {
  const host = await people.page();
  await english(host, server.url);
  await host.getByRole("button", { name: "Start a board" }).click();
  const board = await BoardPage.of(host);
  const address = `${server.url}${new URL(host.url()).pathname}`;
  await board.drag(await board.place(0.2, 0.2), await board.place(0.4, 0.4));
  const before = await people.page();
  await english(before, address);
  await BoardPage.of(before);

  await host.getByRole("button", { name: "Share", exact: true }).click();
  await expect(host.getByRole("heading", { name: "Who may come in" })).toBeVisible();
  await host.getByRole("radio", { name: "Stays out" }).check();
  await expect(host.getByText("let nobody new in")).toBeVisible();
  await host.getByRole("radio", { name: "Viewer" }).check();
  await host.getByRole("button", { name: "Make a link" }).click();
  const field = host.getByRole("textbox", { name: "Link", exact: true });
  await expect(field).toHaveValue(/#link=[0-9a-f]{64}$/);
  const link = await field.inputValue();
  expect(await violations(host)).toEqual([]);

  const outside = await people.page();
  await english(outside, address);
  await expect(outside.getByRole("heading", { name: "You cannot join this board" })).toBeVisible();
  expect(await violations(outside)).toEqual([]);

  const viewer = await people.page();
  await english(viewer, link);
  const looking = await BoardPage.of(viewer);
  expect(viewer.url()).not.toContain("#");
  await expect(looking.button("Pen")).toBeDisabled();
  await expect(viewer.getByText("You are looking on.")).toBeVisible();
  await looking.drag(await looking.place(0.5, 0.5), await looking.place(0.7, 0.7));
  expect(await looking.strokes()).toHaveLength(1);

  await host.getByRole("button", { name: "Revoke" }).click();
  await expect(host.getByRole("button", { name: "Revoke" })).toHaveCount(0);
  const late = await people.page();
  await english(late, link);
  await expect(late.getByRole("alert")).toContainText("does not open the board any more");
  // Who was let in comes back, and the host too.
  await viewer.reload();
  await BoardPage.of(viewer);
  await host.reload();
  await BoardPage.of(host);
});
