/**
 * What every browser beside today's Chromium has to manage: it opens a board together with today's
 * Chromium, writes with mouse and fingers, types, loses its server, and holds the same in the end.
 */
import assert from "node:assert/strict";
import { chromium } from "@playwright/test";
import { boundsOf, fitInto, handwriting } from "./ink.mjs";
import { agreed, ASK, until } from "./report.mjs";

/** @typedef {import("./ink.mjs").Point} Point */
/** @typedef {(script: string) => Promise<any>} Run runs an expression in a page */

/**
 * A page in the browser that is tried.
 * @typedef {object} Tried
 * @property {Run} run
 * @property {(at: Point) => Promise<void>} down presses the mouse
 * @property {(points: readonly Point[]) => Promise<void>} move
 * @property {(at: Point) => Promise<void>} up
 * @property {(points: readonly Point[]) => Promise<void>} fingersDown
 * @property {(points: readonly Point[]) => Promise<void>} fingersMove
 * @property {(points: readonly Point[]) => Promise<void>} fingersUp
 * @property {(text: string) => Promise<void>} type into what has the focus
 */

const FINGERS = 10;
/** Steps in which the fingers go their ways. */
const STEPS = 20;

/** Today's Chromium. */
export function launchToday() {
  return chromium.launch({
    executablePath: process.env["KAKEHASHI_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
}

/** @param {string} name an accessible name @returns {string} the middle of that button */
function middleOf(name) {
  return `(function () { var box = document.querySelector("button[aria-label='${name}']").getBoundingClientRect(); return { x: box.left + box.width / 2, y: box.top + box.height / 2 }; })()`;
}

/**
 * @param {import("./report.mjs").Report} report
 * @param {import("./server.mjs").Server} server
 * @param {string} name of the browser that is tried
 * @param {(address: string) => Promise<Tried>} open
 * @param {import("@playwright/test").Browser} today
 */
export async function scenario(report, server, name, open, today) {
  const { board } = await server.startBoard();
  const address = `${server.url}/b/${board}?lang=ja`;
  const near = await open(address);
  const page = await today.newPage();
  await page.goto(address);
  /** @type {Run} */
  const far = (script) => page.evaluate(script);
  const both = [near.run, far];

  const opened = await report.check(`the board opens in ${name}`, async () => {
    await until(`the board in ${name}`, () => near.run(ASK.ready), Boolean);
    await until("the board in today's Chromium", () => far(ASK.ready), Boolean);
    await until("the word that all is saved", () => near.run(`document.querySelector("[role=status]").textContent`), (line) => line === "すべて保存しました");
  });
  if (!opened) return;

  const surface = await near.run(ASK.surface);
  /** @type {(x: number, y: number, width: number, height: number) => import("./ink.mjs").Rect} */
  const area = (x, y, width, height) => ({
    x: surface.x + surface.width * x,
    y: surface.y + surface.height * y,
    width: surface.width * width,
    height: surface.height * height,
  });
  /** @type {(text: string, seed: number, box: import("./ink.mjs").Rect) => Point[]} */
  const stroke = (text, seed, box) => fitInto(handwriting(text, seed).slice(0, 1), box)[0] ?? [];
  /** @type {(at: Point) => Promise<void>} */
  const click = async (at) => {
    await near.down(at);
    await near.up(at);
  };
  /** @type {(points: readonly Point[]) => Point} */
  const last = (points) => points[points.length - 1] ?? { x: 0, y: 0 };

  await report.check(`a stroke with the mouse in ${name} is seen by the other before pen-up`, async () => {
    const path = stroke("し", 81, area(0.05, 0.1, 0.2, 0.6));
    const half = Math.floor(path.length / 2);
    await near.down(path[0] ?? { x: 0, y: 0 });
    await near.move(path.slice(1, half));
    const early = await until("points on the far side", () => far(ASK.points), (points) => points.length === 1 && points[0] > 3);
    await near.move(path.slice(half));
    await until("more points on the far side", () => far(ASK.points), (points) => points[0] > early[0]);
    await near.up(last(path));
    await agreed(both);
    /** @type {number[][]} */
    const points = await far(`window.kakehashi.records()[0].points`);
    const bounds = boundsOf(points.map(([x = 0, y = 0]) => ({ x, y })));
    const sent = boundsOf(path);
    assert.ok(Math.abs(bounds.width / bounds.height / (sent.width / sent.height) - 1) < 0.05, `${JSON.stringify(bounds)} has not the form of ${JSON.stringify(sent)}`);
  });

  await report.check(`ten fingers in ${name} are ten strokes, seen before they are lifted`, async () => {
    const paths = handwriting("橋", 82)
      .slice(0, FINGERS)
      .map((one, i) => fitInto([one], area(0.3 + (i % 5) * 0.13, 0.1 + Math.floor(i / 5) * 0.3, 0.1, 0.25))[0] ?? []);
    /** @type {(at: number) => Point[]} */
    const step = (at) => paths.map((path) => path[Math.floor(((path.length - 1) * at) / STEPS)] ?? { x: 0, y: 0 });
    await near.fingersDown(step(0));
    for (let at = 1; at <= 12; at++) await near.fingersMove(step(at));
    await until("ten strokes while the fingers are down", () => far(ASK.points), (points) => points.length === 1 + FINGERS);
    for (let at = 13; at <= STEPS; at++) await near.fingersMove(step(at));
    await near.fingersUp(step(STEPS));
    await agreed(both);
    assert.equal((await near.run(ASK.points)).length, 1 + FINGERS);
  });

  await report.check(`what the other writes arrives in ${name}`, async () => {
    const box = await far(ASK.surface);
    const into = { x: box.x + box.width * 0.1, y: box.y + box.height * 0.75, width: box.width * 0.3, height: box.height * 0.2 };
    for (const path of fitInto(handwriting("橋", 83).slice(0, 3), into)) {
      await page.mouse.move(path[0]?.x ?? 0, path[0]?.y ?? 0);
      await page.mouse.down();
      for (const point of path) await page.mouse.move(point.x, point.y);
      await page.mouse.up();
    }
    await until("three strokes more", () => near.run(ASK.points), (points) => points.length === 4 + FINGERS);
    await agreed(both);
  });

  await report.check(`what is typed in ${name} is seen by the other`, async () => {
    await click(await near.run(middleOf("文字")));
    await click(area(0.6, 0.8, 0, 0));
    await until("the text box", () => near.run(`document.activeElement.tagName`), (tag) => tag === "TEXTAREA");
    await near.type("架け橋 bridge");
    await until("the text", () => far(ASK.texts), (texts) => texts[0] === "架け橋 bridge");
    await agreed(both);
  });

  await report.check(`the server is killed while ${name} writes; nothing is lost`, async () => {
    await click(await near.run(middleOf("ペン")));
    const path = stroke("の", 84, area(0.8, 0.7, 0.15, 0.25));
    const half = Math.floor(path.length / 2);
    await near.down(path[0] ?? { x: 0, y: 0 });
    await near.move(path.slice(1, half));
    await server.kill();
    await near.move(path.slice(half));
    await near.up(last(path));
    await until("unsaved changes", () => near.run(`window.kakehashi.unsaved()`), (unsaved) => unsaved > 0);
    await server.up();
    await agreed(both);
    /** @type {number[]} */
    const strokes = (await far(ASK.points)).filter((/** @type {number} */ points) => points > 0);
    assert.equal(strokes.length, 5 + FINGERS);
  });

  await report.check(`${name}, loaded again, holds the same`, async () => {
    const before = await agreed(both);
    await near.run(`(location.reload(), 0)`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    await until("the board", () => near.run(ASK.ready).catch(() => false), Boolean);
    assert.equal(await agreed(both), before);
  });
}
