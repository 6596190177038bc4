/** Erasing parts of a line, and taking it back. */
import assert from "node:assert/strict";
import { until } from "../support/report.mjs";

/** @param {import("./trial.mjs").Trial} trial */
export async function erasing(trial) {
  const { hand, name } = trial;
  await trial.shared();

  await trial.check(`a part is rubbed out of a line in ${name}; one undo gives it back`, async () => {
    const middle = await hand.place(0.5, 0.5);
    await hand.dragOver([0.2, 0.5], [0.8, 0.5]);
    await hand.holds("stroke");
    const before = await trial.agreed();
    await until("the line on the canvas", () => hand.ink(middle), (dark) => dark > 5);
    await hand.tool("Eraser");
    await hand.click("Parts");
    await hand.dragOver([0.5, 0.4], [0.5, 0.6]);
    await hand.holds("stroke", "stroke");
    const rest = await hand.place(0.3, 0.5);
    await until("a gap on the canvas", () => hand.ink(middle), (dark) => dark === 0);
    await until("the rest on the canvas", () => hand.ink(rest), (dark) => dark > 5);
    assert.notEqual(await trial.agreed(), before);
    await hand.click("Undo");
    await hand.holds("stroke");
    await trial.agreed();
    await until("the whole line on the canvas", () => hand.ink(middle), (dark) => dark > 5);
  });
}
