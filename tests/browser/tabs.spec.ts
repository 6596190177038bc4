/** Tabs that are closed with unsaved work, opened again, and duplicated: nothing is lost, nothing doubled. */
import { agreed, BoardPage, pointCounts } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import { appKept } from "./support/kept";

const ink = handwriting("け", 31);

test("a tab draws while the server is away, is closed, and a later tab brings it in", async ({ people, server }) => {
  const tab = await people.join();
  const context = tab.page.context();
  const other = await people.join({ screen: "wall" });
  await tab.write(fitInto(ink, await tab.area(0.1, 0.1, 0.2, 0.2)));
  await agreed([tab, other]);
  await server.kill();
  await tab.write(fitInto(ink, await tab.area(0.4, 0.1, 0.2, 0.2)));
  // A stroke that is still being written when the tab goes: all but the last frame's samples are kept.
  const pen = tab.mouse();
  const path = fitInto([ink[0]!], await tab.area(0.7, 0.1, 0.2, 0.2))[0]!;
  await pen.down(path[0]!);
  await pen.move(path.slice(1, 10));
  await tab.frames();
  const drawn = pointCounts(await tab.strokes());
  expect(Object.keys(drawn)).toHaveLength(2 * ink.length + 1);
  expect(await tab.unsaved()).toBeGreaterThan(0);
  await tab.page.close();

  await server.up();
  const again = await people.joinIn(context);
  await agreed([again, other], 30_000);
  expect(pointCounts(await again.strokes())).toEqual(drawn);
  expect(pointCounts(await other.strokes())).toEqual(drawn);
});

for (const locks of ["with Web Locks", "without Web Locks, as where the address is not secure"]) {
  test(`a tab that is loaded again while the server is away keeps what it drew, ${locks}`, async ({ people, server }) => {
    const tab = await people.join();
    if (locks !== "with Web Locks") {
      await tab.page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "locks"));
      await tab.page.reload();
      await tab.open();
    }
    await appKept(tab.page);
    await server.kill();
    await tab.write(fitInto(ink, await tab.area(0.4, 0.1, 0.2, 0.2)));
    await tab.frames();
    const drawn = pointCounts(await tab.strokes());
    await tab.page.reload();
    await tab.page.waitForFunction(() => window.kakehashi !== undefined && window.kakehashi.unsaved() > 0, undefined, { timeout: 8_000 });
    await server.up();
    await tab.open();
    await agreed([tab]);
    expect(pointCounts(await tab.strokes())).toEqual(drawn);
  });
}

test("a duplicated tab: both write, nothing is lost or doubled", async ({ people }) => {
  const tab = await people.join();
  await tab.write(fitInto(ink, await tab.area(0.1, 0.1, 0.2, 0.2)));
  const [page] = await Promise.all([
    tab.page.context().waitForEvent("page"),
    tab.page.evaluate(() => void window.open(location.href)),
  ]);
  const twin = await BoardPage.of(page);
  const both = [tab, twin];
  await Promise.all(both.map(async (board, i) => board.write(fitInto(ink, await board.area(0.4, 0.1 + 0.4 * i, 0.2, 0.2)))));
  await agreed(both);
  expect(await tab.strokes()).toHaveLength(3 * ink.length);
  // Each page load writes under a name of its own.
  expect(new Set((await tab.strokes()).map(({ author }) => author)).size).toBe(2);
});

test("two tabs with unsaved work, one closed: the other brings both in", async ({ people, server }) => {
  const tab = await people.join();
  const twin = await people.joinIn(tab.page.context());
  const other = await people.join({ screen: "wall" });
  await server.kill();
  await tab.write(fitInto(ink, await tab.area(0.1, 0.1, 0.2, 0.2)));
  await twin.write(fitInto(ink, await twin.area(0.5, 0.5, 0.2, 0.2)));
  await Promise.all([tab.frames(), twin.frames()]);
  const drawn = { ...pointCounts(await tab.strokes()), ...pointCounts(await twin.strokes()) };
  expect(Object.keys(drawn)).toHaveLength(2 * ink.length);
  const own = await twin.unsaved();
  await tab.page.close();
  // The one that stays learns of it in the moment in which the other goes.
  await expect.poll(() => twin.unsaved(), { timeout: 3_000 }).toBeGreaterThan(own);
  await server.up();
  await expect.poll(async () => pointCounts(await other.strokes()), { timeout: 30_000 }).toEqual(drawn);
  await agreed([twin, other], 30_000);
  expect(pointCounts(await twin.strokes())).toEqual(drawn);
});
