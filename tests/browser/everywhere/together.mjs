/** Writing with somebody who has today's Chromium: with the mouse and ten fingers, seen on the way; cursors; sharing. */
import assert from "node:assert/strict";
import { boundsOf, fitInto, handwriting } from "../support/ink.mjs";
import { ASK, until } from "../support/report.mjs";

/** @typedef {import("../support/ink.mjs").Point} Point */

const FINGERS = 10;
/** Steps in which the fingers go their ways. */
const STEPS = 20;

/** @param {import("./trial.mjs").Trial} trial */
export async function together(trial) {
  const { far, hand, name, other, server } = trial;
  await trial.shared();

  await trial.check(`a stroke with the mouse in ${name} is seen by the other before pen-up`, async () => {
    const path = await hand.stroke("し", 81, [0.05, 0.1, 0.2, 0.6]);
    const half = Math.floor(path.length / 2);
    await hand.tried.down(path[0] ?? { x: 0, y: 0 });
    await hand.tried.move(path.slice(1, half));
    const early = await until("points on the far side", () => far(ASK.points), (points) => points.length === 1 && points[0] > 3);
    await hand.tried.move(path.slice(half));
    await until("more points on the far side", () => far(ASK.points), (points) => points[0] > early[0]);
    await hand.tried.up(path[path.length - 1] ?? { x: 0, y: 0 });
    await trial.agreed();
    /** @type {number[][]} */
    const points = await far(`window.kakehashi.records()[0].points`);
    const bounds = boundsOf(points.map(([x = 0, y = 0]) => ({ x, y })));
    const sent = boundsOf(path);
    assert.ok(Math.abs(bounds.width / bounds.height / (sent.width / sent.height) - 1) < 0.05, `${JSON.stringify(bounds)} has not the form of ${JSON.stringify(sent)}`);
  });

  await trial.check(`ten fingers in ${name} are ten strokes, seen before they are lifted`, async () => {
    const strokes = handwriting("橋", 82).slice(0, FINGERS);
    const paths = await Promise.all(
      strokes.map(async (one, i) => fitInto([one], await hand.area(0.3 + (i % 5) * 0.13, 0.1 + Math.floor(i / 5) * 0.3, 0.1, 0.25))[0] ?? []),
    );
    /** @type {(at: number) => Point[]} */
    const step = (at) => paths.map((path) => path[Math.floor(((path.length - 1) * at) / STEPS)] ?? { x: 0, y: 0 });
    await hand.tried.fingersDown(step(0));
    for (let at = 1; at <= 12; at++) await hand.tried.fingersMove(step(at));
    await until("ten strokes while the fingers are down", () => far(ASK.points), (points) => points.length === 1 + FINGERS);
    for (let at = 13; at <= STEPS; at++) await hand.tried.fingersMove(step(at));
    await hand.tried.fingersUp(step(STEPS));
    await trial.agreed();
    assert.equal((await hand.run(ASK.points)).length, 1 + FINGERS);
  });

  await trial.check(`what the other writes arrives in ${name}, and is painted`, async () => {
    const box = await far(ASK.sheet);
    const into = { x: box.x + box.width * 0.1, y: box.y + box.height * 0.75, width: box.width * 0.3, height: box.height * 0.2 };
    for (const path of fitInto(handwriting("橋", 83).slice(0, 3), into)) {
      await other.mouse.move(path[0]?.x ?? 0, path[0]?.y ?? 0);
      await other.mouse.down();
      for (const point of path) await other.mouse.move(point.x, point.y);
      await other.mouse.up();
    }
    await until("three strokes more", () => hand.run(ASK.points), (points) => points.length === 4 + FINGERS);
    await trial.agreed();
    const { x, y, width, height } = await hand.area(0.05, 0.7, 0.4, 0.28);
    await until("their ink on the canvas", () => hand.ink({ x: x + width / 2, y: y + height / 2 }, Math.min(width, height) / 2), (dark) => dark > 50);
  });

  await trial.check(`each sees the other's cursor with a name, in ${name} and from there`, async () => {
    const box = await far(ASK.sheet);
    await other.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
    await other.mouse.move(box.x + box.width * 0.55, box.y + box.height * 0.5, { steps: 4 });
    const named = `[...document.querySelectorAll(".cursor")].some((cursor) => /Guest \\d+/.test(cursor.textContent) && cursor.getBoundingClientRect().width > 0)`;
    await hand.sees("the other's cursor", named);
    await hand.tried.hover(await hand.place(0.4, 0.4));
    await hand.tried.hover(await hand.place(0.42, 0.42));
    await until(`the cursor from ${name}`, () => far(named), Boolean);
  });

  await trial.check(`${name} follows the other's view until it stops`, async () => {
    await hand.click("Meeting");
    await hand.click(/^Follow Guest/);
    // On a window of this size the panel lies over the sheet, and makes room.
    await hand.sees("the panel to close", `document.querySelector(".meeting-panel") === null`);
    const box = await far(ASK.sheet);
    await other.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.3);
    await other.mouse.wheel(0, -300);
    const theirs = await until("less in the other's sight", () => far(`window.kakehashi.sight()`), (sight) => sight.width < 1500);
    const middle = (/** @type {{ x: number, y: number, width: number, height: number }} */ { x, y, width, height }) => ({ x: x + width / 2, y: y + height / 2 });
    const { x, y } = middle(theirs);
    await until("the same in sight here", () => hand.run(`window.kakehashi.sight()`), (sight) => Math.hypot(middle(sight).x - x, middle(sight).y - y) < 20);
    await hand.click("Stop following", ".follow-bar");
    await hand.sees("the bar to go", `document.querySelector(".follow-bar") === null`);
    await hand.tried.press("0");
  });

  await trial.check(`sharing in ${name}: the code in threes, the link, a code to scan`, async () => {
    await hand.click("Share");
    const digits = await hand.sees("nine digits", `((document.querySelector(".share-digits") || {}).textContent || "").length === 9 && document.querySelector(".share-digits").textContent`);
    assert.match(digits, /^\d{9}$/);
    assert.equal(await hand.run(`document.querySelector("[role=dialog] input").value`), server.url + (await hand.run("location.pathname")));
    const { width, height } = await hand.run(`(function () { var box = document.querySelector(".share-qr [role=img]").getBoundingClientRect(); return { width: box.width, height: box.height }; })()`);
    assert.ok(width > 150 && Math.abs(width - height) < 2, `a QR code of ${width} x ${height}`);
    await hand.tried.press("Escape");
    await hand.sees("the dialog to close", `document.querySelector("[role=dialog]") === null`);
  });
}
