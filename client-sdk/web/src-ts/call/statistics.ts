/** What the browser counts of a connection, and the way that it found. */
import type { CallCounters, CallRoute } from "../api-call.js";

/** Adds up what `getStats` says of each stream. */
export function countersOf(report: RTCStatsReport): CallCounters {
  const counters: { -readonly [name in keyof CallCounters]: number } = { ...NOTHING };
  report.forEach((stats: Entry) => {
    const count = (name: string): number => numberIn(stats, name) ?? 0;
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

/** Those of two connections together. */
export function addCounters(one: CallCounters, other: CallCounters): CallCounters {
  const names = Object.keys(NOTHING) as (keyof CallCounters)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as unknown as CallCounters;
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

/** How media travels: what the selected pair of candidates says; null while there is none. */
export function routeOf(report: RTCStatsReport, direct = false): CallRoute | null {
  const entries = report as ReadonlyMap<string, Entry>;
  for (const { type, selectedCandidatePairId } of entries.values()) {
    const pair = type === "transport" ? entries.get(String(selectedCandidatePairId)) : undefined;
    const local = entries.get(String(pair?.localCandidateId));
    if (pair === undefined || local === undefined) continue;
    const turned = local.candidateType === "relay";
    // To a TURN server one may go by another way than from there on, and the firewall is on this side of it.
    const over = turned ? (local.relayProtocol ?? local.protocol) : local.protocol;
    const seconds = numberIn(pair, "currentRoundTripTime");
    return { over: over === "udp" ? "udp" : "tcp", turned, direct, roundTrip: seconds === null ? null : seconds * 1_000 };
  }
  return null;
}

/** What the browser says of the line by which it sends; null: it does not say. */
export interface LineUp {
  /** What it thinks that it holds, bits a second. */
  readonly bits: number | null;
  /** The shortest of the round trips that it measured last, ms. */
  readonly roundTrip: number | null;
  /** What was lost lately of what it sent, 0 to 1. */
  readonly lost: number | null;
}

export function lineUpOf(report: RTCStatsReport): LineUp {
  let bits: number | null = null;
  const roundTrips: number[] = [];
  const lost: number[] = [];
  for (const stats of (report as ReadonlyMap<string, Entry>).values()) {
    const trip = (name: string): void => {
      const seconds = numberIn(stats, name);
      if (seconds !== null) roundTrips.push(seconds * 1_000);
    };
    if (stats.type === "candidate-pair") {
      const available = numberIn(stats, "availableOutgoingBitrate");
      if (available === null) continue;
      bits ??= available;
      trip("currentRoundTripTime");
    } else if (stats.type === "remote-inbound-rtp") {
      trip("roundTripTime");
      lost.push(numberIn(stats, "fractionLost") ?? 0);
    }
  }
  return { bits, roundTrip: roundTrips.length === 0 ? null : Math.min(...roundTrips), lost: lost.length === 0 ? null : Math.max(...lost) };
}

/** Browsers know different ones of the standard's fields. */
type Entry = RTCStats & Readonly<Record<string, unknown>>;

function numberIn(stats: Entry, name: string): number | null {
  return typeof stats[name] === "number" ? stats[name] : null;
}
