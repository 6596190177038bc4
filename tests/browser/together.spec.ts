/** The others: their pointers, lasers and selections; who is here and who made what; and following somebody's view. */
import type { Locator } from "@playwright/test";
import { agreed, BoardPage, type Sight } from "./support/board-page";
import { expect, type People, type ScreenName, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";

const COLORS = { Hana: "#b3261e", Taro: "#146c43", Ken: "#4355b9" } as const;
type Name = keyof typeof COLORS;

/** Somebody comes under a name. */
async function come(people: People, name: Name, screen: ScreenName = "laptop"): Promise<BoardPage> {
  const page = await people.page(screen);
  await page.addInitScript(
    ([who, color]) => {
      localStorage.setItem("kakehashi.name", who);
      localStorage.setItem("kakehashi.color", color);
    },
    [name, COLORS[name]] as const,
  );
  await page.goto(people.address());
  return BoardPage.of(page);
}

async function point(board: BoardPage, x: number, y: number): Promise<void> {
  const at = await board.place(x, y);
  await board.page.mouse.move(at.x, at.y);
}

function pointerOf(board: BoardPage, name: Name): Locator {
  return board.page.locator(".cursor").filter({ hasText: name });
}

function frameOf(board: BoardPage, text: string): Locator {
  return board.page.locator(".frame.others").filter({ hasText: text });
}

function barOf(board: BoardPage): Locator {
  return board.page.locator(".follow-bar");
}

async function follow(board: BoardPage, name: Name): Promise<void> {
  await board.page.getByRole("button", { name: /^People here/ }).click();
  const list = board.page.getByRole("dialog", { name: "People here" });
  await list.getByRole("button", { name: `Follow ${name}`, exact: true }).click();
  await expect(list.getByRole("button", { name: `Follow ${name}`, exact: true })).toHaveAttribute("aria-pressed", "true");
  await board.page.keyboard.press("Escape");
  await expect(list).toHaveCount(0);
  await expect(barOf(board)).toContainText(`Following ${name}`);
}

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

test("pointers of the others have names for a while, let every press through, and go with their people", async ({ people }) => {
  const hana = await come(people, "Hana");
  const ken = await come(people, "Ken");
  await point(hana, 0.5, 0.5);
  const pointer = pointerOf(ken, "Hana");
  await expect(pointer).toBeVisible();
  // It lies where the other one points.
  const at = await ken.place(0.5, 0.5);
  await expect
    .poll(async () => {
      const box = await pointer.locator("svg").boundingBox();
      return box === null ? Infinity : Math.hypot(box.x - at.x, box.y - at.y);
    })
    .toBeLessThan(4);
  // A stroke that begins right under the other's name is written.
  await ken.write([[{ x: at.x + 24, y: at.y + 24 }, { x: at.x + 90, y: at.y + 60 }]]);
  await expect.poll(async () => (await ken.strokes()).length).toBe(1);

  await expect(pointer).toHaveClass(/quiet/, { timeout: 8000 });
  await expect(pointer.locator("span")).toHaveCSS("opacity", "0");
  await point(hana, 0.52, 0.5);
  await expect(pointer).not.toHaveClass(/quiet/);

  // What lies beyond the edge of the view is not shown there.
  await ken.page.mouse.move((await ken.place(0.1, 0.1)).x, (await ken.place(0.1, 0.1)).y);
  for (let i = 0; i < 12; i++) await ken.page.keyboard.press("+");
  await point(hana, 0.98, 0.98);
  await expect(pointer).toBeHidden();
  await ken.page.keyboard.press("0");
  await expect(pointer).toBeVisible();

  await hana.page.close();
  await expect(pointer).toHaveCount(0, { timeout: 5000 });
});

test("a selection and a text being written are framed in the colour of whoever does it, with the name", async ({ people }) => {
  const hana = await come(people, "Hana");
  const ken = await come(people, "Ken", "phone");
  await hana.write(fitInto(handwriting("一", 4), await hana.area(0.2, 0.3, 0.3, 0.05)));
  await agreed([hana, ken]);
  await hana.tool("Select");
  const on = await hana.area(0.15, 0.2, 0.4, 0.3);
  await hana.drag({ x: on.x, y: on.y }, { x: on.x + on.width, y: on.y + on.height });
  const frame = frameOf(ken, "Hana");
  await expect(frame).toBeVisible();
  await expect(frame).toHaveCSS("border-top-color", "rgb(179, 38, 30)");
  const before = await frame.boundingBox();
  // It goes along while it is dragged, before anything is written.
  const from = await hana.place(0.35, 0.325);
  await hana.page.mouse.move(from.x, from.y);
  await hana.page.mouse.down();
  await hana.page.mouse.move(from.x, from.y + 120, { steps: 6 });
  await expect.poll(async () => ((await frame.boundingBox())?.y ?? 0) - (before?.y ?? 0)).toBeGreaterThan(10);
  await hana.page.mouse.up();
  await hana.page.keyboard.press("Escape");
  await expect(frame).toBeHidden();

  await hana.tool("Text");
  await hana.click(await hana.place(0.3, 0.7));
  await hana.page.keyboard.type("橋 bridge");
  await expect(frameOf(ken, "Hana is typing")).toBeVisible();
  await hana.page.keyboard.press("Escape");
  await expect(frameOf(ken, "Hana is typing")).toBeHidden();
});

test("a laser of another shows in their colour, and fades", async ({ people }) => {
  const hana = await come(people, "Hana");
  const ken = await come(people, "Ken");
  await hana.tool("Laser");
  const glow = (): Promise<boolean> =>
    ken.page.evaluate(() =>
      [...document.querySelectorAll<HTMLCanvasElement>(".overlay > canvas")].some((canvas) => {
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        for (let i = 0; i < data.length; i += 4) {
          if (data[i + 3]! > 200 && Math.abs(data[i]! - 0xb3) < 12 && data[i + 1]! < 0x40 && data[i + 2]! < 0x40) return true;
        }
        return false;
      }),
    );
  expect(await glow()).toBe(false);
  await point(hana, 0.4, 0.5);
  await hana.page.mouse.down();
  for (let i = 1; i < 10; i++) await point(hana, 0.4 + i * 0.02, 0.5);
  await expect.poll(glow).toBe(true);
  await expect(pointerOf(ken, "Hana")).toHaveClass(/laser/);
  await hana.page.mouse.up();
  await expect.poll(glow, { timeout: 5000 }).toBe(false);
  expect(await ken.records()).toEqual([]);
});

test("the list says who is here, on which page, and who follows whom", async ({ people }) => {
  const ken = await come(people, "Ken");
  await expect(ken.page.getByRole("button", { name: /^People here/ })).toHaveCount(0);
  const hana = await come(people, "Hana");
  const taro = await come(people, "Taro", "phone");
  await hana.page.getByRole("button", { name: "Add page" }).click();
  await follow(taro, "Ken");
  await ken.page.getByRole("button", { name: "People here: 3" }).click();
  const rows = ken.page.getByRole("dialog", { name: "People here" }).getByRole("listitem");
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toContainText("Ken (you)");
  await expect(rows.nth(0).getByRole("button")).toHaveCount(0);
  await expect(rows.filter({ hasText: "Hana" })).toContainText("Page 2");
  await expect(rows.filter({ hasText: "Taro" })).toContainText("Page 1 · follows you");
  await taro.page.close();
  await expect(rows).toHaveCount(2, { timeout: 5000 });
});

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
  for (let i = 0; i < 24; i++) await step();
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

test("the selection's bar says who made it, and selects all of theirs", async ({ people }) => {
  const hana = await come(people, "Hana");
  const ken = await come(people, "Ken");
  await hana.write(fitInto(handwriting("二", 4), await hana.area(0.2, 0.2, 0.2, 0.1)));
  await ken.write(fitInto(handwriting("一", 4), await ken.area(0.6, 0.6, 0.2, 0.05)));
  await agreed([hana, ken]);
  await ken.tool("Select");
  await ken.page.keyboard.press("Control+a");
  const bar = ken.page.getByRole("toolbar", { name: "Selection" });
  await expect(bar).toContainText("Made by 2 people");
  await ken.page.keyboard.press("Escape");
  const one = await ken.area(0.18, 0.15, 0.24, 0.09);
  await ken.drag({ x: one.x, y: one.y }, { x: one.x + one.width, y: one.y + one.height });
  await expect(bar).toContainText("Made by Hana");
  await bar.getByRole("button", { name: /Select all by Hana/ }).click();
  await ken.page.keyboard.press("Delete");
  await agreed([hana, ken]);
  const left = await ken.records();
  expect(left).toHaveLength(1);
  await ken.page.keyboard.press("Control+a");
  await expect(bar).toContainText("Made by you");
});
