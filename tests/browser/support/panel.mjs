/**
 * Chromium 88, as old wall panels have it, spoken to over a pipe: today's test programs do not
 * know browsers of its age any more.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chordOf, keyOf } from "../everywhere/keys.mjs";
import { until } from "./report.mjs";

/** Milliseconds for one command. */
const COMMAND_MAX = 20_000;
/** Milliseconds for the first page's first command; on a busy machine a process may hang there for ever. */
const FIRST_MAX = 6_000;
/** How often it is started until one does not hang. */
const STARTS = 5;
/** As many CSS pixels as a 4K panel at 200% has. */
const SCREEN = { width: 1920, height: 1080 };

/** What it says of a server that is away, which is no problem of the page's. */
const AWAY = /^WebSocket connection to .* failed/;

/** @typedef {import("./ink.mjs").Point} Point */

export class Panel {
  #next = 1;
  /** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  /** @type {string[]} */
  #problems = [];

  /** @private @param {string} program */
  constructor(program) {
    this.profile = mkdtempSync(join(tmpdir(), "kakehashi-88-"));
    this.downloads = join(this.profile, "downloads");
    mkdirSync(this.downloads);
    this.child = spawn(
      program,
      ["--headless", "--no-sandbox", "--disable-gpu", "--single-process", "--no-zygote", "--remote-debugging-pipe", "--use-fake-device-for-media-stream=fps=8", "--use-fake-ui-for-media-stream", `--user-data-dir=${this.profile}`, "about:blank"],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
    );
    process.on("exit", () => this.close());
    let text = "";
    this.child.stdio[4]?.on("data", (chunk) => {
      text += chunk;
      for (let end = text.indexOf("\0"); end >= 0; end = text.indexOf("\0")) {
        this.#take(JSON.parse(text.slice(0, end)));
        text = text.slice(end + 1);
      }
    });
    this.child.once("exit", (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`Chromium 88 ended (${signal ?? code})`));
      this.#waiting.clear();
    });
  }

  /**
   * Starts it, and gives the page that it started with; one opened before that is there never answers.
   * @param {string} program
   */
  static async start(program) {
    for (let left = STARTS; ; left--) {
      const panel = new Panel(program);
      try {
        return { panel, page: await panel.#page() };
      } catch (error) {
        panel.close();
        if (left === 1) throw error;
        console.log(`covered: Chromium 88 is started once more (${error})`);
      }
    }
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @param {string} [sessionId]
   * @param {number} [timeout] milliseconds
   * @returns {Promise<any>}
   */
  send(method, params = {}, sessionId = undefined, timeout = COMMAND_MAX) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method} was not answered`)), timeout);
      this.#waiting.set(id, {
        resolve: (value) => (clearTimeout(timer), resolve(value)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      });
      const pipe = /** @type {import("node:stream").Writable} */ (this.child.stdio[3]);
      pipe.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  async #page() {
    const targetId = await until("the first page", () => this.#firstPage(), (found) => found !== undefined);
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    await this.send("Runtime.enable", {}, sessionId, FIRST_MAX);
    await this.send("Log.enable", {}, sessionId);
    await this.send("Page.setDownloadBehavior", { behavior: "allow", downloadPath: this.downloads }, sessionId);
    await this.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 10 }, sessionId);
    await this.send("Emulation.setDeviceMetricsOverride", { ...SCREEN, screenWidth: SCREEN.width, screenHeight: SCREEN.height, deviceScaleFactor: 1, mobile: false }, sessionId);
    return new PanelPage(this, sessionId);
  }

  /** @returns {Promise<string | undefined>} */
  async #firstPage() {
    const { targetInfos } = await this.send("Target.getTargets");
    return targetInfos.find((/** @type {{ type: string }} */ { type }) => type === "page")?.targetId;
  }

  close() {
    this.child.kill("SIGKILL");
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** What went wrong in its pages so far. */
  problems = async () => this.#problems;

  /** @param {any} message */
  #notice({ method, params }) {
    if (method === "Runtime.exceptionThrown") {
      const { text, exception } = params.exceptionDetails;
      this.#problems.push(`${text} ${exception?.description ?? ""}`);
    } else if (method === "Runtime.consoleAPICalled" && params.type === "error") {
      this.#problems.push(`console: ${params.args.map((/** @type {any} */ one) => one.description ?? one.value).join(" ")}`);
    } else if (method === "Log.entryAdded" && params.entry.level === "error" && params.entry.source !== "network" && !AWAY.test(params.entry.text)) {
      this.#problems.push(`${params.entry.source}: ${params.entry.text}`);
    }
  }

  /** @param {any} message */
  #take(message) {
    this.#notice(message);
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    if (message.error) waiting.reject(new Error(message.error.message));
    else waiting.resolve(message.result);
  }
}

class PanelPage {
  /** What is not done as a person would do it. */
  cannot = ["this protocol has no input method, nor a clipboard: compositions and pasting are the events that tell of them"];

  /**
   * @param {Panel} panel
   * @param {string} session
   */
  constructor(panel, session) {
    this.panel = panel;
    this.session = session;
    this.downloads = panel.downloads;
    this.problems = panel.problems;
  }

  /** @param {string} url */
  go(url) {
    return this.#send("Page.navigate", { url });
  }

  /** The value of an expression in the page. */
  run = async (/** @type {string} */ expression) => {
    const { result, exceptionDetails } = await this.#send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };

  /** @param {Point} at */
  async hover(at) {
    await this.#mouse("mouseMoved", at, 0);
  }

  /** @param {Point} at */
  async down(at) {
    await this.hover(at);
    await this.#mouse("mousePressed", at, 1);
  }

  /** @param {readonly Point[]} points */
  async move(points) {
    for (const point of points) await this.#mouse("mouseMoved", point, 1);
  }

  /** @param {Point} at */
  async up(at) {
    await this.#mouse("mouseReleased", at, 0);
  }

  /** @param {readonly Point[]} points */
  fingersDown(points) {
    return this.#touch("touchStart", points);
  }

  /** @param {readonly Point[]} points */
  fingersMove(points) {
    return this.#touch("touchMove", points);
  }

  fingersUp() {
    return this.#touch("touchEnd", []);
  }

  /** @param {string} text */
  async type(text) {
    await this.#send("Input.insertText", { text });
  }

  /**
   * @param {Point} at
   * @param {number} down
   */
  async wheel(at, down) {
    await this.#send("Input.dispatchMouseEvent", { type: "mouseWheel", x: at.x, y: at.y, deltaX: 0, deltaY: down });
  }

  /** @param {string} chord */
  async press(chord) {
    const { held, name } = chordOf(chord);
    let modifiers = 0;
    for (const one of held) {
      modifiers |= keyOf(one).flag;
      await this.#key("rawKeyDown", one, modifiers);
    }
    await this.#key(held.length === 0 && keyOf(name).text !== undefined ? "keyDown" : "rawKeyDown", name, modifiers);
    await this.#key("keyUp", name, modifiers);
    for (const one of held.reverse()) {
      modifiers &= ~keyOf(one).flag;
      await this.#key("keyUp", one, modifiers);
    }
  }

  /**
   * @param {string} selector
   * @param {string} path
   */
  async chooseFile(selector, path) {
    const { root } = await this.#send("DOM.getDocument");
    const { nodeId } = await this.#send("DOM.querySelector", { nodeId: root.nodeId, selector });
    if (nodeId === 0) throw new Error(`there is no ${selector}`);
    await this.#send("DOM.setFileInputFiles", { files: [path], nodeId });
  }

  /**
   * @param {"keyDown" | "rawKeyDown" | "keyUp"} type
   * @param {string} name
   * @param {number} modifiers
   */
  async #key(type, name, modifiers) {
    const { code, number, text } = keyOf(name);
    await this.#send("Input.dispatchKeyEvent", { type, key: name, code, windowsVirtualKeyCode: number, modifiers, ...(type === "keyDown" ? { text } : {}) });
  }

  /**
   * @param {"mouseMoved" | "mousePressed" | "mouseReleased"} type
   * @param {Point} at
   * @param {number} buttons
   */
  async #mouse(type, at, buttons) {
    const moving = type === "mouseMoved";
    await this.#send("Input.dispatchMouseEvent", { type, x: at.x, y: at.y, button: moving && buttons === 0 ? "none" : "left", buttons, clickCount: moving ? 0 : 1 });
  }

  /**
   * @param {"touchStart" | "touchMove" | "touchEnd"} type
   * @param {readonly Point[]} points
   */
  async #touch(type, points) {
    await this.#send("Input.dispatchTouchEvent", { type, touchPoints: points.map(({ x, y }, id) => ({ x, y, id })) });
  }

  /**
   * @param {string} method
   * @param {object} [params]
   * @returns {Promise<any>}
   */
  #send(method, params) {
    return this.panel.send(method, params, this.session);
  }
}
