/**
 * A server of its own for a test: started on a free port with a data folder of its own, killed
 * and started again on the same port and data as the test likes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Milliseconds that a server may take to listen. */
const START_MAX = 15_000;
/** Characters of its log that are kept for a failure's message. */
const LOG_KEPT = 8_000;

const repository = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** The server's program; what `cargo xtask test` built, unless it says another. */
export const program = process.env["KAKEHASHI_BIN"] ?? join(repository, "target/release/kakehashi");

/** Settings of the test run are none of the server's, but for where the app's files are. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("KAKEHASHI_") || name === "KAKEHASHI_APP"),
);

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export class Server {
  /** @type {import("node:child_process").ChildProcess | null} */
  #child = null;
  #log = "";
  #ownsData = false;
  #port = 0;
  /** @type {Readonly<Record<string, string>>} */
  #secrets = {};

  /** Further settings, as flags; others hold from the next start on. @type {readonly string[]} */
  flags = [];

  /** @param {string} data its folder */
  constructor(data) {
    this.data = data;
  }

  /**
   * Starts one, in a new folder unless one is given.
   * @param {string} [data]
   * @param {{ port?: number, flags?: readonly string[], secrets?: Readonly<Record<string, string>> }} [settings]
   *   `port`: any that is free, unless one is given; `secrets`: settings that have no flags, by their variables
   * @returns {Promise<Server>}
   */
  static async start(data, { port = 0, flags = [], secrets = {} } = {}) {
    const server = new Server(data ?? (await mkdtemp(join(tmpdir(), "kakehashi-test-"))));
    server.#ownsData = data === undefined;
    server.#port = port;
    server.flags = flags;
    server.#secrets = secrets;
    await server.up();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  get running() {
    return this.#child !== null;
  }

  /** What it wrote to its log last. */
  get log() {
    return this.#log;
  }

  /**
   * Starts it, on the port it had before.
   * @param {{ otherPort?: boolean }} [options] `otherPort`: on a new one, where nobody looks for it
   */
  async up(options = {}) {
    if (this.#child !== null) throw new Error("the server is running already");
    const port = options.otherPort ? 0 : this.#port;
    const child = spawn(program, ["serve", "--listen", `127.0.0.1:${port}`, "--data", this.data, ...this.flags], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...environment, ...this.#secrets },
    });
    running.add(child);
    this.#child = child;
    const url = await this.#listening(child);
    const found = Number(new URL(url).port);
    if (!options.otherPort) this.#port = found;
    return url;
  }

  /** Ends it as a power cut would: SIGKILL, no farewell. */
  async kill() {
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    running.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** Ends it, and removes its folder. */
  async remove() {
    await this.kill();
    if (this.#ownsData) await rm(this.data, { recursive: true, force: true });
  }

  /**
   * Makes a board.
   * @returns {Promise<{ board: string, code: string }>}
   */
  async startBoard() {
    const answer = await fetch(`${this.url}/api/v1/boards`, { method: "POST" });
    if (answer.status !== 201) throw new Error(`no board: ${answer.status} ${await answer.text()}`);
    return /** @type {{ board: string, code: string }} */ (await answer.json());
  }

  /**
   * The address that the server prints once it listens.
   * @param {import("node:child_process").ChildProcess} child
   * @returns {Promise<string>}
   */
  #listening(child) {
    return new Promise((resolve, reject) => {
      let printed = "";
      /** @param {string} why */
      const fail = (why) => reject(new Error(`${program}: ${why}\n${this.#log}`));
      const timer = setTimeout(() => fail("it did not say that it listens"), START_MAX);
      child.once("error", (error) => fail(error.message));
      child.once("exit", (code, signal) => {
        clearTimeout(timer);
        fail(`it ended (${signal ?? code})`);
      });
      /** @param {Buffer} chunk */
      const keep = (chunk) => {
        this.#log = (this.#log + chunk.toString()).slice(-LOG_KEPT);
      };
      child.stderr?.on("data", keep);
      child.stdout?.on("data", (/** @type {Buffer} */ chunk) => {
        keep(chunk);
        if (printed === "found") return;
        printed += chunk.toString();
        const url = /listening on (http:\/\/\S+)/.exec(printed)?.[1];
        if (url === undefined) return;
        printed = "found";
        clearTimeout(timer);
        resolve(url);
      });
    });
  }
}
