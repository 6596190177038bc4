/** Checks of a run without a test program around it: counted, and summed up in the last line. */

export class Report {
  #passed = 0;
  #failed = 0;

  /**
   * One check: passes unless `run` throws.
   * @param {string} name
   * @param {() => unknown} run
   * @returns {Promise<boolean>}
   */
  async check(name, run) {
    try {
      await run();
      this.#passed++;
      console.log(`ok   ${name}`);
      return true;
    } catch (error) {
      this.#failed++;
      console.log(`FAIL ${name}\n     ${error instanceof Error ? error.stack : error}`);
      return false;
    }
  }

  /** Prints the sum and ends the process. */
  end() {
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    process.exit(this.#failed === 0 && this.#passed > 0 ? 0 : 1);
  }
}

/**
 * Asks until the answer is good.
 * @template T
 * @param {string} what it waits for
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => boolean} good
 * @param {number} [timeout] milliseconds
 * @returns {Promise<T>}
 */
export async function until(what, ask, good, timeout = 30_000) {
  const end = Date.now() + timeout;
  for (;;) {
    const answer = await ask();
    if (good(answer)) return answer;
    if (Date.now() > end) throw new Error(`waited ${timeout} ms for ${what}; last: ${JSON.stringify(answer)?.slice(0, 400)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** What all browsers are asked, as source text that runs in the page. */
export const ASK = {
  ready: `!!window.kakehashi && window.kakehashi.status() === "live" && window.kakehashi.digest() !== "" && !document.querySelector(".waiting")`,
  shown: `({ status: window.kakehashi.status(), unsaved: window.kakehashi.unsaved(), digest: window.kakehashi.digest() })`,
  points: `window.kakehashi.records().map(function (record) { return record.points ? record.points.length : 0; })`,
  texts: `window.kakehashi.records().filter(function (record) { return record.text; }).map(function (record) { return record.text; })`,
  sheet: `(function () { var box = document.querySelector(".sheet-place").getBoundingClientRect(); return { x: box.left, y: box.top, width: box.width, height: box.height }; })()`,
};

/**
 * Waits until all have everything saved and hold the same.
 * @param {readonly ((script: string) => Promise<any>)[]} pages each runs a script in its page
 * @returns {Promise<string>} the digest
 */
export async function agreed(pages) {
  const all = await until(
    "equal digests, everything saved",
    () => Promise.all(pages.map((page) => page(ASK.shown))),
    (shown) => shown.every((one) => one.status === "live" && one.unsaved === 0 && /^[0-9a-f]{32}$/.test(one.digest) && one.digest === shown[0].digest),
    30_000,
  );
  return all[0].digest;
}
