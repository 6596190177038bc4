/** What the canvas shows, by its pixels: however it came there, it is what a fresh page would show. */
import type { Page } from "@playwright/test";
import type { BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import { fitInto, handwriting, type Point, type Rect } from "./support/ink.mjs";

/**
 * Levels of 256 at the edges of ink: Chromium smooths the edges of paths of few and of many points in two ways, and a
 * part of a stroke has fewer than the whole.
 */
const EDGE = 40;
/** Of all ink, how much may differ by more: a pixel here and there where the two ways meet a corner. */
const STRAY = 0.002;

interface Difference {
  /** Pixels that differ by more than an edge may. */
  readonly pixels: number;
  readonly worst: number;
  /** Pixels of the first picture that are not as light as paper. */
  readonly ink: number;
}

/** Compares two pictures of a screen, in a page of its own. */
async function difference(page: Page, one: Buffer, other: Buffer): Promise<Difference> {
  const judge = await page.context().newPage();
  const result = await judge.evaluate(
    async ([a, b, edge]) => {
      const read = async (base64: string): Promise<Uint8ClampedArray> => {
        const image = new Image();
        image.src = `data:image/png;base64,${base64}`;
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = image.width;
        canvas.height = image.height;
        const ctx = canvas.getContext("2d")!;
        ctx.drawImage(image, 0, 0);
        return ctx.getImageData(0, 0, canvas.width, canvas.height).data;
      };
      const [first, second] = [await read(a), await read(b)];
      let [pixels, worst, ink] = [0, 0, 0];
      for (let i = 0; i < first.length; i += 4) {
        const off = Math.max(...[0, 1, 2].map((channel) => Math.abs(first[i + channel]! - second[i + channel]!)));
        worst = Math.max(worst, off);
        if (off > edge) pixels++;
        if (first[i + 1]! < 235) ink++;
      }
      return { pixels, worst, ink };
    },
    [one.toString("base64"), other.toString("base64"), EDGE] as const,
  );
  await judge.close();
  return result;
}

/** The part of the page where the tests write, clear of what lies around it. */
const PLACE = [0.3, 0.25, 0.4, 0.45] as const;

/** A picture of that part when nothing changes any more. */
async function picture(board: BoardPage): Promise<Buffer> {
  const clip = await board.area(...PLACE);
  let last = await board.page.screenshot({ clip });
  for (let same = 0; same < 2; ) {
    await board.page.waitForTimeout(200);
    const now = await board.page.screenshot({ clip });
    same = now.equals(last) ? same + 1 : 0;
    last = now;
  }
  return last;
}

function strokes(text: string, seed: number, place: Rect): Point[][] {
  return fitInto(handwriting(text, seed), place);
}

test("ink looks the same while it is written and when it is dry, of a pen and of a highlighter", async ({ people }) => {
  const board = await people.join();
  const below = strokes("本", 3, await board.area(0.32, 0.3, 0.1, 0.25));
  await board.write(below);
  for (const tool of ["Pen", "Highlighter"]) {
    await board.tool(tool);
    const area = await board.area(0.32, 0.3, 0.34, 0.35);
    // Over the writing, over itself, around sharp corners, slow and fast.
    const line: Point[] = Array.from({ length: 150 }, (_, i) => ({
      x: area.x + (area.width * (i < 75 ? i : 150 - i)) / 75,
      y: area.y + area.height * (0.3 + 0.25 * Math.sin(i / 6) + i / 600),
    }));
    const pen = board.mouse();
    await pen.down(line[0]!);
    await pen.move(line.slice(1));
    const wet = await picture(board);
    await pen.up();
    await expect.poll(() => board.unsaved()).toBe(0);
    const dry = await picture(board);
    const { pixels, worst, ink } = await difference(board.page, wet, dry);
    console.log(`covered: wet and dry ink of the ${tool.toLowerCase()}: ${ink} pixels of ink, ${pixels} differ, the worst by ${worst} of 256`);
    expect(ink).toBeGreaterThan(1500);
    expect(pixels).toBeLessThanOrEqual(STRAY * ink);
  }
});

test("tiles that were painted bit by bit are those of a fresh page, also zoomed in", async ({ people }) => {
  const board = await people.join();
  const other = await people.join();
  // Before anybody else writes, all of it is painted once with nothing on it.
  await board.tool("Pen");
  await board.write(strokes("永遠", 5, await board.area(0.32, 0.28, 0.3, 0.2)));
  await board.tool("Highlighter");
  await board.write([[await board.place(0.32, 0.34), await board.place(0.5, 0.36), await board.place(0.62, 0.33)]]);
  await other.write(strokes("山川", 7, await other.area(0.34, 0.42, 0.25, 0.2)));
  await board.tool("Eraser");
  await board.drag(await board.place(0.33, 0.4), await board.place(0.36, 0.47));
  await board.tool("Select");
  await board.drag(await board.place(0.31, 0.4), await board.place(0.5, 0.66));
  await board.page.keyboard.press("ArrowRight");
  await board.page.keyboard.press("ArrowDown");
  await board.page.keyboard.press("Escape");
  await expect.poll(() => board.unsaved()).toBe(0);
  await other.page.close();
  await board.tool("Hand");
  const again = await people.join();
  await again.tool("Hand");
  await expect.poll(() => again.digest()).toBe(await board.digest());
  for (const zoomed of [false, true, false]) {
    if (zoomed) {
      for (const page of [board, again]) {
        for (let i = 0; i < 3; i++) await page.page.keyboard.press("+");
        await page.drag(await page.place(0.6, 0.6), await page.place(0.63, 0.55));
      }
    } else {
      // Back from the zoom the tiles of before are there, or painted anew.
      for (const page of [board, again]) await page.page.keyboard.press("0");
    }
    // Away from the page, where neither would see the other's cursor.
    for (const page of [board, again]) await page.button("Hand").hover();
    const { pixels, worst, ink } = await difference(board.page, await picture(board), await picture(again));
    console.log(`covered: tiles beside a fresh page's${zoomed ? ", zoomed in" : ""}: ${ink} pixels of ink, ${pixels} differ, the worst by ${worst} of 256`);
    expect(ink).toBeGreaterThan(1500);
    expect(pixels).toBeLessThanOrEqual(STRAY * ink);
  }
});
