/** WebKit's own MiniBrowser, driven by W3C WebDriver commands over HTTP. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { calling, watchProblems } from "../everywhere/in-page.mjs";
import { chordOf, keyOf } from "../everywhere/keys.mjs";
import { until } from "./report.mjs";

/** @typedef {import("./ink.mjs").Point} Point */

/** Where Debian puts it; the driver finds it by itself elsewhere. */
const BROWSERS = ["4.1", "6.0", "4.0"].map((api) => `/usr/lib/x86_64-linux-gnu/webkit2gtk-${api}/MiniBrowser`);
/** Milliseconds between two samples of a pointer: 125 Hz. */
const SAMPLE = 8;
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

export class WebKit {
  /** @type {import("node:child_process").ChildProcess} */
  #driver;
  #base;
  #session = "";
  /** @type {string[]} */
  #problems = [];
  version = "";
  /** What is not done as a person would do it. */
  cannot = [
    "WebKitGTK's driver makes a mouse of every touch: fingers are the events that tell of them",
    "it has no input method, nor a clipboard: compositions and pasting are the events that tell of them",
    "it keeps no console: what goes wrong is written down from when a page has loaded",
  ];

  /**
   * @param {import("node:child_process").ChildProcess} driver
   * @param {string} base
   * @param {string} home a folder of its own, with the downloads in it
   */
  constructor(driver, base, home) {
    this.#driver = driver;
    this.#base = base;
    this.home = home;
    this.downloads = join(home, "downloads");
    process.on("exit", () => {
      driver.kill("SIGKILL");
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    });
  }

  /** @param {string} program the driver's */
  static async start(program) {
    const port = await freePort();
    const home = mkdtempSync(join(tmpdir(), "kakehashi-webkit-"));
    for (const folder of ["downloads", ".config"]) mkdirSync(join(home, folder));
    writeFileSync(join(home, ".config/user-dirs.dirs"), `XDG_DOWNLOAD_DIR="$HOME/downloads"\n`);
    const driver = spawn(program, [`--port=${port}`, "--host=127.0.0.1"], {
      stdio: "ignore",
      env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, ".config") },
    });
    const webkit = new WebKit(driver, `http://127.0.0.1:${port}`, home);
    await until("WebKitWebDriver", () => webkit.#call("GET", "/status").then(() => true, () => false), Boolean);
    const binary = BROWSERS.find((path) => existsSync(path));
    const options = { args: ["--automation"], ...(binary === undefined ? {} : { binary }) };
    const { sessionId, capabilities } = await webkit.#call("POST", "/session", { capabilities: { alwaysMatch: { "webkitgtk:browserOptions": options } } });
    webkit.#session = `/session/${sessionId}`;
    webkit.version = `${capabilities.browserName} ${capabilities.browserVersion}`;
    return webkit;
  }

  /** The page that it started with. */
  async page() {
    await this.#command("/window/rect", { x: 0, y: 0, width: 1280, height: 900 });
    return this;
  }

  /** @param {string} url */
  async go(url) {
    await this.#collect();
    await this.#command("/url", { url });
    await this.run(calling(watchProblems));
  }

  /** What went wrong in its pages so far. */
  problems = async () => {
    await this.#collect();
    return this.#problems;
  };

  /** The value of an expression in the page. */
  run = (/** @type {string} */ expression) => this.#command("/execute/sync", { script: `return (${expression});`, args: [] });

  /** @param {Point} at */
  async hover(at) {
    await this.#mouse([this.#to(at, 0)]);
  }

  /** @param {Point} at */
  async down(at) {
    await this.#mouse([this.#to(at, 0), { type: "pointerDown", button: 0 }]);
  }

  /** @param {readonly Point[]} points */
  async move(points) {
    await this.#mouse(points.map((point) => this.#to(point, SAMPLE)));
  }

  /** @param {Point} at */
  async up(at) {
    await this.#mouse([this.#to(at, 0), { type: "pointerUp", button: 0 }]);
  }

  /** @param {readonly Point[]} points */
  async fingersDown(points) {
    // Nothing holds a pointer that only its events tell of.
    await this.run(`(document.querySelector("[role=application]").setPointerCapture = function () {}, 0)`);
    await this.#fingers("pointerdown", points);
  }

  /** @param {readonly Point[]} points */
  fingersMove(points) {
    return this.#fingers("pointermove", points);
  }

  /** @param {readonly Point[]} points */
  async fingersUp(points) {
    await this.#fingers("pointerup", points);
    await this.run(`(delete document.querySelector("[role=application]").setPointerCapture, 0)`);
  }

  /** @param {string} text */
  async type(text) {
    const active = await this.#call("GET", `${this.#session}/element/active`);
    await this.#command(`/element/${active[ELEMENT]}/value`, { text });
  }

  /**
   * @param {Point} at
   * @param {number} down
   */
  async wheel(at, down) {
    const turn = { type: "scroll", duration: 0, origin: "viewport", x: Math.round(at.x), y: Math.round(at.y), deltaX: 0, deltaY: down };
    await this.#command("/actions", { actions: [{ type: "wheel", id: "wheel", actions: [turn] }] });
  }

  /** @param {string} chord */
  async press(chord) {
    const { held, name } = chordOf(chord);
    const values = [...held, name].map((one) => keyOf(one).driver);
    const actions = [
      ...values.map((value) => ({ type: "keyDown", value })),
      ...values.reverse().map((value) => ({ type: "keyUp", value })),
    ];
    await this.#command("/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /**
   * @param {string} selector
   * @param {string} path
   */
  async chooseFile(selector, path) {
    const field = await this.#command("/element", { using: "css selector", value: selector });
    await this.#command(`/element/${field[ELEMENT]}/value`, { text: path });
  }

  async close() {
    if (this.#session !== "") await this.#call("DELETE", this.#session).catch(() => undefined);
    this.#driver.kill("SIGKILL");
  }

  /**
   * WebKitGTK's driver makes a mouse of every touch, so the page gets fingers as the events that
   * tell of them.
   * @param {string} type
   * @param {readonly Point[]} points
   */
  async #fingers(type, points) {
    await this.run(`(function (points) {
      var surface = document.querySelector("[role=application]");
      points.forEach(function (point, i) {
        surface.dispatchEvent(new PointerEvent("${type}", {
          pointerId: 100 + i, pointerType: "touch", isPrimary: i === 0, bubbles: true, cancelable: true,
          clientX: point.x, clientY: point.y, button: "${type}" === "pointermove" ? -1 : 0, buttons: "${type}" === "pointerup" ? 0 : 1, pressure: 0.5
        }));
      });
      return new Promise(function (done) { requestAnimationFrame(function () { done(0); }); });
    })(${JSON.stringify(points)})`);
  }

  /** Takes over what the page has written down, which is lost with the page. */
  async #collect() {
    const seen = await this.run(`window.problemsSeen ? window.problemsSeen.splice(0) : []`).catch(() => []);
    this.#problems.push(...seen);
  }

  /**
   * @param {Point} at
   * @param {number} duration
   */
  #to(at, duration) {
    return { type: "pointerMove", duration, origin: "viewport", x: Math.round(at.x), y: Math.round(at.y) };
  }

  /** @param {object[]} actions */
  async #mouse(actions) {
    await this.#command("/actions", { actions: [{ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions }] });
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  #command(path, body) {
    return this.#call("POST", this.#session + path, body);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async #call(method, path, body) {
    const answer = await fetch(this.#base + path, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = /** @type {{ value: any }} */ (await answer.json());
    if (!answer.ok) throw new Error(`${method} ${path}: ${value?.error} ${value?.message}`);
    return value;
  }
}
