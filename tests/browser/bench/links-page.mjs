/** What a page of the links' benchmark counts, and what is made of it. */

/** @typedef {{ samples: number, concealed: number, screen: number, face: number, faceHeight: number, sent: number, layers: string }} Counts */
/** @typedef {Counts & { at: number }} Sample */



/** A voice that is away for longer is not understood, milliseconds. */
const GAP = 400;

/** Counts what comes, by the page's connections; runs in the page before its own scripts. */
export function installCounters() {
  /** @type {{ at: number }[]} */
  const samples = [];
  /** @type {RTCPeerConnection[]} */
  const connections = [];
  /** @type {Record<string, number>} */
  let stages = {};
  let began = NaN;
  const mark = (/** @type {string} */ name) => {
    stages[name] ??= Math.round(performance.now() - began);
  };
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = /** @type {typeof RTCPeerConnection} */ (class extends Native {
    /** @param {RTCConfiguration} [configuration] */
    constructor(configuration) {
      super(configuration);
      connections.push(this);
      mark("connection_ms");
      this.addEventListener("iceconnectionstatechange", () => {
        if (this.iceConnectionState === "connected") mark("ice_ms");
      });
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "connected") mark("dtls_ms");
      });
    }
  });
  const { setLocalDescription, setRemoteDescription } = Native.prototype;
  Native.prototype.setLocalDescription = function (/** @type {any[]} */ ...rest) {
    mark("offer_ms");
    return /** @type {any} */ (setLocalDescription).apply(this, rest);
  };
  Native.prototype.setRemoteDescription = function (/** @type {any[]} */ ...rest) {
    mark("answer_ms");
    return /** @type {any} */ (setRemoteDescription).apply(this, rest);
  };

  const count = async () => {
    const counts = { samples: 0, concealed: 0, screen: 0, face: 0, faceHeight: 0, sent: 0, layers: "" };
    for (const entry of (await connections.at(-1)?.getStats())?.values() ?? []) {
      if (entry.type === "inbound-rtp" && entry.kind === "audio" && entry.packetsReceived > 0) {
        counts.samples += entry.totalSamplesReceived ?? 0;
        counts.concealed += entry.concealedSamples ?? 0;
      } else if (entry.type === "inbound-rtp" && entry.kind === "video" && entry.framesDecoded > 0) {
        // The screen is wide and the camera is not.
        const wide = entry.frameWidth / entry.frameHeight > 1.5;
        counts[wide ? "screen" : "face"] += entry.framesDecoded;
        if (!wide) counts.faceHeight = entry.frameHeight;
      } else if (entry.type === "outbound-rtp") {
        counts.sent += entry.bytesSent + entry.headerBytesSent;
        if (entry.rid !== undefined && entry.framesPerSecond > 0) counts.layers += entry.rid;
      }
    }
    if (counts.samples > 0) mark("first_voice_ms");
    if (counts.screen + counts.face > 0) mark("first_frame_ms");
    samples.push({ at: Date.now(), ...counts });
  };
  /** Milliseconds between two looks at the statistics. */
  const EVERY = 100;
  const again = () => void count().finally(() => setTimeout(again, Number.isNaN(began) || "first_frame_ms" in stages ? EVERY : EVERY / 3));
  again();
  /** @type {any} */ (window).counters = {
    samples,
    begin: () => {
      addEventListener("click", () => {
        began = performance.now();
        stages = {};
      }, { once: true, capture: true });
    },
    /** When what came, in milliseconds from the click. */
    stages: async () => {
      for (let waited = 0; waited < 30_000 && !("first_frame_ms" in stages && "first_voice_ms" in stages && "dtls_ms" in stages); waited += 50) await new Promise((resolve) => setTimeout(resolve, 50));
      const names = ["connection_ms", "offer_ms", "answer_ms", "ice_ms", "dtls_ms", "first_voice_ms", "first_frame_ms"];
      return Object.fromEntries(names.map((name) => [name, stages[name] ?? null]));
    },
  };
}

/**
 * What was heard and seen at the far end and, of the far end, at the near one, in each of some times.
 *
 * @param {readonly Sample[]} far
 * @param {readonly Sample[]} near
 * @param {readonly number[]} times pairs of a start and an end
 */
export function summary(far, near, times) {
  /** @type {Record<string, unknown>[]} */
  const voice = [];
  /** @type {Record<string, unknown>[]} */
  const pictures = [];
  for (const [i, when] of ["together", "narrow", "after"].entries()) {
    const [start = 0, end = 0] = times.slice(i * 2);
    for (const [way, samples, sender] of /** @type {const} */ ([["down", far, near], ["up", near, far]])) {
      const within = (/** @type {readonly Sample[]} */ all) => all.filter(({ at }) => at >= start && at < end);
      voice.push({ a_when: when, a_way: way, ...heard(within(samples)) });
      pictures.push({ a_when: when, a_way: way, ...seen(within(samples), within(sender)) });
    }
  }
  return { voice, pictures };
}

/** @param {readonly Sample[]} samples */
function heard(samples) {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return {};
  let away = 0;
  let longest = 0;
  let lost = 0;
  const close = () => {
    if (away > GAP) lost += away;
    longest = Math.max(longest, away);
    away = 0;
  };
  samples.slice(1).forEach((sample, i) => {
    const before = /** @type {Sample} */ (samples[i]);
    const made = sample.concealed - before.concealed;
    const all = sample.samples - before.samples;
    // Nothing played is nothing heard, and so is what was made up almost throughout.
    if (all <= 0 || made > all * 0.9) away += sample.at - before.at;
    else close();
  });
  close();
  return {
    concealed_pct: round((100 * (last.concealed - first.concealed)) / Math.max(1, last.samples - first.samples)),
    longest_gap_ms: longest,
    without_gaps_pct: round(100 * (1 - lost / Math.max(1, last.at - first.at))),
  };
}

/**
 * @param {readonly Sample[]} samples of who receives
 * @param {readonly Sample[]} sender
 */
function seen(samples, sender) {
  const [first, last] = [samples[0], samples.at(-1)];
  const [before, after] = [sender[0], sender.at(-1)];
  if (first === undefined || last === undefined || before === undefined || after === undefined) return {};
  const seconds = (last.at - first.at) / 1_000;
  const rate = (/** @type {"screen" | "face"} */ of) => round(Math.max(0, last[of] - first[of]) / seconds);
  return {
    screen_fps: rate("screen"),
    face_fps: rate("face"),
    face_height: last.faceHeight,
    sent_kbps: round(((after.sent - before.sent) * 8) / 1_000 / seconds),
    sent_sizes: after.layers,
  };
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
