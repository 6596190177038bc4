/** A board that was open on a device opens there without its server, as it was seen last, and goes on when the server is back. */
import type { BrowserContext, Page } from "@playwright/test";
import { agreed, BoardPage } from "./support/board-page";
import { expect, test, type People } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import { appKept } from "./support/kept";

/** Leaves a tab as a person does who closes it: what the page does when it is hidden and left, it may do. */
async function close(page: Page): Promise<void> {
  const closed = page.waitForEvent("close");
  await page.close({ runBeforeUnload: true });
  await closed;
}

/** A tab that is opened while nobody answers. */
async function openAway(people: People, context: BrowserContext): Promise<BoardPage> {
  const page = await context.newPage();
  await page.addInitScript(slowLocks);
  await page.goto(people.address());
  await page.waitForFunction(() => window.kakehashi !== undefined && window.kakehashi.digest() !== "");
  await expect(page.locator(".waiting")).toHaveCount(0);
  return BoardPage.shown(page);
}

/** A browser that takes its time until it hands out a lock, as one does whose last page is still on its way out. */
function slowLocks(): void {
  const { locks } = navigator;
  const request = locks.request.bind(locks) as (...given: unknown[]) => Promise<unknown>;
  const late = async (...given: unknown[]): Promise<unknown> => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    return request(...given);
  };
  Object.defineProperty(locks, "request", { value: late });
}

async function write(board: BoardPage, text: string, seed: number, row: number): Promise<void> {
  await board.write(fitInto(handwriting(text, seed), await board.area(0.15, row, 0.5, 0.12)));
  await board.frames();
}

// SPEC KEEP-1.
test("a board opens without its server, with what a closed tab left, is written on, and catches up", async ({ people, server }) => {
  test.setTimeout(60_000);
  const first = await people.join();
  const other = await people.join();
  await appKept(first.page);
  await write(first, "橋", 1, 0.1);
  const written = (await first.strokes()).length;
  const digest = await agreed([first, other]);
  await server.kill();
  // Written while it is away, and the tab is closed.
  await write(first, "一", 2, 0.3);
  await first.page.getByRole("button", { name: "Add page" }).click();
  await first.frames();
  await write(first, "し", 3, 0.1);
  const context = first.page.context();
  await close(first.page);

  const again = await openAway(people, context);
  // As soon as anything is to be seen, what was left is, and counts.
  expect(await again.strokes()).toHaveLength(written + 1);
  expect(await again.unsaved()).toBeGreaterThan(0);
  await expect(again.statusLine).toHaveText(/kept on this device/i);
  await expect.poll(() => again.status(), { timeout: 10_000 }).toBe("offline");
  // The page that only this device knows.
  await again.page.getByRole("button", { name: "Page 2" }).first().click();
  await expect.poll(async () => (await again.strokes()).length).toBe(1);
  await again.page.getByRole("button", { name: "Page 1" }).first().click();
  await write(again, "二", 4, 0.5);
  // Elsewhere one writes on meanwhile, too.
  await write(other, "の", 5, 0.7);

  await server.up();
  const after = await agreed([again, other], 40_000);
  expect(after).not.toBe(digest);
  expect((await again.strokes()).length).toBe(written + 1 + 2 + 1);
  // Nothing that was there already travelled again.
  expect(await again.page.evaluate(() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/snapshot")).length)).toBeLessThan(2);
});

// SPEC KEEP-2: what is kept is never more than a help.
test("damaged copies on the device mean only that the board is fetched anew", async ({ people }) => {
  const first = await people.join();
  await write(first, "橋", 1, 0.1);
  const digest = await agreed([first]);
  const context = first.page.context();
  await close(first.page);
  const visitor = await context.newPage();
  await visitor.goto(`${new URL(people.address()).origin}/?lang=en`);
  const damaged = await visitor.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open("kakehashi-documents");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const store = opening.result.transaction("bytes", "readwrite").objectStore("bytes");
          let count = 0;
          store.openCursor().onsuccess = (event) => {
            const cursor = (event.target as IDBRequest<IDBCursorWithValue | null>).result;
            if (cursor === null) return resolve(count);
            const bytes = cursor.value as Uint8Array;
            bytes[bytes.length - 2]! ^= 0xff;
            count += 1;
            cursor.update(bytes);
            cursor.continue();
          };
        };
      }),
  );
  expect(damaged, "the cover and the page were kept").toBe(2);
  await visitor.close();
  const again = await people.joinIn(context);
  expect(await agreed([again])).toBe(digest);
});
