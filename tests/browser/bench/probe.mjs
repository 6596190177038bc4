/**
 * What runs inside a measured page, the same for every peer: it looks at pixels of the page's canvases
 * and at the clock, and knows nothing of what drew them.
 */

/**
 * @typedef {{ at: number, samples: Uint8Array }} Look
 * @typedef {{ at: number, latency: number | null, before: Uint8ClampedArray[] | null, box: [number, number, number, number] }} Move
 * @typedef {{
 *   watchPicture(on: boolean): void,
 *   firstPaint(): { complete: number, looks: number, ink: number },
 *   watchFrames(mark: string): void,
 *   frames(): number[],
 *   watchInk(): void,
 *   latencies(): (number | null)[],
 *   wasmBytes(): number,
 * }} Probe
 */

/** Runs before any script of the page. */
export function installProbe() {
  /** Samples of the whole picture, so many across and down. */
  const ACROSS = 128;
  const DOWN = 72;
  /** Milliseconds between two looks: looking costs, and costs those more who paint more frames. */
  const LOOK_EVERY = 100;
  /** Levels of 256 by which a sample may differ and still be the same. */
  const SAME = 24;
  /** Of all samples, how many may differ in a picture that counts as complete. */
  const STRAY = 0.002;
  /** CSS pixels around the way of a pointer in which its ink is looked for. */
  const AROUND = 8;

  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  /** @param {WebAssembly.Exports} exports */
  const keepMemory = (exports) => {
    for (const value of Object.values(exports)) if (value instanceof WebAssembly.Memory) memories.push(value);
  };
  const { instantiate, instantiateStreaming } = WebAssembly;
  /** @type {any} */ (WebAssembly).instantiate = async (/** @type {any[]} */ ...args) => {
    const made = await /** @type {any} */ (instantiate)(...args);
    keepMemory((made.instance ?? made).exports);
    return made;
  };
  WebAssembly.instantiateStreaming = async (...args) => {
    const made = await instantiateStreaming(...args);
    keepMemory(made.instance.exports);
    return made;
  };

  /** The canvases that lie over each other and fill most of the window, the lowest first. */
  const canvases = () =>
    [...document.querySelectorAll("canvas")].filter((canvas) => {
      const box = canvas.getBoundingClientRect();
      return box.width > innerWidth / 2 && box.height > innerHeight / 2;
    });

  const small = document.createElement("canvas");
  small.width = ACROSS;
  small.height = DOWN;
  const ctx = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d", { willReadFrequently: true }));
  ctx.imageSmoothingEnabled = false;

  /** The picture in the middle of the window, where both peers show nothing but the page. */
  const look = () => {
    ctx.fillStyle = "#ffffff";
    ctx.fillRect(0, 0, ACROSS, DOWN);
    for (const canvas of canvases()) {
      const box = canvas.getBoundingClientRect();
      const across = canvas.width / box.width;
      const down = canvas.height / box.height;
      ctx.drawImage(
        canvas,
        (innerWidth * 0.2 - box.left) * across,
        (innerHeight * 0.15 - box.top) * down,
        innerWidth * 0.6 * across,
        innerHeight * 0.65 * down,
        0,
        0,
        ACROSS,
        DOWN,
      );
    }
    const { data } = ctx.getImageData(0, 0, ACROSS, DOWN);
    const samples = new Uint8Array(ACROSS * DOWN);
    for (let i = 0; i < samples.length; i++) samples[i] = data[i * 4 + 1] ?? 0;
    return samples;
  };

  /** @type {Look[]} */
  let looks = [];
  let watching = false;
  let looked = -Infinity;
  /** @param {Uint8Array} a @param {Uint8Array} b */
  const differing = (a, b) => {
    let count = 0;
    for (let i = 0; i < a.length; i++) if (Math.abs((a[i] ?? 0) - (b[i] ?? 0)) > SAME) count++;
    return count;
  };
  const eachFrame = () => {
    if (!watching) return;
    if (document.body !== null && performance.now() - looked >= LOOK_EVERY) {
      looked = performance.now();
      const samples = look();
      const last = looks[looks.length - 1];
      if (last === undefined || differing(last.samples, samples) > 0) looks.push({ at: performance.now(), samples });
    }
    requestAnimationFrame(eachFrame);
  };

  /** @type {number[]} */
  let times = [];
  let timing = false;
  let frameMark = "";
  /** @param {number} shown the time for which the browser makes the frame: one that it leaves out is missing here. */
  const tick = (shown) => {
    if (!timing) return;
    times.push(shown);
    performance.mark(frameMark);
    requestAnimationFrame(tick);
  };

  /** @type {Move[]} */
  let moves = [];
  /** @type {{ x: number, y: number } | null} */
  let last = null;
  /** @param {[number, number, number, number]} box */
  const pixels = ([x, y, width, height]) =>
    canvases().map((canvas) => {
      const at = canvas.getBoundingClientRect();
      const ratio = canvas.width / at.width;
      const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
      return context.getImageData((x - at.left) * ratio, (y - at.top) * ratio, width * ratio, height * ratio).data;
    });
  const checkInk = () => {
    for (const move of moves) {
      if (move.latency !== null || move.before === null) continue;
      const now = pixels(move.box);
      const { before } = move;
      const changed = now.length !== before.length || now.some((data, i) => data.some((value, j) => value !== before[i]?.[j]));
      if (!changed) continue;
      move.latency = performance.now() - move.at;
      move.before = null;
    }
  };
  let inkWatched = false;
  const afterFrame = new MessageChannel();
  afterFrame.port1.onmessage = checkInk;
  const inkFrame = () => {
    if (!inkWatched) return;
    checkInk();
    // Once more when the frame's own callbacks have painted.
    afterFrame.port2.postMessage(null);
    requestAnimationFrame(inkFrame);
  };

  /** @type {Probe} */
  const probe = {
    watchPicture(on) {
      watching = on;
      if (on) {
        looks = [];
        requestAnimationFrame(eachFrame);
      }
    },
    firstPaint() {
      const final = looks[looks.length - 1];
      if (final === undefined) return { complete: NaN, looks: 0, ink: 0 };
      let complete = final.at;
      for (let i = looks.length - 1; i >= 0; i--) {
        const one = looks[i];
        if (one === undefined || differing(one.samples, final.samples) > STRAY * ACROSS * DOWN) break;
        complete = one.at;
      }
      return { complete, looks: looks.length, ink: final.samples.filter((sample) => sample < 128).length / final.samples.length };
    },
    watchFrames(mark) {
      times = [];
      frameMark = mark;
      timing = true;
      requestAnimationFrame(tick);
    },
    frames() {
      timing = false;
      return times.slice(1).map((time, i) => time - (times[i] ?? time));
    },
    watchInk() {
      moves = [];
      last = null;
      inkWatched = true;
      requestAnimationFrame(inkFrame);
    },
    latencies() {
      inkWatched = false;
      return moves.map((move) => move.latency);
    },
    wasmBytes: () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
  };
  Object.assign(window, { probe });

  // Before the page's own listeners: what is there without the new ink. Browsers tell of a move twice, at once
  // and again with the next frame; it counts from the first time, whether or not the page listens to that.
  let told = 0;
  /** @param {PointerEvent} event */
  const moved = (event) => {
    if (!inkWatched || event.buttons === 0 || event.timeStamp <= told) return;
    told = event.timeStamp;
    const from = last ?? { x: event.clientX, y: event.clientY };
    last = { x: event.clientX, y: event.clientY };
    const left = Math.min(from.x, event.clientX) - AROUND;
    const top = Math.min(from.y, event.clientY) - AROUND;
    /** @type {Move["box"]} */
    const box = [left, top, Math.abs(from.x - event.clientX) + 2 * AROUND, Math.abs(from.y - event.clientY) + 2 * AROUND];
    moves.push({ at: event.timeStamp, latency: null, before: pixels(box), box });
  };
  for (const type of ["pointerrawupdate", "pointermove"]) {
    addEventListener(type, (event) => moved(/** @type {PointerEvent} */ (event)), { capture: true });
    addEventListener(type, () => {
      if (inkWatched) checkInk();
    });
  }
}
