/** The server dies in the middle of strokes. What it acknowledged is there when it is back, and so is all the rest. */
import { agreed, type BoardPage, pointCounts } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting, type Point } from "./support/ink.mjs";

const KILLS = process.env["KAKEHASHI_SOAK"] === undefined ? 3 : 30;

/** Strokes and their points, as noted at a moment when nothing was unsaved. */
type Counts = Record<string, number>;

/** Notes what the board has whenever everything in it is acknowledged. */
async function noteAcknowledged(board: BoardPage): Promise<void> {
  await board.page.evaluate(() => {
    const notes = window as unknown as { acknowledged: Record<string, number> };
    notes.acknowledged = {};
    setInterval(() => {
      const { kakehashi } = window;
      if (kakehashi === undefined || kakehashi.unsaved() > 0) return;
      for (const { id, points } of kakehashi.records()) notes.acknowledged[id] = points?.length ?? 0;
    }, 5);
  });
}

function acknowledged(board: BoardPage): Promise<Counts> {
  return board.page.evaluate(() => ({ ...(window as unknown as { acknowledged: Record<string, number> }).acknowledged }));
}

function expectAtLeast(found: Counts, wanted: Counts): void {
  for (const [id, points] of Object.entries(wanted)) expect(found[id] ?? 0, `points of ${id}`).toBeGreaterThanOrEqual(points);
}

test(`killed ${KILLS} times in the middle of strokes, the server has all it acknowledged, and everybody comes back`, async ({ people, server }) => {
  test.setTimeout(60_000 + KILLS * 15_000);
  const wall = await people.join({ screen: "wall" });
  const laptop = await people.join();
  await Promise.all([noteAcknowledged(wall), noteAcknowledged(laptop)]);
  let strokes = 0;

  for (let kill = 0; kill < KILLS; kill++) {
    const row = (kill % 3) * 0.28 + 0.08;
    const paths: [readonly Point[], readonly Point[]] = [
      fitInto([handwriting("し", kill + 1, { rate: 120 })[0]!], await wall.area(0.1, row, 0.3, 0.2))[0]!,
      fitInto([handwriting("の", kill + 1, { rate: 120 })[0]!], await laptop.area(0.55, row, 0.3, 0.2))[0]!,
    ];
    const pens = [wall.mouse(), laptop.mouse()] as const;
    const third = (path: readonly Point[], part: number): Point[] =>
      path.slice(Math.floor((path.length * part) / 3), Math.floor((path.length * (part + 1)) / 3));

    // A first third that gets acknowledged, then the kill while the second is on its way.
    await Promise.all(pens.map((pen, i) => pen.down(paths[i]![0]!)));
    await Promise.all(pens.map((pen, i) => pen.move(third(paths[i]!, 0))));
    await expect.poll(async () => Object.keys(await acknowledged(wall)).length).toBeGreaterThanOrEqual(strokes + 1);
    await expect.poll(async () => Object.keys(await acknowledged(laptop)).length).toBeGreaterThanOrEqual(strokes + 1);
    const drawing = Promise.all(pens.map((pen, i) => pen.move(third(paths[i]!, 1))));
    await server.kill();
    await drawing;
    // While it is away, the strokes go on, end, and another one is begun and ended.
    await Promise.all(pens.map((pen, i) => pen.move(third(paths[i]!, 2))));
    await Promise.all(pens.map((pen) => pen.up()));
    await laptop.write(fitInto([handwriting("一", kill + 1)[0]!], await laptop.area(0.55, row + 0.21, 0.3, 0.03)));
    await laptop.frames();
    expect(await laptop.unsaved()).toBeGreaterThan(0);
    const noted = { ...(await acknowledged(laptop)), ...(await acknowledged(wall)) };
    strokes += 3;

    // What the server has by itself, seen where those who wrote it cannot hand it in again.
    const elsewhere = await server.up({ otherPort: true });
    const stranger = await people.page("laptop");
    await stranger.goto(`${elsewhere}/b/${people.board}?lang=en`);
    await stranger.waitForFunction(() => window.kakehashi !== undefined && window.kakehashi.status() === "live" && window.kakehashi.digest() !== "");
    const kept = pointCounts(await stranger.evaluate(() => window.kakehashi!.records()));
    expect(Object.keys(noted).length).toBeGreaterThan(0);
    expectAtLeast(kept, noted);
    await stranger.close();
    await server.kill();

    await server.up();
    await agreed([wall, laptop], 30_000);
    const now = pointCounts(await wall.strokes());
    expect(Object.keys(now)).toHaveLength(strokes);
    expectAtLeast(now, noted);
  }

  // Every stroke is whole: it ends where its pen was lifted, on a page that never saw it drawn too.
  const late = await people.join({ screen: "phone" });
  await agreed([wall, laptop, late]);
  expect(await late.records()).toEqual(await wall.records());
});

test("what is drawn while the server is away is there when it is back, each stroke once", async ({ people, server }) => {
  const one = await people.join();
  const two = await people.join({ screen: "wall" });
  const strokes = handwriting("けけ", 21);
  await one.write(fitInto(strokes, await one.area(0.1, 0.1, 0.5, 0.2)));
  await agreed([one, two]);
  await server.kill();
  await one.write(fitInto(strokes, await one.area(0.1, 0.4, 0.5, 0.2)));
  await two.write(fitInto(strokes, await two.area(0.1, 0.7, 0.5, 0.2)));
  const mine = pointCounts(await one.strokes());
  const theirs = pointCounts(await two.strokes());
  expect(await one.unsaved()).toBeGreaterThan(0);
  expect(await two.unsaved()).toBeGreaterThan(0);
  await server.up();
  await agreed([one, two], 30_000);
  expect(pointCounts(await two.strokes())).toEqual({ ...mine, ...theirs });
  expect(await one.strokes()).toHaveLength(3 * strokes.length);
});
