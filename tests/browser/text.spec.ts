/** Typing: two people in one box, and an input method that others do not disturb. */
import type { Locator, Page } from "@playwright/test";
import { agreed, type BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";

const SPOT = [0.3, 0.4] as const;

function box(board: BoardPage): Locator {
  return board.page.getByRole("textbox", { name: "Text on the board" });
}

function card(board: BoardPage): Locator {
  return board.page.getByRole("textbox", { name: "Note on the board" });
}

/** What an input method shows before it is sure. */
function compose(board: BoardPage, text: string): Promise<unknown> {
  return board.cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
}

/** Begins a text, or goes on with the one that is there. */
async function openText(board: BoardPage): Promise<void> {
  await board.tool("Text");
  await board.click(await board.place(...SPOT));
  await expect(box(board)).toBeFocused();
}

/** The characters of `text` that are in `alphabet`, in their order. */
function only(text: string, alphabet: string): string {
  return [...text].filter((character) => alphabet.includes(character)).join("");
}

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();

test("two people type in one box at the same time: both texts are whole", async ({ people }) => {
  const one = await people.join();
  const two = await people.join({ screen: "wall" });
  await openText(one);
  await one.page.keyboard.type("0");
  await agreed([one, two]);
  await openText(two);
  await expect(box(two)).toHaveValue("0");
  await Promise.all([one.page.keyboard.type(LOWER, { delay: 15 }), two.page.keyboard.type(UPPER, { delay: 12 })]);
  // One of them types at the beginning meanwhile, with characters beyond 16 bits.
  await one.page.keyboard.press("Control+Home");
  await Promise.all([one.page.keyboard.insertText("🌉架け橋"), two.page.keyboard.type("!?", { delay: 10 })]);
  await agreed([one, two]);
  const [text = ""] = await one.texts();
  expect(await one.texts()).toEqual(await two.texts());
  expect([...text]).toHaveLength(1 + 26 + 26 + 4 + 2);
  expect(only(text, LOWER)).toBe(LOWER);
  expect(only(text, UPPER)).toBe(UPPER);
  expect(text.startsWith("🌉架け橋")).toBe(true);
  // What is in the boxes is what is on the board.
  await expect(box(one)).toHaveValue(text);
  await expect(box(two)).toHaveValue(text);
});

test("others typing does not disturb an input method that is composing", async ({ people }) => {
  const writer = await people.join();
  const other = await people.join();
  await openText(writer);
  await writer.page.keyboard.type("start ");
  await agreed([writer, other]);
  await openText(other);
  await other.page.keyboard.press("Home");
  await writer.page.evaluate(() => {
    const log: string[] = [];
    (window as unknown as { ended: string[] }).ended = log;
    addEventListener("compositionend", (event) => log.push(event.data), true);
  });

  const compose = (text: string): Promise<unknown> =>
    writer.cdp.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await compose("か");
  await compose("かけ");
  await other.page.keyboard.type("before ");
  await agreed([other]);
  await expect.poll(() => writer.texts()).toEqual(["before start "]);
  // The box is left alone while the composition goes on, and the composition goes on in it.
  await expect(box(writer)).toHaveValue("start かけ");
  await compose("かけはし");
  await expect(box(writer)).toHaveValue("start かけはし");
  expect(await writer.page.evaluate(() => (window as unknown as { ended: string[] }).ended)).toEqual([]);
  await other.page.keyboard.type("and ");
  await writer.cdp.send("Input.insertText", { text: "架け橋" });
  await agreed([writer, other]);
  expect(await writer.texts()).toEqual(["before and start 架け橋"]);
  await expect(box(writer)).toHaveValue("before and start 架け橋");
  await expect(box(other)).toHaveValue("before and start 架け橋");
  // And typing goes on where the caret was.
  await writer.page.keyboard.type("!");
  await agreed([writer, other]);
  expect(await other.texts()).toEqual(["before and start 架け橋!"]);
});

test("typing while the server is away merges with what the other typed", async ({ people, server }) => {
  const one = await people.join();
  const two = await people.join();
  await openText(one);
  await one.page.keyboard.type("-");
  await agreed([one, two]);
  await openText(two);
  await server.kill();
  await one.page.keyboard.type("left");
  await two.page.keyboard.type("RIGHT");
  await server.up();
  await agreed([one, two], 30_000);
  const [text = ""] = await one.texts();
  // Runs typed at one place at the same time do not interleave (SPEC TXT-5).
  expect(["-leftRIGHT", "-RIGHTleft"]).toContain(text);
});

test("a note takes an input method while the page zooms, another writes on it, and the card changes its colour", async ({ people }) => {
  const writer = await people.join();
  const other = await people.join({ screen: "wall" });
  await writer.tool("Note");
  await writer.click(await writer.place(0.4, 0.4));
  await expect(card(writer)).toBeFocused();
  // The card is there before anything is written.
  await agreed([writer, other]);
  expect((await other.records()).map(({ kind }) => kind)).toEqual(["note"]);
  await writer.page.keyboard.type("朝");
  await agreed([writer, other]);
  await other.tool("Note");
  await other.click(await other.place(0.4, 0.4));
  await expect(card(other)).toHaveValue("朝");
  await other.page.keyboard.press("Home");
  const ended = writer.page.evaluate(
    () => new Promise<string>((resolve) => addEventListener("compositionend", (event) => resolve(event.data), true)),
  );
  await compose(writer, "は");
  const middle = await writer.place(0.5, 0.5);
  await writer.page.mouse.move(middle.x, middle.y);
  for (const reading of ["はし", "はしを", "はしをわ", "はしをわた", "はしをわたる"]) {
    await writer.page.keyboard.down("Control");
    await writer.page.mouse.wheel(0, -30);
    await writer.page.keyboard.up("Control");
    await other.page.keyboard.type("a");
    await compose(writer, reading);
    await expect(card(writer)).toHaveValue(`朝${reading}`);
  }
  await other.button("Green").click();
  await agreed([other]);
  await compose(writer, "橋を渡る");
  await expect(card(writer)).toHaveValue("朝橋を渡る");
  await writer.cdp.send("Input.insertText", { text: "橋を渡る" });
  expect(await ended).toBe("橋を渡る");
  await agreed([writer, other]);
  expect(await other.texts()).toEqual(["aaaaa朝橋を渡る"]);
  for (const board of [writer, other]) await expect(card(board)).toHaveValue("aaaaa朝橋を渡る");
  await expect(card(writer)).toHaveCSS("background-color", "rgb(205, 238, 203)");
});

test("a note grows with its text, and the writing stands in its middle while and after it is written", async ({ people }) => {
  const one = await people.join();
  await one.tool("Note");
  await one.click(await one.place(0.5, 0.3));
  const heights: number[] = [];
  for (const text of ["一行", "\n二行目\n三行目", "\n四\n五\n六\n七\n八\n九"]) {
    await one.page.keyboard.insertText(text);
    await agreed([one]);
    heights.push((await card(one).boundingBox())!.height);
    const [above, below] = await card(one).evaluate((area) => {
      const style = getComputedStyle(area);
      return [parseFloat(style.paddingTop), area.clientHeight - parseFloat(style.paddingTop) - text(area) * parseFloat(style.lineHeight)];
      function text(element: Element): number {
        return (element as HTMLTextAreaElement).value.split("\n").length;
      }
    });
    // The letters stand a little higher than a box has them, as on the page.
    expect(Math.abs(above! - below!)).toBeLessThan(8);
  }
  expect(heights[1]).toBeCloseTo(heights[0]!, 0);
  expect(heights[2]!).toBeGreaterThan(heights[1]! * 1.3);
});

/** Where a line of dark writing is in a picture, in pixels. */
interface InkedLine {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

function inkedLines(page: Page, png: Buffer): Promise<InkedLine[]> {
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type: "image/png" }));
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const ctx = canvas.getContext("2d")!;
    ctx.drawImage(image, 0, 0);
    const lines: InkedLine[] = [];
    let gap = true;
    for (let y = 0; y < canvas.height; y++) {
      const row = ctx.getImageData(0, y, canvas.width, 1).data;
      const dark = Array.from({ length: canvas.width }, (_, x) => x).filter((x) => row[x * 4]! < 110);
      if (dark.length > 0 && gap) lines.push({ top: y, bottom: y, left: canvas.width, right: 0 });
      gap = dark.length === 0;
      const line = lines[lines.length - 1];
      if (line === undefined || gap) continue;
      line.bottom = y;
      line.left = Math.min(line.left, dark[0]!);
      line.right = Math.max(line.right, dark[dark.length - 1]!);
    }
    return lines;
  }, png.toString("base64"));
}

test("lines break and letters stand while one types as they do on the page", async ({ people }) => {
  const one = await people.join({ lang: "ja" });
  await one.tool("付せん");
  await one.click(await one.place(0.4, 0.3));
  const area = one.page.locator(".text-editor");
  await one.page.keyboard.insertText("今日の宿題：花火のあと、何秒で音がしましたか。");
  await agreed([one]);
  const { x, y, width, height } = (await area.boundingBox())!;
  const clip = { x: x + 4, y: y + 4, width: width - 8, height: height - 8 };
  const typing = await inkedLines(one.page, await one.page.screenshot({ clip }));
  await one.page.keyboard.press("Escape");
  await one.page.keyboard.press("Escape");
  await expect(area).toHaveCount(0);
  await one.tool("ペン");
  await one.frames();
  const painted = await inkedLines(one.page, await one.page.screenshot({ clip }));
  expect(typing.length).toBeGreaterThan(2);
  expect(painted).toHaveLength(typing.length);
  for (const [i, line] of typing.entries()) {
    const { left, right } = painted[i]!;
    expect(Math.abs(line.right - line.left - right + left), `line ${i + 1}`).toBeLessThan(5);
  }
  // A line is put on a whole pixel here and there, and the writing as a whole stays where it is.
  const middle = (lines: readonly InkedLine[]): number => lines.reduce((sum, { top, bottom }) => sum + (top + bottom) / 2, 0) / lines.length;
  expect(Math.abs(middle(typing) - middle(painted)), "pixels up or down").toBeLessThan(0.8);
});

test("size, colour and alignment are those chosen, also of the text that is open", async ({ people }) => {
  const one = await people.join();
  const other = await people.join();
  const look = async (): Promise<unknown[]> =>
    (await other.page.evaluate(() => window.kakehashi!.records() as unknown as { fontSize: number; color: string; align: string }[])).map(
      ({ fontSize, color, align }) => [fontSize, color, align],
    );
  await openText(one);
  await one.button("Very large").click();
  await one.page.keyboard.type("大きな文字");
  await agreed([one, other]);
  expect(await look()).toEqual([[88, "#1d2429ff", "start"]]);
  await one.button("Blue").click();
  await one.button("Centre").click();
  await one.button("Small").click();
  // And writing goes on.
  await expect(box(one)).toBeFocused();
  await one.page.keyboard.type("!");
  await agreed([one, other]);
  expect(await look()).toEqual([[24, "#1560bdff", "center"]]);
  expect(await other.texts()).toEqual(["大きな文字!"]);
});
