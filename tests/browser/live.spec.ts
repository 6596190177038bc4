/** Writing together: every stroke is seen while it is drawn, by everybody, and none is lost. */
import { agreed, BoardPage, type PlainRecord, pointCounts } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { boundsOf, fitInto, handwriting, type Point } from "./support/ink.mjs";

const FINGERS = 10;

/** Waits until `far` shows more points of each of these strokes than `than` says. */
async function grown(far: BoardPage, than: Readonly<Record<string, number>>, count: number): Promise<Record<string, number>> {
  let now: Record<string, number> = {};
  await expect(async () => {
    now = pointCounts(await far.strokes());
    const more = Object.entries(now).filter(([id, points]) => points > (than[id] ?? 0));
    expect(more.length).toBe(count);
  }).toPass({ timeout: 5_000, intervals: [10, 20, 50] });
  return now;
}

function points(record: PlainRecord): Point[] {
  return (record.points ?? []).map(([x = 0, y = 0]) => ({ x, y }));
}

/** All strokes with equally many points, so that ten fingers move together. */
function resampled(stroke: readonly Point[], count: number): Point[] {
  return Array.from({ length: count }, (_, i) => {
    const at = (i * (stroke.length - 1)) / (count - 1);
    const from = stroke[Math.floor(at)]!;
    const to = stroke[Math.ceil(at)]!;
    const share = at - Math.floor(at);
    return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
  });
}

test("a wall with ten fingers and a laptop see each other's strokes before pen-up; a phone joins by code", async ({ people, server }) => {
  const wall = await people.join({ screen: "wall" });
  const laptop = await people.join({ screen: "laptop" });

  // Ten strokes of one character, each in a cell of its own: two rows of five.
  const strokes = handwriting("橋", 7).slice(0, FINGERS);
  expect(strokes).toHaveLength(FINGERS);
  const paths = await Promise.all(
    strokes.map(async (stroke, i) => {
      const cell = await wall.area(0.1 + (i % 5) * 0.16, 0.15 + Math.floor(i / 5) * 0.4, 0.12, 0.25);
      return resampled(fitInto([stroke], cell)[0]!, 40);
    }),
  );
  const at = (step: number): Point[] => paths.map((path) => path[step]!);

  const fingers = wall.touches();
  await fingers.down(at(0));
  for (let step = 1; step < 15; step++) await fingers.move(at(step));
  // The laptop sees ten strokes, and sees them grow, while no finger has left the wall.
  const early = await grown(laptop, {}, FINGERS);
  for (let step = 15; step < 25; step++) await fingers.move(at(step));
  const later = await grown(laptop, early, FINGERS);

  // The laptop writes at the same time, and the wall sees that before its pen-up as well.
  const mouse = laptop.mouse();
  const line = fitInto([handwriting("ー", 3)[0]!], await laptop.area(0.3, 0.46, 0.4, 0.03))[0]!;
  const half = Math.floor(line.length / 2);
  await mouse.down(line[0]!);
  await mouse.move(line.slice(1, half));
  const all = Object.keys(later);
  const seenByWall = await grown(wall, Object.fromEntries((await wall.strokes()).filter(({ id }) => all.includes(id)).map(({ id }) => [id, Infinity])), 1);
  const laptopStroke = Object.keys(seenByWall).find((id) => !all.includes(id))!;
  await mouse.move(line.slice(half));
  for (let step = 25; step < 40; step++) await fingers.move(at(step));
  await grown(wall, { ...Object.fromEntries(all.map((id) => [id, Infinity])), [laptopStroke]: seenByWall[laptopStroke]! }, 1);
  await grown(laptop, { ...later, [laptopStroke]: Infinity }, FINGERS);

  await fingers.up();
  await mouse.up();
  await agreed([wall, laptop]);

  // Ten fingers are ten strokes: each keeps to its own cell and has its finger's form.
  const written = (await laptop.strokes()).filter(({ id }) => id !== laptopStroke);
  expect(written).toHaveLength(FINGERS);
  expect(new Set(written.map(({ author }) => author)).size).toBe(1);
  const boxes = written.map((record) => boundsOf(points(record))).sort((a, b) => a.y + a.height / 2 - b.y - b.height / 2);
  const inReadingOrder = [boxes.slice(0, 5), boxes.slice(5)].flatMap((row) => row.sort((a, b) => a.x - b.x));
  const sent = paths.map((path) => boundsOf(path));
  const scale = inReadingOrder[0]!.width / sent[0]!.width;
  inReadingOrder.forEach((box, i) => {
    const { width, height } = sent[i]!;
    expect(Math.abs(box.width - width * scale), `width of finger ${i}`).toBeLessThan(4);
    expect(Math.abs(box.height - height * scale), `height of finger ${i}`).toBeLessThan(4);
  });

  // A phone comes in through the front door.
  const { code } = (await (await fetch(`${server.url}/api/v1/boards/${people.board}`)).json()) as { code: string };
  const page = await people.page("phone");
  await page.goto(`${server.url}/?lang=en`);
  await page.getByRole("textbox", { name: "Code" }).fill(code);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  const phone = await BoardPage.of(page);
  await agreed([wall, laptop, phone]);

  // And writes with a finger.
  const finger = phone.touches();
  const stroke = fitInto([handwriting("し", 5)[0]!], await phone.area(0.3, 0.42, 0.4, 0.12))[0]!;
  await finger.down([stroke[0]!]);
  for (const point of stroke.slice(1)) await finger.move([point]);
  await finger.up();
  await expect.poll(async () => (await wall.strokes()).length).toBe(FINGERS + 2);
  await agreed([wall, laptop, phone]);
});

test("somebody who comes late holds the same", async ({ people }) => {
  const first = await people.join();
  const second = await people.join({ screen: "wall" });
  const text = handwriting("架け橋", 11, { rate: 30 });
  await Promise.all([
    first.write(fitInto(text, await first.area(0.15, 0.15, 0.7, 0.3))),
    second.write(fitInto(text.slice(0, 12), await second.area(0.15, 0.55, 0.7, 0.3))),
  ]);
  const digest = await agreed([first, second]);
  const late = await people.join({ screen: "phone" });
  expect(await agreed([first, second, late])).toBe(digest);
  expect(await late.strokes()).toHaveLength(text.length + 12);
  expect(await late.records()).toEqual(await first.records());
});

test("starting a board from the front door opens it with a page to write on", async ({ people, server }) => {
  const page = await people.page("laptop");
  await page.goto(`${server.url}/?lang=en`);
  await page.getByRole("button", { name: "Start a board" }).click();
  const board = await BoardPage.of(page);
  await expect(page).toHaveURL(/\/b\/[0-9A-Za-z]{26}\?lang=en$/);
  await board.write(fitInto(handwriting("一", 2), await board.area(0.3, 0.4, 0.4, 0.1)));
  await agreed([board]);
  expect(await board.strokes()).toHaveLength(1);
});
