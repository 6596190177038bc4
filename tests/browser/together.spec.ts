/** The others: their pointers, lasers and selections; who is here, and who made what. */
import type { Locator } from "@playwright/test";
import { violations } from "./support/axe";
import { agreed, BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import { come, follow, listOf, type Name, point } from "./support/others";

function pointerOf(board: BoardPage, name: Name): Locator {
  return board.page.locator(".cursor").filter({ hasText: name });
}

function frameOf(board: BoardPage, text: string): Locator {
  return board.page.locator(".frame.others").filter({ hasText: text });
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
  await expect(ken.button("Meeting")).toHaveAccessibleDescription("People here: 1");
  const hana = await come(people, "Hana");
  const taro = await come(people, "Taro", "phone");
  await hana.page.getByRole("button", { name: "Add page" }).click();
  await follow(taro, "Ken");
  await expect(ken.button("Meeting")).toHaveAccessibleDescription("People here: 3");
  const rows = (await listOf(ken)).getByRole("listitem");
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toContainText("Ken (you)");
  await expect(rows.nth(0).getByRole("button")).toHaveCount(0);
  await expect(rows.filter({ hasText: "Hana" })).toContainText("Page 2");
  await expect(rows.filter({ hasText: "Taro" })).toContainText("Page 1 · follows you");
  expect(await violations(ken.page)).toEqual([]);
  await taro.page.close();
  await expect(rows).toHaveCount(2, { timeout: 5000 });
});

test("whoever comes takes a colour that nobody there has", async ({ people }) => {
  const come = async (): Promise<BoardPage> => {
    const page = await people.page();
    // Everybody draws the same lot.
    await page.addInitScript(() => {
      const draw = crypto.getRandomValues.bind(crypto);
      crypto.getRandomValues = (values) => (values instanceof Uint32Array && values.length === 1 ? (values.fill(0), values) : draw(values));
    });
    await page.clock.install();
    await page.goto(people.address());
    return BoardPage.of(page);
  };
  const first = await come();
  // Who comes within seconds of another is as new as they are, and either may give way.
  await first.page.clock.fastForward(3000);
  await come();
  const discs = (await listOf(first)).locator(".avatar");
  await expect(discs).toHaveCount(2);
  await expect(discs.nth(0)).toHaveCSS("background-color", "rgb(179, 38, 30)");
  await expect(discs.nth(1)).toHaveCSS("background-color", "rgb(160, 74, 0)");
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
  await bar.getByRole("button", { name: "Order" }).click();
  await ken.page.getByRole("menuitem", { name: "Select all by Hana" }).click();
  await ken.page.keyboard.press("Delete");
  await agreed([hana, ken]);
  const left = await ken.records();
  expect(left).toHaveLength(1);
  await ken.page.keyboard.press("Control+a");
  await expect(bar).toContainText("Made by you");
});
