/**
 * One peer's figures for `cargo xtask bench canvas`: opens a page of strokes in a browser of its own,
 * moves and zooms it and writes on it with real input, and prints one line of JSON.
 *
 * usage: node canvas.mjs kakehashi URL | excalidraw FOLDER STROKES
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { chromium } from "@playwright/test";
import { installProbe } from "./probe.mjs";
import { FRAME_MARK, frameWork } from "./work.mjs";

/** @typedef {import("./probe.mjs").Probe} Probe */
/** @typedef {import("@playwright/test").CDPSession} Session */
/** @typedef {import("@playwright/test").Page} Page */

const SCREEN = { width: 1366, height: 768 };
/** Milliseconds a page may take until it stands. */
const LOAD_MAX = 300_000;
/** Milliseconds without a change, after which the picture is taken for the last one. */
const STILL = 3000;
/** Milliseconds between two events of the pointer: a mouse gives 125 a second, a wheel far fewer. */
const MOVE_EVERY = 8;
const WHEEL_EVERY = 33;
/** Milliseconds between two places of the pen, so that each gets its own frames. */
const INK_EVERY = 60;
const INK_MOVES = 60;

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {Session} cdp @param {string} type @param {number} x @param {number} y @param {object} [more] */
const mouse = (cdp, type, x, y, more = {}) =>
  cdp.send("Input.dispatchMouseEvent", /** @type {any} */ ({ type, x, y, button: "none", buttons: 0, ...more }));

/** Sends events at their times, whether or not the page keeps up, and waits until it has taken all of them. */
class Script {
  /** @type {Promise<unknown>[]} */
  #sent = [];
  #next = performance.now();

  /** @param {number} every @param {() => Promise<unknown>} send */
  async step(every, send) {
    this.#next = Math.max(this.#next, performance.now() - every) + every;
    const wait = this.#next - performance.now();
    if (wait > 0) await sleep(wait);
    this.#sent.push(send());
  }

  async done() {
    await Promise.all(this.#sent);
  }
}

/** @param {Session} cdp @param {Script} script @param {number} turns @param {number} delta */
async function zoom(cdp, script, turns, delta) {
  for (let i = 0; i < turns; i++) {
    await script.step(WHEEL_EVERY, () =>
      mouse(cdp, "mouseWheel", SCREEN.width * 0.55, SCREEN.height * 0.45, { deltaX: 0, deltaY: delta, modifiers: 2 }),
    );
  }
}

/** A drag there and back again. @param {Session} cdp @param {Script} script @param {number} dx @param {number} dy */
async function drag(cdp, script, dx, dy) {
  const [x, y] = [SCREEN.width / 2, SCREEN.height / 2];
  await script.step(MOVE_EVERY, () => mouse(cdp, "mousePressed", x, y, { button: "left", buttons: 1, clickCount: 1 }));
  const steps = 120;
  for (let i = 1; i <= steps; i++) {
    const share = Math.sin((i / steps) * Math.PI);
    await script.step(MOVE_EVERY, () => mouse(cdp, "mouseMoved", x + dx * share, y + dy * share, { button: "left", buttons: 1 }));
  }
  await script.step(MOVE_EVERY, () => mouse(cdp, "mouseReleased", x, y, { button: "left", clickCount: 1 }));
}

/** Moves the whole page, zooms in, moves it there, zooms out again. @param {Session} cdp */
async function panAndZoom(cdp) {
  const script = new Script();
  await drag(cdp, script, -300, -120);
  await zoom(cdp, script, 24, -60);
  await drag(cdp, script, 380, 200);
  await drag(cdp, script, -380, 160);
  await zoom(cdp, script, 24, 60);
  await drag(cdp, script, 200, -90);
  await script.done();
}

/** Writes slowly, and measures each move. @param {Page} page @param {Session} cdp */
async function write(page, cdp) {
  await page.evaluate(() => /** @type {any} */ (window).probe.watchInk());
  const [x, y] = [SCREEN.width * 0.3, SCREEN.height * 0.5];
  await mouse(cdp, "mouseMoved", x, y);
  await mouse(cdp, "mousePressed", x, y, { button: "left", buttons: 1, clickCount: 1 });
  await sleep(INK_EVERY * 4);
  /** @type {Promise<unknown>[]} */
  const sent = [];
  for (let i = 1; i <= INK_MOVES; i++) {
    sent.push(mouse(cdp, "mouseMoved", x + i * 9, y + 60 * Math.sin(i / 5), { button: "left", buttons: 1 }));
    // Not in step with the frames.
    await sleep(INK_EVERY + (i % 7) * 2.3);
  }
  await Promise.all(sent);
  await sleep(1000);
  await mouse(cdp, "mouseReleased", x + INK_MOVES * 9, y, { button: "left", clickCount: 1 });
  /** @type {(number | null)[]} */
  const latencies = await page.evaluate(() => /** @type {any} */ (window).probe.latencies());
  return latencies;
}

/** @param {readonly number[]} sorted @param {number} share */
function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Megabytes (2^20) of a process's own memory, shared pages counted by their share. @param {number} pid */
async function pss(pid) {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) / 1024;
}

/** @param {Page} page @param {Session} cdp @param {Session} browser */
async function memory(page, cdp, browser) {
  await cdp.send("HeapProfiler.enable");
  for (let i = 0; i < 3; i++) await cdp.send("HeapProfiler.collectGarbage");
  await sleep(500);
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  const wasm = await page.evaluate(() => /** @type {any} */ (window).probe.wasmBytes());
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  // The page's renderer is the largest: the browser may keep a spare one.
  const all = await Promise.all(processInfo.filter(({ type }) => type === "renderer").map(({ id }) => pss(id).catch(() => 0)));
  return { heap: usedSize / 2 ** 20, wasm: wasm / 2 ** 20, pss: Math.max(...all) };
}

/** A folder over HTTP. @param {string} folder */
async function serve(folder) {
  /** @type {Record<string, string>} */
  const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? "/", "http://peer").pathname;
    const path = asked === "/" ? "/index.html" : asked;
    readFile(join(folder, path)).then(
      (body) => response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}

const PEERS = {
  kakehashi: {
    /** @param {Page} page */
    hand: (page) => page.getByRole("button", { name: "Hand", exact: true }).click(),
    /** @param {Page} page */
    async pen(page) {
      await page.getByRole("button", { name: "Pen", exact: true }).click();
      await page.getByRole("radio", { name: "Red", exact: true }).or(page.getByRole("button", { name: "Red", exact: true })).first().click();
    },
  },
  excalidraw: {
    /** @param {Page} page */
    async hand(page) {
      await page.evaluate(() => /** @type {any} */ (window).excalidraw.setActiveTool({ type: "hand" }));
    },
    /** @param {Page} page */
    async pen(page) {
      await page.evaluate(() => /** @type {any} */ (window).excalidraw.setActiveTool({ type: "freedraw" }));
    },
  },
};

async function main() {
  const [name, where] = process.argv.slice(2);
  if ((name !== "kakehashi" && name !== "excalidraw") || where === undefined) throw new Error("usage: canvas.mjs kakehashi URL | excalidraw FOLDER");
  const peer = PEERS[name];
  const served = name === "excalidraw" ? await serve(where) : null;
  const browser = await chromium.launch({
    executablePath: process.env["KAKEHASHI_CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--js-flags=--max-old-space-size=8192"],
  });
  try {
    const context = await browser.newContext({ viewport: SCREEN, locale: "en-GB" });
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(`${name}: ${error.message}`));
    page.on("crash", () => console.error(`${name}: the page crashed`));
    const cdp = await context.newCDPSession(page);
    const whole = await browser.newBrowserCDPSession();
    await page.addInitScript(installProbe);
    await page.addInitScript(() => /** @type {any} */ (window).probe.watchPicture(true));
    await page.goto(served?.url ?? where, { timeout: LOAD_MAX, waitUntil: "commit" });
    await standsStill(page);
    const { complete, ink } = await page.evaluate(() => {
      const { probe } = /** @type {{ probe: Probe }} */ (/** @type {unknown} */ (window));
      probe.watchPicture(false);
      return probe.firstPaint();
    });
    if (process.env["BENCH_SCREENSHOTS"] !== undefined) await page.screenshot({ path: join(process.env["BENCH_SCREENSHOTS"], `${name}.png`) });
    await peer.hand(page);
    await sleep(500);
    let script = 0;
    /** @type {number[]} */
    let frames = [];
    const work = await frameWork(browser, page, async () => {
      await page.evaluate((mark) => /** @type {any} */ (window).probe.watchFrames(mark), FRAME_MARK);
      const began = performance.now();
      await panAndZoom(cdp);
      script = (performance.now() - began) / 1000;
      frames = await page.evaluate(() => /** @type {any} */ (window).probe.frames());
    });
    frames.sort((a, b) => a - b);
    await sleep(3000);
    const kept = await memory(page, cdp, whole);
    await peer.pen(page);
    await sleep(1000);
    const latencies = await write(page, cdp);
    const seen = latencies.filter((latency) => latency !== null).sort((a, b) => a - b);
    if (process.env["BENCH_SCREENSHOTS"] !== undefined) await page.screenshot({ path: join(process.env["BENCH_SCREENSHOTS"], `${name}-written.png`) });
    console.log(
      JSON.stringify({
        first_paint_ms: complete,
        ink_share: ink,
        frames: frames.length,
        script_s: script,
        frame_p50_ms: percentile(frames, 0.5),
        frame_p95_ms: percentile(frames, 0.95),
        frame_p99_ms: percentile(frames, 0.99),
        frame_worst_ms: frames[frames.length - 1] ?? NaN,
        work_p50_ms: percentile(work, 0.5),
        work_p95_ms: percentile(work, 0.95),
        work_worst_ms: work[work.length - 1] ?? NaN,
        heap_mb: kept.heap,
        wasm_mb: kept.wasm,
        pss_mb: kept.pss,
        ink_seen: `${seen.length}/${latencies.length}`,
        ink_p50_ms: percentile(seen, 0.5),
        ink_p95_ms: percentile(seen, 0.95),
      }),
    );
  } finally {
    await browser.close();
    served?.close();
  }
}

/** Waits until there is ink and nothing has changed for a while. @param {Page} page */
async function standsStill(page) {
  const began = performance.now();
  let [last, since] = ["", performance.now()];
  while (performance.now() - since < STILL) {
    if (performance.now() - began > LOAD_MAX) throw new Error("the picture does not come to rest");
    await sleep(250);
    const asked = performance.now();
    const { complete, looks, ink } = await page.evaluate(() => /** @type {{ probe: Probe }} */ (/** @type {unknown} */ (window)).probe.firstPaint());
    const now = ink > 0.01 ? `${complete} ${looks}` : "";
    // An answer that took long came from a page that was busy.
    if (now === "" || now !== last || performance.now() - asked > 500) since = performance.now();
    last = now;
  }
}

await main();
