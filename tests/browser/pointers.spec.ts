/** Many hands at one panel, palms, pens, and fingers that move the page instead of writing. */
import { agreed, type BoardPage, type PlainRecord } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import type { Point } from "./support/ink.mjs";
import { MousePen, Touches } from "./support/pointers";

/** Where a page unit is on the screen, from the zoom that the page bar tells. */
async function scale(board: BoardPage): Promise<number> {
  return Number((await board.page.locator(".zoom-value").first().textContent())!.replace("%", "")) / 100;
}

function bottoms(strokes: readonly PlainRecord[]): number[][] {
  return strokes.map(({ points = [] }) => points.map(([, y = 0]) => y));
}

test("as many fingers as Chromium lets through write at once: all strokes whole and apart", async ({ people }) => {
  const wall = await people.join({ screen: "wall" });
  const other = await people.join();
  // Chromium passes on sixteen touches at most (WebTouchEvent), however many a panel has.
  const count = 16;
  const steps = 16;
  const touches = wall.touches();
  const column = (i: number): number => 0.08 + (i * 0.84) / 19;
  const all = (step: number, fingers = count): Promise<Point[]> =>
    Promise.all(Array.from({ length: fingers }, (_, i) => wall.place(column(i), 0.15 + (step / steps) * 0.7)));
  await touches.down(await all(0));
  for (let step = 1; step <= steps; step++) await touches.move(await all(step));
  await touches.up();
  await agreed([wall, other]);
  const strokes = await other.strokes();
  expect(strokes).toHaveLength(count);
  expect(new Set(strokes.map(({ author }) => author)).size).toBe(1);
  for (const { points = [] } of strokes) {
    expect(points).toHaveLength(steps + 1);
    // Straight down: no point of another finger got in.
    const xs = points.map(([x = 0]) => x);
    expect(Math.max(...xs) - Math.min(...xs)).toBeLessThan(1);
  }
  const columns = strokes.map(({ points }) => points![0]![0]!).sort((a, b) => a - b);
  for (let i = 1; i < columns.length; i++) expect(columns[i]! - columns[i - 1]!).toBeGreaterThan(40);
  // Each is a hand of its own: sixteen times undo takes back one each time.
  await wall.button("Undo").click();
  await agreed([wall, other]);
  expect(await other.strokes()).toHaveLength(count - 1);
});

test("twenty pointers, as panels with a driver of their own report them, are twenty strokes", async ({ people }) => {
  const wall = await people.join({ screen: "wall" });
  const other = await people.join();
  const [from, to] = [await wall.place(0.1, 0.2), await wall.place(0.9, 0.8)];
  await wall.page.evaluate(
    ([a, b]) => {
      const surface = document.querySelector<HTMLElement>(".surface")!;
      surface.setPointerCapture = () => undefined;
      const send = (type: string, i: number, y: number): void => {
        const clientX = a!.x + ((b!.x - a!.x) * i) / 19;
        const init = { pointerId: 100 + i, pointerType: "touch", clientX, clientY: y, width: 20, height: 20, bubbles: true, isPrimary: i === 0 };
        surface.dispatchEvent(new PointerEvent(type, { ...init, buttons: type === "pointerup" ? 0 : 1 }));
      };
      const each = (type: string, y: number): void => {
        for (let i = 0; i < 20; i++) send(type, i, y);
      };
      each("pointerdown", a!.y);
      for (let step = 1; step <= 30; step++) each("pointermove", a!.y + ((b!.y - a!.y) * step) / 30);
      each("pointerup", b!.y);
    },
    [from, to],
  );
  await agreed([wall, other]);
  const strokes = await other.strokes();
  expect(strokes).toHaveLength(20);
  for (const { points = [] } of strokes) {
    expect(points).toHaveLength(31);
    expect(new Set(points.map(([x]) => x)).size).toBe(1);
  }
});

test("a palm laid on a wall does not write, a fat finger does", async ({ people }) => {
  const wall = await people.join({ screen: "wall" });
  const size = async (radius: number): Promise<void> => {
    const touches = new Touches(wall.cdp, radius);
    await touches.down([await wall.place(0.4, 0.4)]);
    for (let i = 1; i <= 6; i++) await touches.move([await wall.place(0.4 + i * 0.02, 0.4)]);
    await touches.up();
    await wall.frames();
  };
  await size(80);
  expect(await wall.strokes()).toHaveLength(0);
  await size(30);
  await expect.poll(async () => (await wall.strokes()).length).toBe(1);
});

test("beside a pen no touch writes, and one just before it is taken back", async ({ people }) => {
  const tablet = await people.join({ screen: "phone" });
  const pen = new MousePen(tablet.cdp, "pen");
  const finger = tablet.touches();
  const at = (x: number, y: number): Promise<Point> => tablet.place(x, y);
  // The palm comes down first, and the pen at once after it.
  await finger.down([await at(0.7, 0.6)]);
  await finger.move([await at(0.72, 0.61)]);
  await pen.down(await at(0.3, 0.5));
  await pen.move([await at(0.4, 0.5), await at(0.5, 0.5)]);
  await finger.move([await at(0.75, 0.62)]);
  await pen.up();
  await finger.up();
  // And while the pen is near.
  await finger.down([await at(0.7, 0.4)]);
  await finger.move([await at(0.8, 0.4)]);
  await finger.up();
  await agreed([tablet]);
  expect(await tablet.strokes()).toHaveLength(1);
  expect((await tablet.strokes())[0]!.points![0]![2]).toBeGreaterThan(0);
  // Long after it, fingers write again.
  await tablet.page.waitForTimeout(600);
  await finger.down([await at(0.3, 0.45)]);
  for (let i = 1; i < 8; i++) await finger.move([await at(0.3 + i * 0.03, 0.45)]);
  await tablet.page.waitForTimeout(200);
  await finger.up();
  await agreed([tablet]);
  expect(await tablet.strokes()).toHaveLength(2);
});

test("two fingers that come down together move and zoom a phone's page, and leave no ink", async ({ people }) => {
  const phone = await people.join({ screen: "phone" });
  const other = await people.join();
  const before = await scale(phone);
  const fingers = phone.touches();
  const [left, right] = [await phone.place(0.45, 0.5), await phone.place(0.55, 0.5)];
  await fingers.down([left]);
  await fingers.move([{ x: left.x - 4, y: left.y }]);
  await fingers.down([{ x: left.x - 4, y: left.y }, right]);
  for (let i = 1; i <= 10; i++) await fingers.move([{ x: left.x - 4 - i * 8, y: left.y }, { x: right.x + i * 8, y: right.y }]);
  await fingers.up();
  await phone.frames();
  expect(await scale(phone)).toBeGreaterThan(before * 2);
  await agreed([phone, other]);
  expect(await phone.strokes()).toHaveLength(0);
  await expect(phone.button("Undo")).toBeDisabled();
  // One finger writes.
  await fingers.down([left]);
  for (let i = 1; i <= 10; i++) await fingers.move([{ x: left.x + i * 8, y: left.y }]);
  await fingers.up();
  await agreed([phone, other]);
  expect(await other.strokes()).toHaveLength(1);
});

test("at a wall two fingers are two hands that write", async ({ people }) => {
  const wall = await people.join({ screen: "wall" });
  const before = await scale(wall);
  const fingers = wall.touches();
  const at = (i: number): Promise<Point[]> => Promise.all([wall.place(0.4 - i * 0.02, 0.5), wall.place(0.6 + i * 0.02, 0.5)]);
  await fingers.down(await at(0));
  for (let i = 1; i <= 8; i++) await fingers.move(await at(i));
  await fingers.up();
  await agreed([wall]);
  expect(await wall.strokes()).toHaveLength(2);
  expect(await scale(wall)).toBe(before);
});

test("what a pointer drew stays when the system takes it away", async ({ people }) => {
  const wall = await people.join({ screen: "wall" });
  const fingers = wall.touches();
  await fingers.down([await wall.place(0.3, 0.3)]);
  for (let i = 1; i <= 8; i++) await fingers.move([await wall.place(0.3 + i * 0.02, 0.3)]);
  await fingers.cancel();
  await agreed([wall]);
  const [stroke] = await wall.strokes();
  expect(stroke!.points).toHaveLength(9);
  expect(bottoms([stroke!])[0]!.every((y) => Math.abs(y - bottoms([stroke!])[0]![0]!) < 1)).toBe(true);
});

test("the space bar and the middle button move the page whatever tool is chosen", async ({ people }) => {
  const one = await people.join();
  // What was selected anywhere is what some systems paste when the middle button is lifted.
  await one.button("Share").click();
  await one.page.getByLabel("Link", { exact: true }).press("Control+A");
  await one.page.keyboard.press("Escape");
  await expect(one.page.getByRole("dialog")).toHaveCount(0);
  const before = await scale(one);
  await one.button("Zoom in").click();
  await expect.poll(() => scale(one)).toBeGreaterThan(before);
  const stroke = async (count: number): Promise<void> => {
    const at = await one.place(0.25, 0.25);
    await one.mouse().stroke([at, { x: at.x + 20, y: at.y }]);
    await expect.poll(async () => (await one.strokes()).length).toBe(count);
  };
  await stroke(1);
  const left = async (): Promise<number> => (await one.sight()).x;
  const first = await left();
  await one.page.keyboard.down("Space");
  // The board says with its cursor that it has heard the key.
  await expect(one.surface).toHaveAttribute("data-pan");
  await one.drag(await one.place(0.5, 0.5), await one.place(0.6, 0.55));
  await one.page.keyboard.up("Space");
  await expect(one.surface).not.toHaveAttribute("data-pan");
  await expect.poll(left).toBeLessThan(first - 50);
  const second = await left();
  await stroke(2);
  const [from, to] = [await one.place(0.6, 0.5), await one.place(0.5, 0.5)];
  await one.page.mouse.move(from.x, from.y);
  await one.page.mouse.down({ button: "middle" });
  await one.page.mouse.move(to.x, to.y, { steps: 4 });
  await one.page.mouse.up({ button: "middle" });
  await expect.poll(left).toBeGreaterThan(second + 50);
  await stroke(3);
  // Where a stroke stands on the page, the page was when it was written.
  await agreed([one]);
  const xs = (await one.strokes()).map(({ points }) => points![0]![0]!);
  expect(xs[0]! - xs[1]!).toBeGreaterThan(50);
  expect(xs[2]! - xs[1]!).toBeGreaterThan(50);
});

/** An event, and the steps of nine along the line whose samples it holds. */
type PenEvent = readonly [type: "pointerrawupdate" | "pointermove", steps: readonly number[]];

/** A pen goes along a line in ten points, as these events tell of it between its first and its last. */
async function penMoves(one: BoardPage, timeOf: "coarse" | "fine", events: readonly PenEvent[]): Promise<void> {
  const [from, to] = [await one.place(0.2, 0.5), await one.place(0.8, 0.5)];
  await one.page.evaluate(
    ({ from, to, timeOf, events }) => {
      const surface = document.querySelector(".surface")!;
      surface.setPointerCapture = () => undefined;
      const make = (type: string, step: number): PointerEvent => {
        const event = new PointerEvent(type, {
          pointerId: 7,
          pointerType: "pen",
          pressure: 0.5,
          button: type === "pointerdown" || type === "pointerup" ? 0 : -1,
          buttons: type === "pointerup" ? 0 : 1,
          clientX: from.x + ((to.x - from.x) * step) / 9,
          clientY: from.y,
          bubbles: true,
        });
        // A browser that guards against fingerprints tells the time in steps of 100 ms.
        Object.defineProperty(event, "timeStamp", { value: timeOf === "coarse" ? 5000 : 5000 + step });
        return event;
      };
      surface.dispatchEvent(make("pointerdown", 0));
      for (const [type, steps] of events) {
        const event = make(type, steps[steps.length - 1]!);
        event.getCoalescedEvents = () => steps.map((step) => make("pointermove", step));
        surface.dispatchEvent(event);
      }
      surface.dispatchEvent(make("pointerup", 9));
    },
    { from, to, timeOf, events },
  );
  await agreed([one]);
  const [stroke] = await one.strokes();
  const xs = stroke!.points!.map(([x = 0]) => x);
  expect(xs).toHaveLength(10);
  expect(xs).toEqual([...xs].sort((x, y) => x - y));
}

test("where the clock of events is coarse, no sample is taken for one that was there before", async ({ people }) => {
  const steps = [1, 2, 3, 4, 5, 6, 7, 8];
  await penMoves(await people.join(), "coarse", steps.map((step) => ["pointermove", [step]]));
});

test("moves that a busy browser tells of by two events, in either order, are written once", async ({ people }) => {
  await penMoves(await people.join(), "fine", [
    ["pointerrawupdate", [1, 2, 3, 4]],
    ["pointermove", [1, 2, 3, 4]],
    ["pointerrawupdate", [5]],
    ["pointermove", [5, 6, 7, 8]],
    ["pointerrawupdate", [6, 7, 8]],
  ]);
});
