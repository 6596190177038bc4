/**
 * How long the main thread of a page was busy for each frame, as the browser traces it. A screen shows no more than
 * sixty frames a second, so the time between two of them does not say how much room was left; this does.
 */

/** The mark by which a page tells that a frame begins. */
export const FRAME_MARK = "bench-frame";

/** @typedef {{ name: string, ph: string, pid: number, tid: number, ts: number, dur?: number }} TraceEvent */

/**
 * Does something while the browser traces, and gives the milliseconds of work of each frame meanwhile: all tasks
 * from the one in which it began until the one in which the next one did.
 *
 * @param {import("@playwright/test").Browser} browser
 * @param {import("@playwright/test").Page} page
 * @param {() => Promise<void>} act
 */
export async function frameWork(browser, page, act) {
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline", "blink.user_timing"] });
  await act();
  /** @type {{ traceEvents: TraceEvent[] }} */
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  return workOf(traceEvents);
}

/** @param {readonly TraceEvent[]} events */
export function workOf(events) {
  const marks = events.filter(({ name }) => name === FRAME_MARK).map(({ ts }) => ts).sort((a, b) => a - b);
  const marked = events.find(({ name }) => name === FRAME_MARK);
  const tasks = events
    .filter(({ name, pid, tid }) => name === "RunTask" && pid === marked?.pid && tid === marked.tid)
    .sort((a, b) => a.ts - b.ts);
  /** @type {number[]} */
  const work = [];
  let next = 0;
  for (const { ts, dur = 0 } of tasks) {
    while ((marks[next] ?? Infinity) < ts + dur) {
      work.push(0);
      next++;
    }
    const frame = work.length - 1;
    if (frame >= 0) work[frame] = (work[frame] ?? 0) + dur / 1000;
  }
  return work.sort((a, b) => a - b);
}
