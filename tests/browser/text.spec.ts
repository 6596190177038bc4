/** Typing: two people in one box, and an input method that others do not disturb. */
import type { Locator } from "@playwright/test";
import { agreed, type BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";

const SPOT = [0.3, 0.4] as const;

function box(board: BoardPage): Locator {
  return board.page.getByRole("textbox", { name: "Text on the board" });
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
