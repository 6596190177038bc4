/**
 * What every browser beside today's Chromium has to manage, part by part; each on a board of its own.
 */
import assert from "node:assert/strict";
import { chromium } from "@playwright/test";
import { call } from "./call.mjs";
import { door } from "./door.mjs";
import { erasing } from "./erasing.mjs";
import { files } from "./files.mjs";
import { hostile } from "./hostile.mjs";
import { kiosk } from "./kiosk.mjs";
import { meeting } from "./meeting.mjs";
import { offline } from "./offline.mjs";
import { pages } from "./pages.mjs";
import { pointing } from "./pointing.mjs";
import { selecting } from "./selecting.mjs";
import { settings } from "./settings.mjs";
import { together } from "./together.mjs";
import { tools } from "./tools.mjs";
import { Trial } from "./trial.mjs";
import { typing } from "./typing.mjs";
import { view } from "./view.mjs";

const PARTS = { door, kiosk, together, meeting, tools, pointing, erasing, selecting, typing, view, pages, settings, files, hostile, call, offline };

/** A microphone and a camera that are there on any machine, and that nobody has to allow. */
const FAKE_DEVICES = ["--use-fake-device-for-media-stream=fps=8", "--use-fake-ui-for-media-stream"];

/** Today's Chromium. */
export function launchToday() {
  return chromium.launch({
    executablePath: process.env["KAKEHASHI_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", ...FAKE_DEVICES],
  });
}

/**
 * Runs all parts, or those that KAKEHASHI_PARTS names.
 * @param {object} given
 * @param {import("../support/report.mjs").Report} given.report
 * @param {import("../support/server.mjs").Server} given.server
 * @param {string} given.name of the browser that is tried
 * @param {import("./hand.mjs").Tried} given.tried
 * @param {import("@playwright/test").Browser} given.today
 */
export async function scenario({ report, server, name, tried, today }) {
  const other = await today.newPage();
  /** @type {string[]} */
  const thrown = [];
  other.on("pageerror", (error) => thrown.push(error.stack ?? error.message));
  const wanted = process.env["KAKEHASHI_PARTS"]?.split(",");
  /** @type {string[]} */
  const took = [];
  for (const [part, run] of Object.entries(PARTS)) {
    if (wanted !== undefined && !wanted.includes(part)) continue;
    const start = Date.now();
    await report.check(`${part}: all of it runs in ${name}`, () => run(new Trial({ report, server, name, tried, other })));
    took.push(`${part} ${((Date.now() - start) / 1000).toFixed(1)} s`);
  }
  await report.check(`nothing was thrown, complained of or forbidden in ${name}`, async () => assert.deepEqual(await tried.problems(), []));
  await report.check("nothing was thrown in today's Chromium", () => assert.deepEqual(thrown, []));
  console.log(`covered: ${took.join(", ")}`);
  for (const sentence of tried.cannot) console.log(`covered: except that ${sentence}`);
}
