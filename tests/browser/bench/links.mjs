/**
 * The pages of `cargo xtask bench links`: one beside the server, which speaks, shows a face and shares a screen, and one
 * at the other end of a bad link. Reads commands and answers each with one line of JSON.
 *
 * usage: node links.mjs URL ISLAND_CHROMIUM
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { launchCaller } from "./caller.mjs";
import { installCounters, summary } from "./links-page.mjs";

const SCREEN = { width: 1366, height: 768 };

/**
 * Something like a voice, without pauses: harmonics whose loudness moves four times a second. The browser's own beeps
 * are silence for the most part, of which next to nothing is sent.
 */
function voice() {
  const rate = 48_000;
  const seconds = 4;
  const wave = Buffer.alloc(44 + rate * seconds * 2);
  wave.write("RIFF", 0);
  wave.writeUInt32LE(36 + rate * seconds * 2, 4);
  wave.write("WAVEfmt ", 8);
  wave.writeUInt32LE(16, 16);
  wave.writeUInt16LE(1, 20);
  wave.writeUInt16LE(1, 22);
  wave.writeUInt32LE(rate, 24);
  wave.writeUInt32LE(rate * 2, 28);
  wave.writeUInt16LE(2, 32);
  wave.writeUInt16LE(16, 34);
  wave.write("data", 36);
  wave.writeUInt32LE(rate * seconds * 2, 40);
  for (let i = 0; i < rate * seconds; i++) {
    const t = i / rate;
    let sum = 0;
    for (const [harmonic, loud] of /** @type {const} */ ([[1, 1], [2, 0.7], [3, 0.5], [5, 0.4], [9, 0.3], [14, 0.2]])) sum += loud * Math.sin(2 * Math.PI * 130 * harmonic * t + harmonic);
    const loudness = 0.6 + 0.4 * Math.sin(2 * Math.PI * 4 * t);
    wave.writeInt16LE(Math.round(sum * loudness * 4_000), 44 + i * 2);
  }
  return wave;
}

/** A screen with text on which something moves. The browser's own question cannot be answered here. */
function fakeScreen() {
  navigator.mediaDevices.getDisplayMedia = async () => {
    const canvas = document.createElement("canvas");
    canvas.width = 1280;
    canvas.height = 720;
    const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    let step = 0;
    setInterval(() => {
      ctx.fillStyle = "#fffefb";
      ctx.fillRect(0, 0, 1280, 720);
      ctx.fillStyle = "#234b82";
      ctx.font = "36px sans-serif";
      for (let line = 0; line < 12; line++) ctx.fillText(`${line + 1}  A break of the cable is found by its echo.`, 60, 70 + 52 * line);
      ctx.fillRect(60 + ((step++ * 12) % 1100), 690, 80, 16);
    }, 100);
    return canvas.captureStream(10);
  };
}

async function main() {
  const [url, island] = process.argv.slice(2);
  if (url === undefined || island === undefined) throw new Error("usage: links.mjs URL ISLAND_CHROMIUM");
  const folder = mkdtempSync(join(tmpdir(), "links-"));
  const sound = join(folder, "voice.wav");
  writeFileSync(sound, voice());
  const browsers = [];
  try {
    const pages = [];
    for (const executablePath of [undefined, island]) {
      const more = [`--use-file-for-fake-audio-capture=${sound}`, `--unsafely-treat-insecure-origin-as-secure=${new URL(url).origin}`];
      const browser = await launchCaller(more, executablePath);
      browsers.push(browser);
      const context = await browser.newContext({ viewport: SCREEN, locale: "en-GB" });
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error(error.message));
      await page.addInitScript(installCounters);
      if (pages.length === 0) await page.addInitScript(fakeScreen);
      await page.goto(url);
      await page.getByRole("button", { name: "Join call" }).waitFor();
      pages.push(page);
    }
    const [near, far] = /** @type {[import("@playwright/test").Page, import("@playwright/test").Page]} */ (/** @type {unknown} */ (pages));
    await enter(near);
    await near.getByRole("button", { name: "Share screen" }).click();
    await far.getByRole("button", { name: "Join call" }).click();
    await far.getByRole("dialog").getByRole("button", { name: "Join call" }).waitFor();
    // What the sender's browser gives by itself has risen.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    tell({ ready: true });
    for await (const line of createInterface({ input: process.stdin })) {
      const [command, ...rest] = line.split(" ");
      if (command === "join") {
        await far.evaluate(() => /** @type {any} */ (window).counters.begin());
        await far.getByRole("dialog").getByRole("button", { name: "Join call" }).click();
        const stages = await far.evaluate(() => /** @type {any} */ (window).counters.stages());
        const member = await far.evaluate(async () => (await /** @type {any} */ (window).kakehashi.call()).members.find((/** @type {{ own: boolean }} */ one) => one.own)?.member);
        tell({ stages, member });
      } else {
        const samples = await Promise.all([far, near].map((page) => page.evaluate(() => /** @type {any} */ (window).counters.samples)));
        tell(summary(samples[0], samples[1], rest.map(Number)));
      }
    }
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    rmSync(folder, { recursive: true });
  }
}

/** @param {import("@playwright/test").Page} page */
async function enter(page) {
  await page.getByRole("button", { name: "Join call" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Join call" }).click();
  await page.getByRole("button", { name: "Leave call" }).waitFor();
}

/** @param {unknown} value */
function tell(value) {
  console.log(JSON.stringify(value));
}

await main();
