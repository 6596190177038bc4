/** What is selected is moved, resized, duplicated, deleted, turned and locked, and all of it taken back. */
import assert from "node:assert/strict";
import { until } from "../support/report.mjs";

const RIGHT_LOWER = `(function () {
  var boxes = [...document.querySelectorAll(".handle.size")].map(function (one) { return one.getBoundingClientRect(); }).filter(function (box) { return box.width > 0; });
  var corner = boxes.sort(function (a, b) { return b.left + b.top - a.left - a.top; })[0];
  return corner ? { x: corner.left + corner.width / 2, y: corner.top + corner.height / 2 } : null;
})()`;

const TURN = `(function () {
  var handle = document.querySelector(".handle.turn:not([hidden])");
  var box = handle && handle.getBoundingClientRect();
  return box && { x: box.left + box.width / 2, y: box.top + box.height / 2 };
})()`;

/** Around the whole sheet, near its edges. @type {readonly (readonly [number, number])[]} */
const LOOP = [[0.1, 0.1], [0.5, 0.08], [0.9, 0.1], [0.92, 0.5], [0.9, 0.92], [0.5, 0.94], [0.1, 0.92], [0.08, 0.5], [0.1, 0.12]];

/** @param {import("./trial.mjs").Trial} trial */
export async function selecting(trial) {
  const { hand, name, tried } = trial;
  await trial.shared();
  const box = async () => (await hand.records())[0];
  /** @type {(what: string, good: (box: any) => boolean) => Promise<any>} */
  const becomes = (what, good) => until(what, box, good);

  await trial.check(`a shape is moved and resized in ${name}, and seen so by the other`, async () => {
    await hand.tool("Shape");
    await hand.dragOver([0.3, 0.3], [0.5, 0.5]);
    await hand.holds("rectangle");
    await hand.tool("Select");
    const before = await box();
    await hand.dragOver([0.3, 0.35], [0.4, 0.4]);
    const moved = await becomes("a moved rectangle", (now) => now.x > before.x + 50 && now.y > before.y + 10);
    assert.ok(Math.abs(moved.width - before.width) < 0.5);
    const corner = await hand.sees("the corner's handle", RIGHT_LOWER);
    await hand.drag(corner, { x: corner.x + 60, y: corner.y + 40 });
    const larger = await becomes("a larger rectangle", (now) => now.width > moved.width + 40 && now.height > moved.height + 20);
    assert.ok(Math.abs(larger.x - moved.x) < 0.5);
    await trial.agreed();
  });

  await trial.check(`it is duplicated, deleted and brought back by keys in ${name}`, async () => {
    await tried.press("Control+d");
    await hand.holds("rectangle", "rectangle");
    await tried.press("Control+a");
    await tried.press("Delete");
    await hand.holds();
    await tried.press("Control+z");
    await hand.holds("rectangle", "rectangle");
    await tried.press("Control+z");
    await hand.holds("rectangle");
    await hand.click("Redo");
    await hand.holds("rectangle", "rectangle");
    await trial.agreed();
  });

  await trial.check(`a lasso chooses in ${name} what it goes around, which is turned and locked`, async () => {
    await tried.press("Escape");
    await hand.sees("nothing to be selected", `document.querySelector(".handle:not([hidden])") === null`);
    await hand.click("Lasso");
    const loop = await Promise.all(LOOP.map(([x, y]) => hand.place(x, y)));
    await hand.draw(loop);
    const handle = await hand.sees("the handle to turn by", TURN);
    await hand.drag(handle, { x: handle.x + 120, y: handle.y + 60 });
    await until("both turned", () => hand.records(), (all) => all.length === 2 && all.every((/** @type {any} */ { rotation }) => rotation > 10 && rotation < 170));
    await hand.click("Lock");
    await until("both locked on the far side", () => trial.far(`window.kakehashi.records().every(function (record) { return record.locked; })`), Boolean);
    const before = JSON.stringify(await hand.records());
    await tried.press("ArrowRight");
    await hand.click("Unlock");
    await until("both free, where they were", () => hand.records(), (all) => JSON.stringify(all.map((/** @type {any} */ one) => ({ ...one, locked: true, unsaved: false }))) === before);
    await hand.click("Box");
    await trial.agreed();
  });
}
