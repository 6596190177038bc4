/** The timetable: a weekly lesson is planned on a laptop, and the panel of its room opens it with one touch, as an assistant. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { setUp } from "./support/accounts";
import { violations } from "./support/axe";
import { agreed, BoardPage } from "./support/board-page";
import { expect, type People, test } from "./support/fixtures";
import { listOf } from "./support/others";
import type { Server } from "./support/server.mjs";

async function teacher(people: People, server: Server): Promise<Page> {
  const page = await people.page();
  await setUp(page, server);
  return page;
}

/** A wall panel that the teacher has approved for a room. */
async function panelIn(room: string, page: Page, people: People, server: Server): Promise<Page> {
  const panel = await people.page("wall");
  await panel.goto(`${server.url}/kiosk?lang=en&pair`);
  await panel.getByRole("button", { name: "Show a pairing code" }).tap();
  const shown = panel.locator(".pairing-code");
  await expect(shown).toHaveText(/^\d{4}-\d{4}$/);
  const made = await page.request.post(`${server.url}/api/v1/panels`, { data: { code: await shown.innerText(), name: `Panel ${room}`, site: "Katsumoto School", room } });
  expect(made.status()).toBe(201);
  await expect(panel.locator(".panel-name")).toHaveText(`Panel ${room}`, { timeout: 15_000 });
  await panel.getByRole("button", { name: "Close" }).tap();
  return panel;
}

/** Date and time of day, so many milliseconds from now. */
function utc(later: number): { date: string; start: string } {
  const [date = "", time = ""] = new Date(Date.now() + later).toISOString().split("T");
  return { date, start: time.slice(0, 5) };
}

test("a weekly lesson is planned, and its room's panel opens it with one touch and takes part as an assistant", async ({ people, server }) => {
  const page = await teacher(people, server);
  const panel = await panelIn("3-2", page, people, server);
  await page.goto(`${server.url}/account?lang=en`);
  await page.getByRole("link", { name: "Timetable" }).click();
  await expect(page.getByText("Nothing is planned in this week.")).toBeVisible();
  await page.getByRole("button", { name: "Add a session" }).click();
  await page.getByLabel("Title").fill("English with Omura");
  await page.getByRole("radio", { name: "Every week" }).check();
  // It began five minutes ago, whatever the time is; shortly after midnight that was yesterday.
  const begun = await page.evaluate(() => {
    const then = new Date(Date.now() - 300_000);
    const two = (number: number): string => String(number).padStart(2, "0");
    const day = (date: Date): string => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    return { date: day(then), until: day(new Date(then.getTime() + 15 * 86_400_000)), start: `${two(then.getHours())}:${two(then.getMinutes())}` };
  });
  await page.getByLabel("First date").fill(begun.date);
  await page.getByLabel("Start", { exact: true }).fill(begun.start);
  await page.getByLabel("Until").fill("2001-01-01");
  await page.getByRole("button", { name: "Add a session" }).click();
  await expect(page.getByRole("alert")).toContainText("Please check date");
  await page.getByLabel("Until").fill(begun.until);
  await page.getByRole("switch", { name: /3-2/ }).click();
  await page.getByRole("button", { name: "Add a session" }).click();
  const open = page.getByRole("link", { name: "Open English with Omura" });
  await expect(open.first()).toBeVisible();
  expect(await violations(page)).toEqual([]);

  // Next week's is cancelled, and stands there as such.
  await page.getByRole("button", { name: "The week after" }).click();
  await page.getByRole("button", { name: /^More about English with Omura/ }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Calendar file" }).click()]);
  expect(readFileSync(await file.path(), "utf8")).toMatch(/^BEGIN:VCALENDAR\r\n[^]*RRULE:FREQ=WEEKLY;UNTIL=/);
  await page.getByRole("button", { name: "Cancel this date" }).click();
  await expect(page.getByText(/^Cancelled · weekly/)).toBeVisible();
  await page.getByRole("button", { name: "Make a link" }).click();
  const link = await page.getByLabel("Calendar link").inputValue();
  expect(await (await fetch(link)).text()).toContain("EXDATE;TZID=");

  // On the panel: one touch. It looks once a minute, and at once when it comes back.
  await panel.goto(`${server.url}/kiosk?lang=en`);
  await expect(panel.getByRole("region", { name: "Today in this room" })).toContainText("English with Omura");
  expect(await violations(panel)).toEqual([]);
  await panel.getByRole("button", { name: "Open English with Omura" }).tap();
  const near = await BoardPage.of(panel);
  await page.getByRole("button", { name: "This week" }).click();
  await open.first().click();
  const far = await BoardPage.of(page);
  await near.drag(await near.place(0.3, 0.3), await near.place(0.6, 0.5));
  await agreed([near, far]);
  const list = await listOf(far);
  await expect(list.getByRole("listitem").filter({ hasText: "Panel 3-2" })).toContainText("Assistant");
  // While it is on it stands there as live; what is over a quarter of an hour later, as ended.
  await page.getByRole("button", { name: "Start session" }).click();
  await expect(page.getByRole("button", { name: "End session" })).toBeVisible();
  await expect(page.locator(".status.saved")).toBeVisible();
  const ended = await page.request.post(`${server.url}/api/v1/timetable`, {
    data: { title: "Morning talk", ...utc(-20 * 60_000), minutes: 10, zone: "UTC", rooms: [{ site: "Katsumoto School", room: "3-2" }] },
  });
  expect(ended.status()).toBe(201);
  await panel.getByRole("button", { name: "End", exact: true }).tap();
  await panel.getByRole("dialog").getByRole("button", { name: "End", exact: true }).tap();
  const todays = panel.getByRole("region", { name: "Today in this room" }).getByRole("listitem");
  await expect(todays.filter({ hasText: "English with Omura" })).toContainText("Live now");
  await expect(todays.filter({ hasText: "Morning talk" })).toContainText("Ended");
  const beside = await page.context().newPage();
  await beside.goto(`${server.url}/timetable?lang=en`);
  await expect(beside.getByRole("listitem").filter({ hasText: "English with Omura" })).toContainText("Live now");

  // The teacher's front door has today's too.
  await page.goto(`${server.url}/?lang=en`);
  await expect(page.getByRole("region", { name: "Today", exact: true }).getByRole("link", { name: "Open English with Omura" })).toBeVisible();
});

test("a single date is moved by the clock of the place where it was planned, wherever one looks from", async ({ people, server }) => {
  const page = await teacher(people, server);
  // Wednesday noon on Chatham, three quarters of an hour beside everybody's clock, and in this week everywhere.
  const now = new Date();
  const { date } = utc(86_400_000 * (2 - ((now.getDay() + 6) % 7)) - now.getTimezoneOffset() * 60_000);
  const order = { title: "Tea with Chatham", date, start: "12:00", minutes: 45, zone: "Pacific/Chatham" };
  const made = (await (await page.request.post(`${server.url}/api/v1/timetable`, { data: order })).json()) as { session: number };
  await page.goto(`${server.url}/timetable?lang=en`);
  const row = page.getByRole("listitem").filter({ hasText: "Tea with Chatham" });
  await expect(row).toContainText("12:00 in Pacific/Chatham");
  await row.getByRole("button", { name: /^More about/ }).click();
  await row.getByRole("button", { name: "Move this date" }).click();
  await expect(row).toContainText("those of Pacific/Chatham");
  await expect(row.getByLabel("Date")).toHaveValue(date);
  await expect(row.getByLabel("Start")).toHaveValue("12:00");
  await row.getByLabel("Start").fill("13:30");
  await row.getByRole("button", { name: "Move this date" }).click();
  await expect(row).toContainText("Moved · 13:30 in Pacific/Chatham");
  const told = (await (await page.request.get(`${server.url}/api/v1/timetable/${made.session}`)).json()) as { changes: unknown };
  expect(told.changes).toEqual([{ date, change: { date, start: "13:30" } }]);
});
