/** What of the page is in sight: by the wheel, by keys, by two fingers. */
import assert from "node:assert/strict";
import { until } from "../support/report.mjs";

/** @param {import("./trial.mjs").Trial} trial */
export async function view(trial) {
  const { hand, name, tried } = trial;
  await trial.board();
  const sight = () => hand.run(`window.kakehashi.sight()`);
  /** @type {(what: string, good: (sight: { x: number, y: number, width: number }) => boolean) => Promise<any>} */
  const becomes = (what, good) => until(what, sight, good);
  const whole = await sight();

  await trial.check(`${name} zooms by the wheel where the pointer is, by keys, and back to the whole page`, async () => {
    const at = await hand.place(0.25, 0.5);
    await tried.hover(at);
    await tried.wheel(at, -240);
    const near = await becomes("a smaller part in sight", (now) => now.width < whole.width * 0.9);
    // What was under the pointer still is.
    assert.ok(Math.abs(near.x + near.width * 0.25 - (whole.x + whole.width * 0.25)) < whole.width * 0.02);
    await tried.press("-");
    await becomes("more in sight", (now) => now.width > near.width * 1.1);
    await tried.press("0");
    await becomes("the whole page in sight", (now) => Math.abs(now.width - whole.width) < 1);
  });

  await trial.check(`two fingers zoom in ${name} where they are set to move the page, and write nothing`, async () => {
    await hand.click("Settings");
    await hand.click("Move the page");
    await tried.press("Escape");
    await hand.tool("Pen");
    const apart = async (/** @type {number} */ way) => [await hand.place(0.5 - way, 0.5), await hand.place(0.5 + way, 0.5)];
    await tried.fingersDown(await apart(0.1));
    for (const way of [0.12, 0.15, 0.2, 0.25]) await tried.fingersMove(await apart(way));
    await tried.fingersUp(await apart(0.25));
    await becomes("less than half in sight", (now) => now.width < whole.width * 0.5);
    await hand.holds();
    await hand.click("Settings");
    await hand.click("Both write");
    await tried.press("Escape");
  });
}
