/** A person at the browser that is tried: presses what is named on the screen, draws, types. */
import { fitInto, handwriting } from "../support/ink.mjs";
import { ASK, until } from "../support/report.mjs";
import { calling, controlAt, darkIn, inkAround } from "./in-page.mjs";

/** @typedef {import("../support/ink.mjs").Point} Point */
/** @typedef {import("../support/ink.mjs").Rect} Rect */
/** @typedef {(script: string) => Promise<any>} Run runs an expression in a page */

/**
 * A page in the browser that is tried. What it does comes in as events of the browser's own, except where `cannot` says so.
 * @typedef {object} Tried
 * @property {(address: string) => Promise<unknown>} go
 * @property {Run} run
 * @property {(at: Point) => Promise<void>} hover
 * @property {(at: Point) => Promise<void>} down presses the mouse
 * @property {(points: readonly Point[]) => Promise<void>} move
 * @property {(at: Point) => Promise<void>} up
 * @property {(points: readonly Point[]) => Promise<void>} fingersDown
 * @property {(points: readonly Point[]) => Promise<void>} fingersMove
 * @property {(points: readonly Point[]) => Promise<void>} fingersUp
 * @property {(text: string) => Promise<void>} type into what has the focus
 * @property {(at: Point, down: number) => Promise<void>} wheel turns it by so many pixels
 * @property {(chord: string) => Promise<void>} press keys, such as `Control+a`
 * @property {(selector: string, path: string) => Promise<void>} chooseFile gives a file to a field for files
 * @property {string} downloads the folder that files are saved into
 * @property {() => Promise<string[]>} problems what went wrong in its pages so far
 * @property {readonly string[]} cannot what comes in otherwise than from a person, half a sentence each
 */

/** Samples of a drag. */
const STEPS = 12;

/** @param {string} name @returns {string} a pattern that it alone matches */
const exactly = (name) => `^${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;

export class Hand {
  /** @param {Tried} tried */
  constructor(tried) {
    this.tried = tried;
    this.run = tried.run;
  }

  /**
   * Calls a function in the page.
   * @template {readonly any[]} Arguments
   * @param {(...given: Arguments) => unknown} work uses nothing from outside of itself
   * @param {Arguments} given
   * @returns {Promise<any>}
   */
  ask(work, ...given) {
    return this.run(calling(work, ...given));
  }

  /**
   * Waits until an expression in the page is true, and gives its value.
   * @param {string} what
   * @param {string} expression
   * @returns {Promise<any>}
   */
  sees(what, expression) {
    return until(what, () => this.run(expression), Boolean);
  }

  /** @param {string} address */
  async go(address) {
    await this.tried.go(address);
  }

  /** Waits for a board that is open, connected, and takes ink. */
  async ready() {
    // While a page is being replaced there is nothing to ask.
    await until("the board", () => this.run(ASK.ready).catch(() => false), Boolean, 30_000);
  }

  /** Waits until the server has everything. */
  async saved() {
    await until("everything saved", () => this.run(ASK.shown), (shown) => shown.status === "live" && shown.unsaved === 0, 30_000);
  }

  /**
   * Presses the control that has this name, once it stands still and nothing lies over it.
   * @param {string | RegExp} name
   * @param {string} [within] a selector
   */
  async click(name, within = "body") {
    await this.tap(await this.find(name, within));
  }

  /**
   * @param {string | RegExp} name
   * @param {string} [within]
   * @returns {Promise<Point>}
   */
  async find(name, within = "body") {
    const pattern = typeof name === "string" ? exactly(name) : name.source;
    /** @type {Point | string} */
    let before = "";
    return /** @type {Promise<Point>} */ (
      until(
        `"${pattern}" to be there to be pressed`,
        () => this.ask(controlAt, pattern, within),
        (at) => {
          const still = typeof at !== "string" && typeof before !== "string" && at.x === before.x && at.y === before.y;
          before = at;
          return still;
        },
      )
    );
  }

  /** @param {string} name */
  async tool(name) {
    await this.click(name);
    await this.sees(`the tool ${name} to be chosen`, `!!document.querySelector("button[aria-label='${name}'][aria-pressed=true]")`);
  }

  /** @param {Point} at */
  async tap(at) {
    await this.tried.down(at);
    await this.tried.up(at);
  }

  /** @param {Point} from @param {Point} to */
  async drag(from, to) {
    await this.draw(Array.from({ length: STEPS + 1 }, (_, i) => ({ x: from.x + ((to.x - from.x) * i) / STEPS, y: from.y + ((to.y - from.y) * i) / STEPS })));
  }

  /** @param {readonly Point[]} path */
  async draw(path) {
    const [first, ...rest] = path;
    const last = path[path.length - 1];
    if (first === undefined || last === undefined) throw new Error("a path has points");
    await this.tried.down(first);
    await this.tried.move(rest);
    await this.tried.up(last);
  }

  /** A part of the sheet's place, where no bar lies; all four as shares of it. */
  async area(x = 0, y = 0, width = 1, height = 1) {
    /** @type {Rect} */
    const box = await this.run(ASK.sheet);
    return { x: box.x + box.width * x, y: box.y + box.height * y, width: box.width * width, height: box.height * height };
  }

  /** @param {number} x @param {number} y @returns {Promise<Point>} */
  async place(x, y) {
    const { x: left, y: top } = await this.area(x, y, 0, 0);
    return { x: left, y: top };
  }

  /** Drags over the sheet. @param {readonly [number, number]} from @param {readonly [number, number]} to */
  async dragOver(from, to) {
    await this.drag(await this.place(...from), await this.place(...to));
  }

  /**
   * The first stroke of a text, in a part of the sheet.
   * @param {string} text
   * @param {number} seed
   * @param {readonly [number, number, number, number]} box
   * @returns {Promise<Point[]>}
   */
  async stroke(text, seed, box) {
    return fitInto(handwriting(text, seed).slice(0, 1), await this.area(...box))[0] ?? [];
  }

  /** @returns {Promise<any[]>} */
  records() {
    return this.run(`window.kakehashi.records()`);
  }

  /** @returns {Promise<string[]>} */
  kinds() {
    return this.run(`window.kakehashi.records().map(function (record) { return record.kind; })`);
  }

  /** Waits until the page holds just these. @param {readonly string[]} kinds */
  async holds(...kinds) {
    await until(`the page to hold ${kinds.join(", ") || "nothing"}`, () => this.kinds(), (now) => now.join() === kinds.join());
  }

  /** @param {Point} place @returns {Promise<number>} */
  ink(place, reach = 4) {
    return this.ask(inkAround, place, reach);
  }

  /** @param {string} selector @returns {Promise<number>} */
  dark(selector) {
    return this.ask(darkIn, selector);
  }
}


