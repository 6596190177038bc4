/** A panel's own screen: from idle to a board and back, and another board by its code. */
import assert from "node:assert/strict";
import { until } from "../support/report.mjs";

/** @param {import("./trial.mjs").Trial} trial */
export async function kiosk(trial) {
  const { hand, name, server } = trial;
  const idle = () => hand.find("Start writing");

  await trial.check(`a panel in ${name}: touched, written on, ended, and idle again with its code and nothing of it`, async () => {
    await hand.go(`${server.url}/kiosk?lang=en`);
    await hand.click("Start writing");
    await hand.ready();
    const path = await hand.stroke("し", 85, [0.4, 0.2, 0.2, 0.5]);
    await hand.tried.fingersDown(path.slice(0, 1));
    for (const point of path.slice(1)) await hand.tried.fingersMove([point]);
    await hand.tried.fingersUp(path.slice(-1));
    await until("the stroke", () => hand.kinds(), (kinds) => kinds.join() === "stroke");
    await hand.saved();
    await hand.click("End");
    await hand.click("End", "[role=dialog]");
    await idle();
    await hand.sees("its code and no picture", `document.querySelectorAll(".idle-closed").length === 1 && document.querySelectorAll(".idle .thumbnail").length === 0`);
  });

  await trial.check(`a panel in ${name} joins a board by the digits on its own keys`, async () => {
    const { code } = await server.startBoard();
    await hand.click("Join by code");
    for (const digit of code.replace(/\D/g, "")) await hand.click(digit, "[role=dialog]");
    await hand.click("Join", "[role=dialog]");
    await hand.ready();
    await hand.find(`Code${code}`);
    assert.deepEqual(await hand.kinds(), []);
    // A panel opens what it showed last; the next part wants none.
    await hand.click("End");
    await hand.click("End", "[role=dialog]");
    await idle();
  });
}
