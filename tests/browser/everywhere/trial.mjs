/** What each part of the scenario is given: the hand, the server, somebody with today's Chromium, and the report. */
import { agreed, ASK, until } from "../support/report.mjs";
import { Hand } from "./hand.mjs";
import { watchPresses } from "./in-page.mjs";

export class Trial {
  /**
   * @param {object} given
   * @param {import("../support/report.mjs").Report} given.report
   * @param {import("../support/server.mjs").Server} given.server
   * @param {string} given.name of the browser that is tried
   * @param {import("./hand.mjs").Tried} given.tried
   * @param {import("@playwright/test").Page} given.other of today's Chromium
   */
  constructor({ report, server, name, tried, other }) {
    this.report = report;
    this.server = server;
    this.name = name;
    this.tried = tried;
    this.hand = new Hand(tried);
    this.other = other;
  }

  /** Asks the other's page. */
  far = (/** @type {string} */ script) => this.other.evaluate(script);

  /**
   * One check. Where it fails, it says what presses the page had last.
   * @param {string} what
   * @param {() => unknown} run
   */
  check(what, run) {
    return this.report.check(what, async () => {
      await this.hand.ask(watchPresses).catch(() => undefined);
      try {
        await run();
      } catch (error) {
        const presses = await this.hand.run("window.pressesSeen").catch(() => undefined);
        if (error instanceof Error) error.stack += `\n     the page's last presses: ${JSON.stringify(presses)}`;
        throw error;
      }
    });
  }

  /** A new board, open in the browser that is tried; its address. */
  async board() {
    const { board } = await this.server.startBoard();
    const address = `${this.server.url}/b/${board}?lang=en`;
    await this.hand.go(address);
    await this.hand.ready();
    return address;
  }

  /** A new board, open in both. */
  async shared() {
    const address = await this.board();
    await this.other.goto(address);
    await until("the board in today's Chromium", () => this.far(ASK.ready), Boolean);
    return address;
  }

  /** Waits until both hold the same, all of it saved. */
  agreed() {
    return agreed([this.hand.run, this.far]);
  }
}
