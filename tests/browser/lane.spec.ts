/** In a call, what others draw and where they point is there before the log: by a lane that waits for nothing. */
import type { Page, WebSocketRoute } from "@playwright/test";
import { agreed, BoardPage } from "./support/board-page";
import { Caller } from "./support/caller";
import { expect, test } from "./support/fixtures";
import type { Point } from "./support/ink.mjs";
import { difference } from "./support/pixels";

/** What comes to a page from its board, which can be held up; media has a way of its own. */
class Held {
  #waiting: (string | Buffer)[] | null = null;
  #socket: WebSocketRoute | undefined;

  static async of(page: Page): Promise<Held> {
    const held = new Held();
    await page.routeWebSocket(/\/socket$/, (socket) => {
      held.#socket = socket;
      const server = socket.connectToServer();
      server.onMessage((message) => {
        if (held.#waiting === null) socket.send(message);
        else held.#waiting.push(message);
      });
    });
    return held;
  }

  hold(): void {
    this.#waiting = [];
  }

  letGo(): void {
    for (const message of this.#waiting ?? []) this.#socket?.send(message);
    this.#waiting = null;
  }
}

/** The sheet as it is painted, without anybody's pointer on it. */
async function picture(board: BoardPage): Promise<{ bytes: Buffer; type: string }> {
  for (const cursor of await board.page.locator(".cursor").all()) await cursor.evaluate((element) => (element.style.visibility = "hidden"));
  return { bytes: await board.page.screenshot({ clip: await board.area(0.2, 0.25, 0.5, 0.4) }), type: "image/png" };
}

test("ink and pointers come by a call's lane while the log is held up, and then they are what the log says", async ({ people }) => {
  const page = await people.page();
  const held = await Held.of(page);
  await page.goto(people.address());
  const reads = await BoardPage.of(page);
  const writes = await people.join();
  await Promise.all([Caller.joins(reads), Caller.joins(writes)]);

  const pen = writes.mouse();
  await writes.page.mouse.move(...at(await writes.place(0.3, 0.3)));
  const cursor = reads.page.locator(".cursor");
  await expect(cursor).toBeVisible();
  held.hold();
  // The lane may be a moment later than the pictures.
  await expect(async () => {
    await writes.page.mouse.move(...at(await writes.place(0.31, 0.3)));
    const goal = await writes.place(0.6, 0.5);
    await writes.page.mouse.move(...at(goal));
    await expect.poll(async () => near(await cursor.boundingBox(), goal), { timeout: 1_000 }).toBe(true);
  }).toPass({ timeout: 10_000 });

  held.letGo();
  for (const [made, tool] of ["Pen", "Highlighter"].entries()) {
    await writes.tool(tool);
    const area = await writes.area(0.25, 0.3, 0.4, 0.3);
    const line: Point[] = Array.from({ length: 120 }, (_, i) => ({
      x: area.x + (area.width * i) / 120,
      y: area.y + area.height * (0.5 + 0.4 * Math.sin(i / 9)),
    }));
    await pen.down(line[0]!);
    await pen.move(line.slice(1, 60));
    await expect.poll(() => logged(reads, made)).toBeGreaterThan(40);
    held.hold();
    const half = await picture(reads);
    await pen.move(line.slice(60));
    await writes.frames();
    const drawn = await logged(writes, made);
    await expect.poll(() => wetUntil(reads.page)).toBe(drawn);
    expect(await logged(reads, made), "what the log has brought").toBeLessThan(drawn - 40);
    const wet = await picture(reads);
    expect((await difference(reads.page, wet, half)).far, "ink that it has not").toBeGreaterThan(0.001);
    await pen.up();
    held.letGo();
    await agreed([reads, writes]);
    await expect.poll(() => wetUntil(reads.page)).toBe(0);
    await expect(async () => {
      const dry = await picture(reads);
      for (const other of [wet, await picture(writes)]) {
        const { far, mean } = await difference(reads.page, other, dry);
        expect(far).toBeLessThan(0.0002);
        // Highlighting that lay on itself would be darker, and not by far.
        expect(mean).toBeLessThan(0.1);
      }
    }).toPass({ timeout: 5_000 });
  }
});

function at({ x, y }: Point): [number, number] {
  return [x, y];
}

/** Whether the tip of a pointer is shown there, give or take a few pixels. */
function near(box: Point | null, { x, y }: Point): boolean {
  return box !== null && Math.hypot(box.x - x, box.y - y) < 6;
}

/** How many points the log has of the stroke that was made after so many others. */
async function logged(board: BoardPage, made: number): Promise<number> {
  return (await board.strokes())[made]?.points?.length ?? 0;
}

/** Up to which point others' ink is wet. */
function wetUntil(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, ...window.kakehashi!.wet().flatMap(({ parts }) => parts.map(({ first, points }) => first + points.length / 4))));
}
