/**
 * Pages in one call, for `cargo xtask bench media`: opens them in a browser of its own, one after the other, says `begin`
 * when media has flowed for a while and `end` when it has been counted, and then prints one line of JSON.
 *
 * usage: node call.mjs PEER ADDRESS QUERY FOLDER PAGES WARM_UP_S MEASURED_S
 */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { launchCaller } from "./caller.mjs";

/** @typedef {{ sent: number, wanted: number, received: number, bytes: number, frames: number, lost: number, heights: number[] }} Counts */
/** @typedef {{ counts(): Promise<Counts>, joined: Promise<void> }} Bench */

/** Where the pages lie on the server's own address, so that they are of its origin. */
const PLACE = "/bench-call/";
const TYPES = /** @type {Record<string, string>} */ ({ ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" });
/** Milliseconds a page may take until it is in the call. */
const JOIN_MAX = 30_000;

/** @param {string} seconds */
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1_000));

async function main() {
  const [peer, address, query, folder, pages, warmUp, measured] = process.argv.slice(2);
  if (peer === undefined || address === undefined || folder === undefined || warmUp === undefined || measured === undefined) {
    throw new Error("usage: call.mjs PEER ADDRESS QUERY FOLDER PAGES WARM_UP_S MEASURED_S");
  }
  const browser = await launchCaller(["--autoplay-policy=no-user-gesture-required"]);
  try {
    /** @type {import("@playwright/test").Page[]} */
    const all = [];
    for (let number = 0; number < Number(pages); number++) {
      const context = await browser.newContext({ viewport: { width: 800, height: 450 } });
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error(`${peer}: ${error.message}`));
      page.on("console", (message) => {
        if (message.type() === "error") console.error(`${peer}: ${message.text()}`);
      });
      await page.route(`**${PLACE}**`, async (route) => {
        const path = new URL(route.request().url()).pathname.slice(PLACE.length) || "index.html";
        await route.fulfill({ body: await readFile(join(folder, path)), contentType: TYPES[extname(path)] ?? "text/plain" });
      });
      await page.goto(`http://${address}${PLACE}?peer=${peer}&${query}`);
      await page.waitForFunction(() => "bench" in window);
      await page.evaluate(() => /** @type {{ bench: Bench }} */ (/** @type {unknown} */ (window)).bench.joined, { timeout: JOIN_MAX });
      all.push(page);
    }
    const counts = () => Promise.all(all.map((page) => page.evaluate(() => /** @type {{ bench: Bench }} */ (/** @type {unknown} */ (window)).bench.counts())));
    await wait(warmUp);
    const before = await counts();
    console.log("begin");
    await wait(measured);
    console.log("end");
    const after = await counts();
    /** @param {"sent" | "wanted" | "received" | "bytes" | "frames" | "lost"} name */
    const more = (name) => after.reduce((sum, one, page) => sum + one[name] - (before[page]?.[name] ?? 0), 0);
    const heights = after.flatMap((one) => one.heights);
    console.log(
      JSON.stringify({ sent: more("sent"), wanted: more("wanted"), received: more("received"), bytes: more("bytes"), frames: more("frames"), lost: more("lost"), pictures: heights.length, height: Math.min(...heights) }),
    );
  } finally {
    await browser.close();
  }
}

await main();
