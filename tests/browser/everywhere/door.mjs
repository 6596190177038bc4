/** The front door: a board is started, joined by its code, and found again. */
import assert from "node:assert/strict";
import { until } from "../support/report.mjs";

/** @param {import("./trial.mjs").Trial} trial */
export async function door(trial) {
  const { hand, name, server } = trial;

  await trial.check(`a board is started in ${name}, and found again by its picture`, async () => {
    await hand.go(`${server.url}/?lang=en`);
    await hand.click("Start a board");
    await hand.ready();
    const path = await hand.run("location.pathname");
    assert.match(path, /^\/b\//);
    await hand.draw(await hand.stroke("し", 80, [0.4, 0.2, 0.2, 0.6]));
    await hand.saved();
    await hand.click("Back to the front page");
    await until("ink in its picture", () => hand.dark(".recent img"), (dark) => dark > 50);
    await hand.click(/^.*Board of/, ".recent");
    await hand.ready();
    assert.equal(await hand.run("location.pathname"), path);
    assert.deepEqual(await hand.kinds(), ["stroke"]);
  });

  await trial.check(`a board is joined in ${name} by its code; a wrong one gets a sentence`, async () => {
    const { board, code } = await server.startBoard();
    await hand.go(`${server.url}/?lang=en`);
    await hand.click("Code");
    await hand.tried.type("1");
    await hand.tried.press("Enter");
    await hand.sees("a sentence", `(document.querySelector("[role=alert]") || {}).textContent`);
    await hand.click("Code");
    await hand.tried.press("Control+a");
    await hand.tried.type(code);
    await hand.click("Join");
    await hand.ready();
    assert.equal(await hand.run("location.pathname"), `/b/${board}`);
  });
}
