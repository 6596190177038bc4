/** What has come and gone over a connection, counted by the browser. */
import type { CallCounters } from "../api-call.js";

/** Adds up what `getStats` says of each stream. */
export function countersOf(report: RTCStatsReport): CallCounters {
  const counters: { -readonly [name in keyof CallCounters]: number } = { ...NOTHING };
  report.forEach((stats: RTCStats & Readonly<Record<string, unknown>>) => {
    const count = (name: string): number => (typeof stats[name] === "number" ? stats[name] : 0);
    if (stats.type === "inbound-rtp") {
      counters.framesDecoded += count("framesDecoded");
      counters.samplesReceived += count("totalSamplesReceived");
      counters.samplesConcealed += count("concealedSamples");
      counters.audioEnergy += count("totalAudioEnergy");
      counters.bytesReceived += count("bytesReceived");
    } else if (stats.type === "outbound-rtp") {
      counters.framesSent += count("framesEncoded");
      counters.bytesSent += count("bytesSent");
    }
  });
  return counters;
}

export const NOTHING: CallCounters = {
  framesDecoded: 0,
  samplesReceived: 0,
  samplesConcealed: 0,
  audioEnergy: 0,
  bytesReceived: 0,
  framesSent: 0,
  bytesSent: 0,
};
