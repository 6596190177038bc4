/** Following somebody's view: the same page, all that they see of it, middle on middle, after whatever happens. */
import { violations } from "./support/axe";
import type { BoardPage, Sight } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import { barOf, come, follow, point } from "./support/others";

/** Page units: places travel in eighths of one. */
const EXACT = 0.3;

function middle({ x, y, width, height }: Sight): { x: number; y: number } {
  return { x: x + width / 2, y: y + height / 2 };
}

/** Waits until the follower shows the leader's page, all that the leader sees of it, and the same middle; no larger than need be. */
async function together(leader: BoardPage, follower: BoardPage): Promise<void> {
  await expect(async () => {
    const seen = await leader.sight();
    const shown = await follower.sight();
    expect(shown.page).toBe(seen.page);
    expect(Math.abs(middle(shown).x - middle(seen).x)).toBeLessThan(EXACT);
    expect(Math.abs(middle(shown).y - middle(seen).y)).toBeLessThan(EXACT);
    expect(shown.width).toBeGreaterThan(seen.width - EXACT);
    expect(shown.height).toBeGreaterThan(seen.height - EXACT);
    expect(Math.min(shown.width - seen.width, shown.height - seen.height)).toBeLessThan(EXACT);
  }).toPass({ timeout: 10_000, intervals: [20, 50, 100] });
}

test("a followed view never drifts: whatever the leader and the windows do, and after the server was away", async ({ people, server }) => {
  test.setTimeout(90_000);
  const hana = await come(people, "Hana");
  const ken = await come(people, "Ken", "phone");
  const taro = await come(people, "Taro", "wall");
  await follow(ken, "Hana");
  // A chain: who follows a follower sees what the first one shows to both.
  await follow(taro, "Ken");
  let state = 5;
  const random = (below: number): number => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
  const everybody = async (): Promise<void> => {
    await together(hana, ken);
    await together(ken, taro);
  };
  const step = async (): Promise<void> => {
    const over = await hana.place(0.2 + random(60) / 100, 0.2 + random(60) / 100);
    await hana.page.mouse.move(over.x, over.y);
    switch (random(6)) {
      case 0:
        await hana.page.setViewportSize({ width: 700 + random(1000), height: 520 + random(500) });
        break;
      case 1:
        await ken.page.setViewportSize({ width: 360 + random(900), height: 560 + random(500) });
        break;
      case 2:
        await hana.page.mouse.wheel(random(600) - 300, random(600) - 300);
        break;
      case 3:
        await hana.page.keyboard.down("Control");
        await hana.page.mouse.wheel(0, random(500) - 250);
        await hana.page.keyboard.up("Control");
        break;
      case 4:
        await hana.page.keyboard.press(["+", "-", "0"][random(3)]!);
        break;
      default:
        await taro.page.setViewportSize({ width: 1000 + random(2500), height: 700 + random(1200) });
    }
    await everybody();
  };
  await everybody();
  for (let i = 0; i < 16; i++) await step();
  await hana.page.getByRole("button", { name: "Add page" }).click();
  await everybody();
  await hana.page.keyboard.press("PageUp");
  await everybody();
  await step();

  await server.kill();
  await expect(barOf(ken)).toContainText("Waiting for Hana…");
  await expect(ken.statusLine).toHaveText(/No connection/);
  await hana.page.keyboard.press("+");
  await hana.page.keyboard.press("PageDown");
  await server.up();
  await expect(barOf(ken)).toContainText("Following Hana", { timeout: 20_000 });
  await expect(barOf(taro)).toContainText("Following Ken", { timeout: 20_000 });
  await everybody();
  for (let i = 0; i < 6; i++) await step();
});

test("one can write while following; moving the page by hand or Escape ends it", async ({ people }) => {
  const hana = await come(people, "Hana");
  const ken = await come(people, "Ken");
  await hana.page.keyboard.press("+");
  await follow(ken, "Hana");
  await together(hana, ken);
  expect(await violations(ken.page)).toEqual([]);
  await expect(ken.page.locator(".follow-frame")).toHaveCSS("border-top-color", "rgb(179, 38, 30)");

  // The page keeps still under the pen, and catches up when it is lifted.
  const still = await ken.sight();
  const line = fitInto([handwriting("一", 4)[0]!], await ken.area(0.3, 0.5, 0.3, 0.02))[0]!;
  const pen = ken.mouse();
  await pen.down(line[0]!);
  await hana.page.keyboard.press("+");
  await pen.move(line.slice(1));
  await ken.page.waitForTimeout(200);
  expect(await ken.sight()).toEqual(still);
  await pen.up();
  await together(hana, ken);
  await expect.poll(async () => (await hana.strokes()).length).toBe(1);
  await expect(barOf(ken)).toBeVisible();

  await ken.page.keyboard.press("Escape");
  await expect(barOf(ken)).toHaveCount(0);
  await expect(ken.page.getByText("You no longer follow Hana.")).toBeVisible();
  await follow(ken, "Hana");
  await point(ken, 0.5, 0.5);
  await ken.page.mouse.wheel(0, 60);
  await expect(barOf(ken)).toHaveCount(0);
  const own = await ken.sight();
  await hana.page.keyboard.press("0");
  await ken.page.waitForTimeout(200);
  expect(await ken.sight()).toEqual(own);
  await follow(ken, "Hana");
  await ken.page.getByRole("button", { name: "Stop following" }).click();
  await expect(barOf(ken)).toHaveCount(0);
  await follow(ken, "Hana");
  await ken.page.getByRole("button", { name: "Add page" }).click();
  await expect(barOf(ken)).toHaveCount(0);
});

test("whoever follows last sees the other's view, and nobody goes round in circles", async ({ people }) => {
  const hana = await come(people, "Hana");
  const taro = await come(people, "Taro", "phone");
  const ken = await come(people, "Ken", "wall");
  await follow(hana, "Taro");
  await follow(taro, "Ken");
  await hana.page.waitForTimeout(1600);
  // Ken closes the ring: whom Ken chose stops following, and the rest goes on.
  await follow(ken, "Hana");
  await expect(barOf(hana)).toHaveCount(0);
  await expect(hana.page.getByText("Ken follows you now, so you see the board for yourself again.")).toBeVisible();
  await together(hana, ken);
  await together(ken, taro);
  const before = await Promise.all([hana, ken, taro].map((board) => board.sight()));
  await hana.page.waitForTimeout(500);
  expect(await Promise.all([hana, ken, taro].map((board) => board.sight()))).toEqual(before);
});

test("a leader who leaves is waited for, and then a sentence says so", async ({ people }) => {
  const hana = await come(people, "Hana");
  const ken = await come(people, "Ken");
  await follow(ken, "Hana");
  await hana.page.close();
  await expect(barOf(ken)).toContainText("Waiting for Hana…");
  await expect(ken.page.getByText("Hana has left, so you see the board for yourself again.")).toBeVisible({ timeout: 15_000 });
  await expect(barOf(ken)).toHaveCount(0);
});
