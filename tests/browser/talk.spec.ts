/** What goes on in a meeting without a voice: what is said to all and to those who lead, signs, and who was here. */
import { readFile } from "node:fs/promises";
import { violations } from "./support/axe";
import type { BoardPage } from "./support/board-page";
import { Class, section } from "./support/class";
import { expect, test } from "./support/fixtures";

async function say(board: BoardPage, words: string): Promise<void> {
  await board.page.getByRole("textbox", { name: /^Message to/ }).fill(words);
  await board.page.keyboard.press("Enter");
  await expect(board.page.getByRole("textbox", { name: /^Message to/ })).toHaveValue("");
}

const news = (board: BoardPage) => board.page.getByRole("button", { name: "Meeting", exact: true });

test("what is said to all and at a desk reaches those it is meant for, and is taken back", async ({ people, server }) => {
  const lesson = await Class.begin(people, server, "Aoi");
  const { teacher } = lesson;
  const hana = await lesson.comes("Hana");
  const ken = await lesson.comes("Ken", { screen: "phone" });
  await section(ken, "Reactions");

  // The Enter that ends a composition sends nothing.
  const field = hana.page.getByRole("textbox", { name: "Message to everyone" });
  await field.fill("こんにちは");
  await field.dispatchEvent("keydown", { key: "Enter", isComposing: true });
  await expect(field).toHaveValue("こんにちは");
  await hana.page.keyboard.press("Shift+Enter");
  await hana.page.keyboard.type("see https://example.org/a and javascript:alert(1)");
  await hana.page.keyboard.press("Enter");
  await expect(news(ken)).toHaveAccessibleDescription(/1 unread message$/);
  await section(ken, "Chat");
  const message = ken.page.getByRole("article");
  await expect(message).toContainText("こんにちは");
  await expect(message.getByRole("link")).toHaveText("https://example.org/a");
  await expect(news(ken)).not.toHaveAccessibleDescription(/unread/);

  // Only Hana and the teacher read what is said at Hana's desk.
  await hana.page.getByLabel("With").selectOption({ label: "Those who lead" });
  await say(hana, "I am lost.");
  await expect(news(teacher)).toHaveAccessibleDescription(/2 unread messages$/);
  await section(teacher, "Chat");
  await teacher.page.getByRole("button", { name: /^Hana.*1 unread/ }).click();
  await expect(teacher.page.getByRole("article")).toHaveText(/I am lost\.$/);
  await say(teacher, `Wait, ${"long".repeat(60)}`);
  await expect(hana.page.getByRole("article")).toHaveCount(2);
  await expect(news(hana)).not.toHaveAccessibleDescription(/unread/);
  expect(await ken.page.getByLabel("With").locator("option").allInnerTexts()).toEqual(["Everyone", "Those who lead"]);
  await ken.page.getByLabel("With").selectOption({ label: "Those who lead" });
  await expect(ken.page.getByRole("article")).toHaveCount(0);
  const wide = await hana.page.locator(".chat-messages").evaluate((list) => list.scrollWidth - list.clientWidth);
  expect(wide).toBe(0);
  expect(await violations(teacher.page)).toEqual([]);

  await hana.page.getByRole("article").first().getByRole("button", { name: "Take back" }).click();
  await expect(teacher.page.getByRole("article")).toHaveCount(1);
  await expect(teacher.page.getByText("I am lost.")).toHaveCount(0);
});

test("signs are gathered on every screen; the attendance is a file that a spreadsheet shows as it is", async ({ people, server }) => {
  const lesson = await Class.begin(people, server, "Aoi");
  const { teacher } = lesson;
  const hana = await lesson.comes("=Hana");
  const ken = await lesson.comes("Ken");
  await section(hana, "Reactions");
  await section(ken, "Reactions");
  await hana.page.getByRole("button", { name: "I am done" }).click();
  await ken.page.getByRole("button", { name: "I am done" }).click();
  for (const board of [teacher, hana, ken]) {
    const shown = board.page.getByRole("log", { name: "Reactions" });
    await expect(shown).toContainText("I am done");
    await expect(shown).toContainText("=Hana");
    await expect(shown).toContainText("Ken");
    await expect(shown.locator(".sign-shown")).toHaveCount(1);
  }
  expect(await violations(hana.page)).toEqual([]);

  await ken.page.close();
  await section(teacher, "Attendance");
  await expect(teacher.page.getByRole("listitem").filter({ hasText: "=Hana" })).toContainText("here since");
  await expect(teacher.page.getByRole("listitem").filter({ hasText: "Ken" })).toContainText(/\d\d:\d\d to \d\d:\d\d/);
  expect(await violations(teacher.page)).toEqual([]);
  const download = teacher.page.waitForEvent("download");
  await teacher.page.getByRole("button", { name: "Save as CSV" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^attendance-\d{4}-\d\d-\d\d\.csv$/);
  const csv = await readFile(await file.path(), "utf8");
  expect(csv.startsWith('\uFEFF"Session","Name","Role"')).toBe(true);
  expect(csv).toContain(`"'=Hana","Member","Guest"`);
  expect(csv.trim().split("\r\n")).toHaveLength(4);
});
