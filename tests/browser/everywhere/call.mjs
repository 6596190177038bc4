/** A call with somebody who has today's Chromium: each hears and sees the other, and whoever is muted is seen to be. */
import assert from "node:assert/strict";
import { until } from "../support/report.mjs";

/** What has come of pictures and of sound; the sound of a test camera is loud. */
const COME = `window.kakehashi.call().then(({ counters }) => [counters.framesDecoded, counters.audioEnergy])`;
const STATE = `window.kakehashi.call().then(({ state }) => state)`;
/** What the others send that is not muted. */
const OTHERS = `window.kakehashi.call().then(({ members }) => members.filter(({ own }) => !own).map(({ sends }) => sends.join()).join(" "))`;

/** @typedef {import("./hand.mjs").Run} Run */

/**
 * @param {string} who
 * @param {Run} run
 */
async function receives(who, run) {
  const [frames, energy] = await run(COME);
  await until(`pictures and sound that come to ${who}`, () => run(COME), ([more, louder]) => more > frames + 5 && louder > energy, 20_000);
}

/** @param {import("./trial.mjs").Trial} trial */
export async function call(trial) {
  const { far, hand, name, other } = trial;
  await trial.shared();
  if (!(await hand.run(`typeof RTCPeerConnection === "function"`))) {
    console.log(`covered: ${name} as it is built here has no WebRTC: that joining says so is all of a call that is tried in it`);
    await trial.check(`${name} without WebRTC says that it has no calls`, async () => {
      await hand.click("Join call");
      await hand.click("Join call", "[role=dialog], dialog");
      await hand.sees("why not", `[...document.querySelectorAll("[role=alert]")].some((one) => one.textContent.includes("browser"))`);
      assert.equal(await hand.run(`window.kakehashi.status()`), "live");
    });
    return;
  }

  await trial.check(`${name} and today's Chromium hear and see each other in a call`, async () => {
    await other.getByRole("button", { name: "Join call" }).click();
    await other.getByRole("dialog").getByRole("button", { name: "Join call" }).click();
    await hand.click("Join call");
    await hand.click("Join call", "[role=dialog], dialog");
    await until("both in the call", async () => [await hand.run(STATE), await far(STATE)], (states) => states.every((state) => state === "in"), 20_000);
    await receives("today's Chromium", far);
    await receives(name, hand.run);
  });

  await trial.check(`a camera that is turned off in ${name} is dark to the other, and on again seen`, async () => {
    await hand.click("Camera");
    await until("a voice alone", () => far(OTHERS), (others) => others === "microphone");
    await hand.click("Camera");
    await until("camera and voice", () => far(OTHERS), (others) => others.split(",").sort().join() === "camera,microphone");
    await receives("today's Chromium", far);
  });

  await trial.check(`who leaves in ${name} is gone`, async () => {
    await hand.click("Leave call");
    await until("nobody else in the call", () => far(OTHERS), (others) => others === "");
    assert.equal(await hand.run(STATE), "off");
    await other.getByRole("button", { name: "Leave call" }).click();
  });
}
