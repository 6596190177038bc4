/** Rubbing out, choosing, moving, deleting, taking back, and pages: on both sides, and only one's own. */
import { agreed, type BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import type { Point } from "./support/ink.mjs";

/** Draws a straight line between two places of the surface. */
async function line(board: BoardPage, from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const [a, b] = [await board.place(...from), await board.place(...to)];
  const steps = 12;
  const path = Array.from({ length: steps + 1 }, (_, i): Point => ({ x: a.x + ((b.x - a.x) * i) / steps, y: a.y + ((b.y - a.y) * i) / steps }));
  await board.mouse().stroke(path);
}

async function strokeIds(board: BoardPage): Promise<string[]> {
  return (await board.strokes()).map(({ id }) => id);
}

test("the eraser takes the stroke it meets, and no other", async ({ people }) => {
  const one = await people.join();
  const two = await people.join({ screen: "phone" });
  await line(one, [0.2, 0.4], [0.8, 0.4]);
  await line(one, [0.2, 0.6], [0.8, 0.6]);
  await agreed([one, two]);
  const [upper = "", lower = ""] = await strokeIds(one);
  await one.tool("Eraser");
  await one.drag(await one.place(0.5, 0.35), await one.place(0.5, 0.45));
  await agreed([one, two]);
  expect(await strokeIds(two)).toEqual([lower]);
  await one.button("Undo").click();
  await agreed([one, two]);
  expect(await strokeIds(two)).toEqual([upper, lower]);
});

test("select, move and delete; undo and redo give it back and take it again", async ({ people }) => {
  const one = await people.join();
  const two = await people.join({ screen: "wall" });
  await line(one, [0.2, 0.3], [0.4, 0.3]);
  await line(one, [0.2, 0.6], [0.4, 0.6]);
  await agreed([one, two]);
  const [moved = "", stays = ""] = await strokeIds(one);
  const placeOf = async (board: BoardPage, id: string): Promise<number[]> => {
    const record = (await board.records()).find((other) => other.id === id)!;
    return [record.x, record.y];
  };
  const before = await placeOf(one, moved);
  await one.tool("Select");
  await one.drag(await one.place(0.3, 0.3), await one.place(0.5, 0.4));
  await agreed([one, two]);
  const after = await placeOf(two, moved);
  expect(after[0]! - before[0]!).toBeGreaterThan(100);
  expect(after[1]! - before[1]!).toBeGreaterThan(50);
  expect(await placeOf(two, stays)).toEqual(before);

  await one.page.keyboard.press("Delete");
  await agreed([one, two]);
  expect(await strokeIds(two)).toEqual([stays]);
  await one.button("Undo").click();
  await agreed([one, two]);
  expect(await strokeIds(two)).toEqual([moved, stays]);
  expect(await placeOf(two, moved)).toEqual(after);
  await one.button("Undo").click();
  await agreed([one, two]);
  expect(await placeOf(two, moved)).toEqual(before);
  await one.button("Redo").click();
  await agreed([one, two]);
  expect(await placeOf(two, moved)).toEqual(after);
  await one.button("Redo").click();
  await agreed([one, two]);
  expect(await strokeIds(two)).toEqual([stays]);
});

test("undo takes back one's own, never what another did", async ({ people }) => {
  const one = await people.join();
  const two = await people.join();
  await line(one, [0.1, 0.2], [0.4, 0.2]);
  await line(two, [0.6, 0.2], [0.9, 0.2]);
  await line(one, [0.1, 0.7], [0.4, 0.7]);
  await agreed([one, two]);
  const authors = new Map((await one.strokes()).map(({ id, author }) => [id, author]));
  const others = (await one.strokes()).filter(({ author }) => [...authors.values()].filter((a) => a === author).length === 1);
  expect(others).toHaveLength(1);
  await one.button("Undo").click();
  await one.button("Undo").click();
  await agreed([one, two]);
  expect(await strokeIds(two)).toEqual([others[0]!.id]);
  // Nothing of one's own is left to take back.
  await expect(one.button("Undo")).toBeDisabled();
  await expect(two.button("Undo")).toBeEnabled();
  await one.button("Redo").click();
  await agreed([one, two]);
  expect(await strokeIds(two)).toHaveLength(2);
});

test("undo of a move leaves it where another has moved it since", async ({ people }) => {
  const one = await people.join();
  const two = await people.join();
  await line(two, [0.2, 0.3], [0.4, 0.3]);
  await agreed([one, two]);
  await one.tool("Select");
  await one.drag(await one.place(0.3, 0.3), await one.place(0.3, 0.5));
  await agreed([one, two]);
  await two.tool("Select");
  await two.drag(await two.place(0.3, 0.5), await two.place(0.6, 0.7));
  await agreed([one, two]);
  const where = async (): Promise<number[][]> => (await one.records()).map(({ x, y }) => [x, y]);
  const place = await where();
  await one.button("Undo").click();
  await agreed([one, two]);
  expect(await where()).toEqual(place);
});

test("fingers on one screen are hands of their own: undo takes back the last, then the one before", async ({ people }) => {
  const wall = await people.join({ screen: "wall" });
  const other = await people.join();
  const fingers = wall.touches();
  const at = (y: number): Promise<Point[]> => Promise.all([wall.place(0.3, y), wall.place(0.7, y)]);
  await fingers.down(await at(0.3));
  for (let i = 1; i <= 10; i++) await fingers.move(await at(0.3 + i * 0.02));
  await fingers.up();
  await agreed([wall, other]);
  expect(await other.strokes()).toHaveLength(2);
  await wall.button("Undo").click();
  await agreed([wall, other]);
  expect(await other.strokes()).toHaveLength(1);
  await wall.button("Undo").click();
  await agreed([wall, other]);
  expect(await other.strokes()).toHaveLength(0);
  await wall.button("Redo").click();
  await wall.button("Redo").click();
  await agreed([wall, other]);
  expect(await other.strokes()).toHaveLength(2);
});

test("pages: added for both, turned by each alone, written on apart", async ({ people }) => {
  const one = await people.join();
  const two = await people.join({ screen: "phone" });
  await line(one, [0.2, 0.3], [0.8, 0.3]);
  const first = await agreed([one, two]);
  await one.button("Add page").click();
  await expect(one.button("Page 2")).toHaveAttribute("aria-current", "page");
  await expect(two.button("Page 2")).toBeVisible();
  await expect(two.button("Page 1")).toHaveAttribute("aria-current", "page");
  await expect.poll(() => one.strokes()).toHaveLength(0);
  await line(one, [0.2, 0.6], [0.5, 0.6]);
  await line(one, [0.2, 0.7], [0.5, 0.7]);
  await agreed([one]);
  // The other is still on the first page and sees none of it.
  expect(await two.digest()).toBe(first);
  expect(await two.strokes()).toHaveLength(1);
  await two.button("Page 2").click();
  const second = await agreed([one, two]);
  expect(await two.strokes()).toHaveLength(2);
  expect(second).not.toBe(first);
  await one.button("Page 1").click();
  await expect.poll(() => one.digest()).toBe(first);
  expect(await two.digest()).toBe(second);
});

test("others' cursors are shown with their names", async ({ people }) => {
  const one = await people.join();
  const two = await people.join();
  const at = await two.place(0.5, 0.5);
  await two.page.mouse.move(at.x - 30, at.y);
  await two.page.mouse.move(at.x, at.y);
  const name = one.page.locator(".cursor").getByText(/^Guest \d+$/);
  await expect(name).toBeVisible();
  const shown = (await name.boundingBox())!;
  expect(Math.hypot(shown.x - at.x, shown.y - at.y)).toBeLessThan(60);
  // And gone with them.
  await two.page.close();
  await expect(name).toHaveCount(0);
});
