/**
 * From click to painted, for `cargo xtask bench join`: opens an address in a browser of its own and prints
 * one line of JSON, when the picture has come to rest.
 *
 * usage: node join.mjs URL
 */
import { chromium } from "@playwright/test";
import { installProbe } from "./probe.mjs";

/** @typedef {import("./probe.mjs").Probe} Probe */

const SCREEN = { width: 1366, height: 768 };
/** Milliseconds a page may take until it stands. */
const LOAD_MAX = 120_000;
/** Milliseconds without a change, after which the picture is taken for the last one. */
const STILL = 3000;
/** The least share of the picture that is ink when the strokes are there. */
const INK = 0.01;

async function main() {
  const [url] = process.argv.slice(2);
  if (url === undefined) throw new Error("usage: join.mjs URL");
  const browser = await chromium.launch({
    executablePath: process.env["KAKEHASHI_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"],
  });
  try {
    const context = await browser.newContext({ viewport: SCREEN, locale: "en-GB" });
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(error.message));
    const cdp = await context.newCDPSession(page);
    let bytes = 0;
    await cdp.send("Network.enable");
    cdp.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    // Frames that are binary are told in base64.
    cdp.on("Network.webSocketFrameReceived", ({ response }) => (bytes += response.payloadData.length * 0.75));
    await page.addInitScript(installProbe);
    await page.addInitScript(() => /** @type {any} */ (window).probe.watchPicture(true));
    await page.goto(url, { timeout: LOAD_MAX, waitUntil: "commit" });
    const began = performance.now();
    let painted = NaN;
    let since = began;
    while (Number.isNaN(painted) || performance.now() - since < STILL) {
      if (performance.now() - began > LOAD_MAX) throw new Error("the picture does not come to rest");
      await new Promise((resolve) => setTimeout(resolve, 250));
      const { complete, ink } = await page.evaluate(() => /** @type {{ probe: Probe }} */ (/** @type {unknown} */ (window)).probe.firstPaint());
      const now = ink > INK ? complete : NaN;
      if (!Object.is(now, painted)) [painted, since] = [now, performance.now()];
    }
    if (process.env["BENCH_SCREENSHOTS"] !== undefined) await page.screenshot({ path: `${process.env["BENCH_SCREENSHOTS"]}/${new URL(url).port}.png` });
    console.log(JSON.stringify({ painted_ms: painted, wire_mb: bytes / 1e6 }));
  } finally {
    await browser.close();
  }
}

await main();
