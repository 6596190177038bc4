/** What somebody who leads does with a class: the timer, one view for everyone, and seeing what each screen shows. */
import { violations } from "./support/axe";
import { agreed, type BoardPage } from "./support/board-page";
import { Class, section } from "./support/class";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";

/** Page units: places travel in eighths of one. */
const EXACT = 0.3;

async function sameMiddle(leader: BoardPage, follower: BoardPage): Promise<void> {
  await expect(async () => {
    const [seen, shown] = [await leader.sight(), await follower.sight()];
    expect(shown.page).toBe(seen.page);
    expect(Math.abs(shown.x + shown.width / 2 - seen.x - seen.width / 2)).toBeLessThan(EXACT);
    expect(Math.abs(shown.y + shown.height / 2 - seen.y - seen.height / 2)).toBeLessThan(EXACT);
  }).toPass({ timeout: 10_000, intervals: [50, 100] });
}

test("a timer is the same on every screen; all are taken to one view, also from under a pen, look around and come back", async ({ people, server }) => {
  const lesson = await Class.begin(people, server, "Aoi");
  const { teacher } = lesson;
  const hana = await lesson.comes("Hana", { ahead: 200_000 });
  await hana.page.keyboard.press("Escape");
  const ken = await lesson.comes("Ken", { screen: "phone" });
  await section(teacher, "Lead");

  // Hana's clock is more than three minutes ahead.
  const timer = hana.page.getByRole("timer", { name: "Timer" });
  await teacher.page.getByLabel("Other length in minutes").fill("0");
  await teacher.page.keyboard.press("Enter");
  await expect(teacher.page.getByRole("alert")).toContainText("from 1 to 180");
  await teacher.page.getByRole("button", { name: "1 min", exact: true }).click();
  await expect(timer).toHaveText(/^(1:00|0:5\d)$/);
  await expect(hana.page.getByRole("status").filter({ hasText: "1 minute left" })).toHaveCount(1);
  await teacher.page.getByRole("button", { name: "+1 minute" }).click();
  await expect(timer).toHaveText(/^(2:00|1:[45]\d)$/);
  expect(await violations(teacher.page)).toEqual([]);
  await teacher.page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(timer).toHaveCount(0);
  await expect(hana.page.getByRole("status").filter({ hasText: "The timer was stopped." })).toHaveCount(1);

  // A stroke that is being drawn goes on, and its page stays under it.
  const still = await hana.sight();
  const [path = []] = fitInto([handwriting("一", 7)[0] ?? []], await hana.area(0.3, 0.4, 0.4, 0.05));
  const pen = hana.mouse();
  await pen.down(path[0] ?? { x: 0, y: 0 });
  await pen.move(path.slice(1, path.length / 2));
  await teacher.page.getByRole("button", { name: "Add page" }).click();
  await teacher.page.getByRole("button", { name: "Take everyone to my view" }).click();
  await expect(hana.page.getByText("You see the view of Aoi")).toBeVisible();
  await sameMiddle(teacher, ken);
  expect(await hana.sight()).toEqual(still);
  await pen.move(path.slice(path.length / 2));
  await pen.up();
  await sameMiddle(teacher, hana);
  await hana.page.getByRole("button", { name: "Look around" }).click();
  await hana.page.getByRole("button", { name: "Page 1", exact: true }).click();
  const strokes = await hana.strokes();
  expect(strokes.map(({ points }) => (points?.length ?? 0) > 2)).toEqual([true]);
  await expect(hana.page.getByText("You are looking around")).toBeVisible();

  await teacher.surface.focus();
  for (let i = 0; i < 3; i++) await teacher.page.keyboard.press("+");
  await sameMiddle(teacher, ken);
  expect((await hana.sight()).page).toBe(still.page);
  await hana.page.getByRole("button", { name: "Back to Aoi" }).click();
  await sameMiddle(teacher, hana);
  await hana.page.keyboard.press("Escape");
  await expect(hana.page.getByRole("button", { name: "Back to Aoi" })).toBeVisible();
  expect(await violations(hana.page)).toEqual([]);

  // It ends with the session, too.
  await teacher.page.getByRole("button", { name: "End session" }).click();
  await teacher.page.getByRole("dialog").getByRole("button", { name: "End session" }).click();
  await expect(hana.page.locator(".spotlight-bar")).toHaveCount(0);
  await expect(ken.page.locator(".follow-bar")).toHaveCount(0);
});

test("who leads and is gone is waited for, an assistant acts for them after half a minute, and both is theirs again when they return", async ({ people, server }) => {
  test.setTimeout(90_000);
  const lesson = await Class.begin(people, server, "Aoi");
  const { teacher } = lesson;
  const hana = await lesson.comes("Hana");
  const ken = await lesson.comes("Ken", { screen: "phone" });
  await section(teacher, "People");
  await teacher.button("Actions for Hana").click();
  await teacher.page.getByRole("menuitem", { name: "Make assistant" }).click();
  await section(teacher, "Lead");
  await teacher.page.getByRole("button", { name: "Take everyone to my view" }).click();
  await hana.page.getByRole("button", { name: "Look around" }).click();
  await expect(ken.page.getByText("You see the view of Aoi")).toBeVisible();

  await teacher.page.reload();
  await teacher.open();
  await expect(teacher.page.getByText("Everyone sees your view")).toBeVisible();
  await teacher.surface.focus();
  await teacher.page.keyboard.press("+");
  await sameMiddle(teacher, ken);
  await expect(hana.page.getByRole("button", { name: "Back to Aoi" })).toBeVisible();

  await teacher.page.goto(server.url);
  await expect(ken.page.getByText("Waiting for Aoi…")).toBeVisible();
  await expect(hana.page.getByText("You lead while the host is away.")).toBeVisible({ timeout: 40_000 });
  await expect(ken.page.getByText("Waiting for Aoi…")).toBeVisible();
  await section(hana, "People");
  const list = hana.page.getByRole("list", { name: "People here" });
  await expect(list.getByRole("listitem").filter({ hasText: "Aoi" })).toContainText("Gone since");
  await hana.page.getByRole("switch", { name: "Only those who lead write" }).click();
  await expect(ken.page.getByText("The host holds writing.")).toBeVisible();

  await teacher.page.locator(".recent a").click();
  await teacher.open();
  await expect(hana.page.getByText("The host is back and leads again.")).toBeVisible();
  await teacher.surface.focus();
  await teacher.page.keyboard.press("+");
  await expect(ken.page.getByText("You see the view of Aoi")).toBeVisible();
  await sameMiddle(teacher, ken);
  // Back to the front door.
  await teacher.page.goBack();
  await expect(ken.page.locator(".follow-bar")).toHaveCount(0);
  await expect(hana.page.locator(".follow-bar")).toHaveCount(0);
});

test("those who lead see what each screen really shows, and which of them does not keep up", async ({ people, server }) => {
  const lesson = await Class.begin(people, server, "Aoi");
  const { teacher } = lesson;
  const hana = await lesson.comes("Hana");
  await section(teacher, "Screens");
  const screen = teacher.page.getByRole("listitem").filter({ hasText: "Hana" });
  await expect(screen).toContainText("In step");
  await expect(screen).toContainText("Page 1");
  await expect(screen.locator(".screen-view")).toHaveCount(0);
  await hana.page.keyboard.press("Escape");
  await hana.surface.focus();
  for (let i = 0; i < 5; i++) await hana.page.keyboard.press("+");
  await expect(screen.locator(".screen-view")).toBeVisible();
  expect(await violations(teacher.page)).toEqual([]);

  // Hana's browser paints no more.
  await hana.page.evaluate(() => {
    const paint = window.requestAnimationFrame.bind(window);
    const waiting: FrameRequestCallback[] = [];
    window.requestAnimationFrame = (callback) => waiting.push(callback);
    Object.assign(window, {
      paintAgain: () => {
        window.requestAnimationFrame = paint;
        for (const callback of waiting) paint(callback);
      },
    });
  });
  await teacher.write(fitInto(handwriting("一", 3), await teacher.area(0.3, 0.3, 0.3, 0.05)));
  await agreedWithout(teacher, hana);
  await expect(screen).toContainText(/[3-9] s behind/);
  await hana.page.evaluate(() => (window as unknown as { paintAgain: () => void }).paintAgain());
  await expect(screen).toContainText("In step");
  await hana.page.close();
  await expect(screen).toContainText("No connection");
});

/** Both hold the same; one of them paints nothing, so its frames are not waited for. */
async function agreedWithout(writer: BoardPage, frozen: BoardPage): Promise<void> {
  const digest = await agreed([writer]);
  await expect.poll(() => frozen.digest()).toBe(digest);
}
