/** A page of one's own: its owner and those who lead see it and write on it, and nobody else receives a byte of it. */
import { readFile } from "node:fs/promises";
import { violations } from "./support/axe";
import type { BoardPage } from "./support/board-page";
import { Class, section } from "./support/class";
import { expect, test } from "./support/fixtures";

const SECRET = "what Ken is not to read";

/** Everything that a page's sockets and requests bring it from now on. */
async function received({ cdp, page }: BoardPage): Promise<() => Promise<string>> {
  const frames: Buffer[] = [];
  const bodies: Promise<Buffer>[] = [];
  cdp.on("Network.webSocketFrameReceived", ({ response }) => frames.push(Buffer.from(response.payloadData, response.opcode === 1 ? "utf8" : "base64")));
  page.on("response", (response) => bodies.push(response.body().catch(() => Buffer.alloc(0))));
  await cdp.send("Network.enable");
  return async () => Buffer.concat([...frames, ...(await Promise.all(bodies))]).toString("latin1");
}

const pagesOf = ({ page }: BoardPage): Promise<string[]> =>
  page.locator(".page-list button").evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label") ?? ""));

test("a page of one's own is for its owner and the host, live, and nothing of it reaches anybody else", async ({ people, server }) => {
  const lesson = await Class.begin(people, server, "Aoi");
  const { teacher } = lesson;
  const hana = await lesson.comes("Hana");
  const ken = await lesson.comes("Ken");
  const kens = await received(ken);

  await hana.button("All pages").click();
  await expect(hana.page.getByText("still seen by nobody else")).toBeVisible();
  await hana.page.getByRole("button", { name: "Add my own page" }).click();
  await expect(hana.button("My page (private)")).toHaveAttribute("aria-current", "page");
  await expect(hana.page.getByText("Only you and those who lead see this page.")).toBeVisible();
  await hana.tool("Text");
  const at = await hana.place(0.3, 0.5);
  await hana.page.mouse.click(at.x, at.y);
  await hana.page.keyboard.insertText(SECRET);
  await hana.page.keyboard.press("Escape");
  await expect.poll(() => hana.texts()).toEqual([SECRET]);
  expect(await violations(hana.page)).toEqual([]);

  // The host finds it beside the name, sees it live and writes on it.
  await section(teacher, "People");
  await teacher.page.getByRole("button", { name: "Actions for Hana" }).click();
  await teacher.page.getByRole("menuitem", { name: "Open Hana’s page" }).click();
  await expect(teacher.page.getByText("Only Hana and those who lead see this page.")).toBeVisible();
  await expect.poll(() => teacher.texts()).toEqual([SECRET]);
  await teacher.tool("Pen");
  await teacher.page.mouse.move(400, 300);
  await teacher.page.mouse.down();
  await teacher.page.mouse.move(500, 340, { steps: 4 });
  await teacher.page.mouse.up();
  await expect.poll(async () => (await hana.strokes()).length).toBe(1);
  await hana.button("Undo").click();
  await expect.poll(() => teacher.texts()).toEqual([]);
  await hana.button("Redo").click();
  await expect.poll(() => teacher.texts()).toEqual([SECRET]);
  await expect.poll(() => teacher.digest()).toBe(await hana.digest());

  await teacher.button("All pages").click();
  await expect(teacher.page.getByRole("button", { name: "Hana’s page", exact: true })).toBeVisible();
  expect(await violations(teacher.page)).toEqual([]);
  await teacher.page.keyboard.press("Escape");
  await hana.button("Export").click();
  await hana.page.getByRole("radio", { name: /SVG/ }).check({ force: true });
  const download = hana.page.waitForEvent("download");
  await hana.button("Save file").click();
  expect(await readFile(await (await download).path(), "utf8")).toContain("Ken");
  await hana.page.keyboard.press("Escape");

  // After the session it is as it was.
  await section(teacher, "People");
  await teacher.page.getByRole("button", { name: "End session" }).click();
  await teacher.page.getByRole("dialog").getByRole("button", { name: "End session" }).click();
  await expect(ken.page.getByRole("heading", { name: "No session is on" })).toBeVisible();
  await expect(hana.button("My page (private)")).toHaveAttribute("aria-current", "page");
  await section(ken, "People");
  await expect(ken.page.getByRole("listitem").filter({ hasText: "Hana" })).toContainText("On no shared page");
  expect(await pagesOf(ken)).toEqual(["Page 1"]);
  expect(await ken.records()).toEqual([]);
  await ken.button("All pages").click();
  await expect(ken.page.locator("[data-card]")).toHaveCount(1);
  await ken.page.keyboard.press("Escape");
  expect(await kens()).not.toContain(SECRET);

  // What its owner copies for everyone is received, and would have been found before.
  await hana.button("All pages").click();
  await hana.page.getByRole("button", { name: "My page: more" }).click();
  await hana.page.getByRole("menuitem", { name: "Copy for everyone" }).click();
  await expect.poll(() => pagesOf(ken)).toEqual(["Page 1", "Page 2"]);
  await ken.button("Page 2").click();
  await expect.poll(() => ken.texts()).toEqual([SECRET]);
  expect(await kens()).toContain(SECRET);
});
