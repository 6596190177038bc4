/** Own ink is on its canvas in the same frame as the event that brought it, whatever the connection does. */
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting } from "./support/ink.mjs";
import type { BoardPage } from "./support/board-page";

interface Seen {
  events: number;
  inkInFrame: number;
  framesLate: number;
}

/**
 * Looks, in each frame in which the pointer moved, whether ink is under it: after the event's own
 * listeners and before the browser paints that frame.
 */
async function watchInk(board: BoardPage): Promise<void> {
  await board.page.evaluate(() => {
    const seen: Seen = { events: 0, inkInFrame: 0, framesLate: 0 };
    (window as unknown as { seen: Seen }).seen = seen;
    const canvases = [...document.querySelectorAll("canvas")];
    const inkAt = (x: number, y: number): boolean =>
      canvases.some((canvas) => {
        const box = canvas.getBoundingClientRect();
        const ratio = canvas.width / box.width;
        const around = 4;
        const { data } = canvas.getContext("2d")!.getImageData((x - box.left) * ratio - around, (y - box.top) * ratio - around, 2 * around, 2 * around);
        // Black ink: dark and not clear, though the tip of a fast stroke is thinner than a pixel. The sheet below is light.
        for (let i = 0; i < data.length; i += 4) if (data[i + 3]! > 40 && data[i]! < 90) return true;
        return false;
      });
    // Listeners of the window come after those of the surface.
    addEventListener("pointermove", (event) => {
      if (event.buttons === 0) return;
      seen.events++;
      if (inkAt(event.clientX, event.clientY)) seen.inkInFrame++;
      else requestAnimationFrame(() => void (seen.framesLate += 1));
    });
  });
}

async function drawn(board: BoardPage): Promise<Seen> {
  const strokes = fitInto(handwriting("永", 61).slice(0, 3), await board.area(0.3, 0.2, 0.4, 0.6));
  const pen = board.mouse();
  for (const stroke of strokes) {
    await pen.down(stroke[0]!);
    // One by one, so that each sample is an event of its own.
    for (const point of stroke.slice(1)) await pen.move([point]);
    await pen.up();
  }
  return board.page.evaluate(() => ({ ...(window as unknown as { seen: Seen }).seen }));
}

test("own ink is in the same frame as its event", async ({ people, server }) => {
  for (const screen of ["laptop", "wall"] as const) {
    const board = await people.join({ screen });
    await watchInk(board);
    const seen = await drawn(board);
    console.log(`covered: own ink on ${screen}: ${seen.inkInFrame} of ${seen.events} moves painted within their own event, same frame`);
    expect(seen.events).toBeGreaterThan(50);
    expect(seen.inkInFrame).toBe(seen.events);
  }
  // The same without any server.
  const board = await people.join();
  await watchInk(board);
  await server.kill();
  const seen = await drawn(board);
  expect(seen.events).toBeGreaterThan(50);
  expect(seen.inkInFrame).toBe(seen.events);
});
