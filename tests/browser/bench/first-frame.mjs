/**
 * From the click on the app's button to the first picture of somebody else, for `cargo xtask bench media`: one page is in
 * the call and sends, another joins by the button, sees, leaves and joins again. Prints one line of JSON: for each join
 * the milliseconds after the click until each step was done.
 *
 * usage: node first-frame.mjs URL JOINS
 */
import { launchCaller } from "./caller.mjs";

/** @typedef {{ devices?: number, offered?: number, answered?: number, connected?: number, frame?: number }} Steps */

/** Milliseconds a page may take until it stands, or until it is in the call. */
const LOAD_MAX = 60_000;
/** Milliseconds between leaving and joining. */
const PAUSE = 500;

/** Notes the steps of a join in the page; a picture is there when the browser shows a frame of it. */
function installSteps() {
  let clicked = NaN;
  /** @type {Steps} */
  let steps = {};
  /** @param {keyof Steps} step */
  const note = (step) => (steps[step] ??= performance.now() - clicked);
  Object.assign(window, { steps: () => steps });
  addEventListener(
    "click",
    ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button === null || !/Join call/.test(button.getAttribute("aria-label") ?? button.textContent ?? "")) return;
      clicked = performance.now();
      steps = {};
    },
    true,
  );
  const { mediaDevices } = navigator;
  const open = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wish) => {
    const stream = await open(wish);
    note("devices");
    return stream;
  };
  /** @type {Set<MediaStreamTrack>} */
  const remote = new Set();
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected") note("connected");
      });
    }
    /** @override @type {RTCPeerConnection["addTransceiver"]} */
    addTransceiver(track, init) {
      const transceiver = super.addTransceiver(track, init);
      remote.add(transceiver.receiver.track);
      return transceiver;
    }
    /** @override @param {RTCLocalSessionDescriptionInit} [description] @returns {Promise<void>} */
    async setLocalDescription(description) {
      await super.setLocalDescription(description);
      note("offered");
    }
    /** @override @param {RTCSessionDescriptionInit} description @returns {Promise<void>} */
    async setRemoteDescription(description) {
      await super.setRemoteDescription(description);
      note("answered");
    }
  };
  const property = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
  if (property === undefined) throw new Error("this browser has no srcObject");
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...property,
    /** @this {HTMLMediaElement} @param {MediaStream | null} stream */
    set(stream) {
      property.set?.call(this, stream);
      if (this instanceof HTMLVideoElement && stream?.getVideoTracks().some((track) => remote.has(track))) this.requestVideoFrameCallback(() => note("frame"));
    },
  });
}

async function main() {
  const [url, joins] = process.argv.slice(2);
  if (url === undefined || joins === undefined) throw new Error("usage: first-frame.mjs URL JOINS");
  const browser = await launchCaller([]);
  try {
    const open = async () => {
      const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "en-GB" });
      const page = await context.newPage();
      page.setDefaultTimeout(LOAD_MAX);
      page.on("pageerror", (error) => console.error(error.message));
      await page.addInitScript(installSteps);
      await page.goto(url);
      return page;
    };
    /** @param {import("@playwright/test").Page} page */
    const join = async (page) => {
      await page.getByRole("button", { name: "Join call" }).click();
      // The first time there is a card with the own picture first.
      const card = page.getByRole("dialog");
      const leave = page.getByRole("button", { name: "Leave call" });
      await card.or(leave).first().waitFor();
      if (!(await card.isVisible())) return;
      await card.locator("video").waitFor();
      await card.getByRole("button", { name: "Join call" }).click();
    };
    await join(await open());
    const page = await open();
    /** @type {Steps[]} */
    const all = [];
    while (all.length < Number(joins)) {
      await join(page);
      const steps = await page.waitForFunction(() => {
        const now = /** @type {{ steps(): Steps }} */ (/** @type {unknown} */ (window)).steps();
        return now.frame === undefined ? null : now;
      });
      all.push(/** @type {Steps} */ (await steps.jsonValue()));
      await page.getByRole("button", { name: "Leave call" }).click();
      await page.getByRole("button", { name: "Join call" }).waitFor();
      await page.waitForTimeout(PAUSE);
    }
    console.log(JSON.stringify(all));
  } finally {
    await browser.close();
  }
}

await main();
