/** Pages: the overview and what is done in it by keys and menus; how a page is ruled. */
import assert from "node:assert/strict";
import { until } from "../support/report.mjs";

const ORDER = `[...document.querySelectorAll("[data-card]")].map((card) => card.getAttribute("data-card"))`;

/** @param {import("./trial.mjs").Trial} trial */
export async function pages(trial) {
  const { far, hand, name, other, tried } = trial;
  await trial.shared();
  /** @type {(what: string, good: (order: string[]) => boolean) => Promise<string[]>} */
  const order = (what, good) => until(what, () => hand.run(ORDER), good);
  /** @type {(count: number) => Promise<unknown>} */
  const farCounts = (count) => until(`${count} pages on the far side`, () => far(`document.querySelectorAll(".page-number").length`), (found) => found === count);

  await trial.check(`the overview in ${name}: a page is added, with live pictures, and put elsewhere by a key`, async () => {
    await hand.draw(await hand.stroke("し", 86, [0.3, 0.2, 0.4, 0.6]));
    await hand.click("Add page");
    await hand.sees("the empty page", `window.kakehashi.records().length === 0 && document.querySelectorAll(".page-number").length === 2`);
    await hand.click("All pages");
    const [first, second] = await order("two cards", (cards) => cards.length === 2);
    await until("ink in the first picture", () => hand.dark(`[data-card="${first}"] canvas`), (dark) => dark > 20);
    assert.equal(await hand.dark(`[data-card="${second}"] canvas`), 0);
    const shape = await hand.run(`(function () { var box = document.querySelector(".page-new").getBoundingClientRect(); return box.width / box.height; })()`);
    assert.ok(Math.abs(shape - 16 / 9) < 0.1, `the card that adds a page is ${shape} times as wide as high`);
    await hand.run(`(document.querySelector("[data-card='${first}'] .page-picture").focus(), 0)`);
    await tried.press("Alt+ArrowRight");
    await order("the other order", (cards) => cards.join() === `${second},${first}`);
    await farCounts(2);
  });

  await trial.check(`a page is duplicated and hidden in ${name}`, async () => {
    await hand.click("Page 2: more");
    await hand.click("Duplicate");
    const cards = await order("three cards", (all) => all.length === 3);
    await until("ink in the copy's picture", () => hand.dark(`[data-card="${cards[2]}"] canvas`), (dark) => dark > 20);
    await farCounts(3);
    await hand.click("Page 3: more");
    await hand.click("Hide");
    await farCounts(2);
    await tried.press("Escape");
    await hand.sees("the overview to close", `document.querySelector("[role=dialog]") === null`);
    await trial.other.keyboard.press("Escape");
  });

  await trial.check(`a background is chosen in ${name} for all, and painted`, async () => {
    const before = await hand.ask(inkless);
    await hand.click("Background");
    await hand.click("Kanji squares");
    await hand.sees("it to be chosen", `[...document.querySelectorAll(".background-choice[aria-pressed=true]")].some((one) => /Kanji/.test(one.textContent))`);
    await tried.press("Escape");
    await until("its lines on the canvas", () => hand.ask(inkless), (lines) => lines > before + 100);
    const page = await hand.run(`window.kakehashi.sight().page`);
    if ((await far(`window.kakehashi.sight().page`)) !== page) await other.locator(".page-number").first().click();
    await until("the same page on the far side", () => far(`window.kakehashi.sight().page`), (shown) => shown === page);
    await until("its lines on the far side", () => other.evaluate(inkless), (lines) => lines > 100);
  });
}

/** How many pixels of the sheet are neither paper nor ink, as the lines that it is ruled with. */
function inkless() {
  const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("canvas.layer"));
  const place = /** @type {Element} */ (document.querySelector(".sheet-place")).getBoundingClientRect();
  const ratio = canvas.width / canvas.clientWidth;
  const data = canvas.getContext("2d")?.getImageData((place.left + place.width * 0.3) * ratio, (place.top + place.height * 0.3) * ratio, 200, 200).data ?? [];
  let lines = 0;
  for (let i = 0; i < data.length; i += 4) if ((data[i] ?? 0) < 250 && (data[i] ?? 0) > 120) lines++;
  return lines;
}
