/** Choosing tools, what they are set to, and what highlighter, shapes and laser do under real pointers. */
import { agreed, type BoardPage, type PlainRecord } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import type { Point } from "./support/ink.mjs";

interface Figure extends PlainRecord {
  readonly width?: number;
  readonly height?: number;
  readonly path?: readonly number[];
  readonly color: string;
  readonly fill: string | null;
  readonly strokeWidth: number;
  readonly tool?: string;
}

const TOOLS = [
  ["Select", "v"],
  ["Pen", "p"],
  ["Highlighter", "m"],
  ["Eraser", "e"],
  ["Shape", "s"],
  ["Text", "t"],
  ["Note", "n"],
  ["Image", "i"],
  ["Hand", "h"],
  ["Laser", "l"],
] as const;

async function figures(board: BoardPage): Promise<Figure[]> {
  return (await board.records()) as Figure[];
}

async function drag(board: BoardPage, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  await board.drag(await board.place(...from), await board.place(...to));
}

test("ten tools by button and by key; what they are set to is remembered on the device", async ({ people }) => {
  const one = await people.join();
  for (const [name] of TOOLS) await one.tool(name);
  await one.page.keyboard.press("Escape");
  for (const [name, key] of TOOLS) {
    await one.surface.focus();
    await one.page.keyboard.press(key);
    await expect(one.button(name)).toHaveAttribute("aria-pressed", "true");
  }
  await one.tool("Highlighter");
  await one.button("Pink").click();
  await one.tool("Pen");
  await one.button("Brown").click();
  await one.button("Thick").click();
  await one.page.reload();
  await one.open();
  await one.tool("Pen");
  await expect(one.button("Brown")).toHaveAttribute("aria-pressed", "true");
  await expect(one.button("Thick")).toHaveAttribute("aria-pressed", "true");
  await one.tool("Highlighter");
  await expect(one.button("Pink")).toHaveAttribute("aria-pressed", "true");
});

test("the highlighter lets what it marks be read, and is a stroke of its own kind", async ({ people }) => {
  const one = await people.join();
  const two = await people.join({ screen: "phone" });
  await drag(one, [0.3, 0.5], [0.7, 0.5]);
  await one.tool("Highlighter");
  await one.button("Green").click();
  await drag(one, [0.3, 0.5], [0.7, 0.5]);
  await agreed([one, two]);
  const [pen, marked] = await figures(two);
  expect([pen!.tool, marked!.tool]).toEqual(["pen", "highlighter"]);
  expect(marked!.strokeWidth).toBeGreaterThan(pen!.strokeWidth * 3);
  await one.tool("Hand");
  const at = await one.place(0.5, 0.5);
  const colors = await one.page.evaluate(({ x, y }) => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas.layer")!;
    const box = canvas.getBoundingClientRect();
    const { data } = canvas.getContext("2d")!.getImageData(x - box.left, y - box.top - 12, 1, 24);
    return Array.from({ length: 24 }, (_, i) => [...data.slice(i * 4, i * 4 + 3)]);
  }, { x: Math.round(at.x), y: Math.round(at.y) });
  const darkest = Math.min(...colors.map(([r = 0, g = 0, b = 0]) => r + g + b));
  expect(darkest).toBeLessThan(350);
  expect(colors.some(([r = 0, g = 0, b = 0]) => g > r + 30 && g > b + 30)).toBe(true);
});

test("shapes: dragged, even with shift, of a usual size with a tap, filled, by several hands at once", async ({ people }) => {
  const one = await people.join();
  const two = await people.join({ screen: "wall" });
  await one.tool("Shape");
  await drag(one, [0.2, 0.2], [0.4, 0.3]);
  await one.button("Filled").click();
  await one.button("Ellipse").click();
  await one.button("Red").last().click();
  await one.page.keyboard.down("Shift");
  await drag(one, [0.5, 0.2], [0.6, 0.3]);
  await one.page.keyboard.up("Shift");
  await one.button("Regular polygon").click();
  await one.button("More sides").click();
  await one.click(await one.place(0.3, 0.7));
  await agreed([one, two]);
  const [rectangle, circle, polygon] = await figures(two);
  expect(rectangle).toMatchObject({ kind: "rectangle", fill: null });
  expect(rectangle!.width! / rectangle!.height!).toBeGreaterThan(2);
  expect(circle).toMatchObject({ kind: "ellipse", color: "#c62828ff", fill: "#c6282840" });
  expect(circle!.width).toBe(circle!.height);
  expect(polygon!.kind).toBe("polygon");
  expect(polygon!.path).toHaveLength(14);
  await one.button("Undo").click();
  await agreed([one, two]);
  expect(await figures(two)).toHaveLength(2);

  await two.tool("Shape");
  await two.button("Arrow").first().click();
  const fingers = two.touches();
  const at = (i: number): Promise<Point[]> => Promise.all([0.2, 0.5, 0.8].map((x) => two.place(x + i * 0.01, 0.5 + i * 0.02)));
  await fingers.down(await at(0));
  for (let i = 1; i <= 6; i++) await fingers.move(await at(i));
  // Nobody else sees a shape that is not done.
  expect(await figures(one)).toHaveLength(2);
  await expect(two.page.locator(".overlay canvas")).toHaveCount(1);
  await fingers.up();
  await agreed([one, two]);
  const arrows = (await figures(one)).filter(({ kind }) => kind === "arrow");
  expect(arrows).toHaveLength(3);
  for (const { path = [] } of arrows) {
    expect(path[2]! - path[0]!).toBeGreaterThan(50);
    expect(path[3]! - path[1]!).toBeGreaterThan(50);
  }
  await expect(two.page.locator(".overlay canvas")).toHaveCount(0);
});

test("a polygon corner by corner: closed on its first corner, by Enter, or dropped by Escape", async ({ people }) => {
  const one = await people.join();
  await one.tool("Shape");
  await one.button("Polygon by corners").click();
  const tap = async (...corners: readonly (readonly [number, number])[]): Promise<void> => {
    for (const corner of corners) await one.click(await one.place(...corner));
  };
  await tap([0.2, 0.2], [0.5, 0.2], [0.5, 0.6], [0.2, 0.6]);
  expect(await figures(one)).toHaveLength(0);
  await tap([0.202, 0.203]);
  await agreed([one]);
  expect((await figures(one)).map(({ kind, path }) => [kind, path!.length])).toEqual([["polygon", 8]]);
  await tap([0.6, 0.3], [0.8, 0.3], [0.8, 0.5], [0.7, 0.7]);
  await one.page.keyboard.press("Backspace");
  await one.page.keyboard.press("Enter");
  await agreed([one]);
  expect((await figures(one)).map(({ path }) => path!.length)).toEqual([8, 6]);
  // Whoever takes another tool or turns the page has finished: the polygon is on the page it was drawn on.
  await tap([0.1, 0.8], [0.2, 0.8], [0.2, 0.9]);
  await one.button("Add page").click();
  await expect(one.button("Page 2")).toHaveAttribute("aria-current", "page");
  expect(await figures(one)).toHaveLength(0);
  await one.button("Page 1").click();
  await expect.poll(async () => (await figures(one)).map(({ path }) => path!.length)).toEqual([8, 6, 6]);
  await tap([0.3, 0.1], [0.5, 0.1]);
  await one.tool("Pen");
  await expect.poll(async () => (await figures(one)).map(({ kind }) => kind)).toEqual(["polygon", "polygon", "polygon", "line"]);
  await one.button("Undo").click();
  await one.button("Undo").click();
  await one.tool("Shape");
  await tap([0.3, 0.8], [0.5, 0.9]);
  await one.page.keyboard.press("Escape");
  await one.tool("Pen");
  await agreed([one]);
  expect(await figures(one)).toHaveLength(2);
});

test("the laser glows while it is pressed and a moment longer, and writes nothing", async ({ people }) => {
  const one = await people.join();
  await one.tool("Laser");
  const glow = one.page.locator(".overlay canvas");
  const [from, to] = [await one.place(0.3, 0.4), await one.place(0.7, 0.5)];
  await one.page.mouse.move(from.x, from.y);
  await expect(glow).toHaveCount(0);
  await one.page.mouse.down();
  await one.page.mouse.move(to.x, to.y, { steps: 20 });
  await expect(glow).toHaveCount(1);
  const red = (): Promise<number> =>
    glow.evaluate((canvas) => {
      const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, (canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height);
      let count = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i]! > 150 && data[i + 3]! > 40) count++;
      return count;
    });
  // It fades at once: where the machine was too slow to see it, it is drawn again.
  await expect(async () => {
    for (const { x, y } of [from, to]) await one.page.mouse.move(x, y, { steps: 10 });
    expect(await red()).toBeGreaterThan(1000);
  }).toPass();
  // Held still, only the point goes on glowing.
  await expect.poll(red).toBeLessThan(800);
  expect(await red()).toBeGreaterThan(30);
  await one.page.mouse.up();
  await expect(glow).toHaveCount(0);
  expect(await one.records()).toHaveLength(0);
  await expect(one.button("Undo")).toBeDisabled();
});
