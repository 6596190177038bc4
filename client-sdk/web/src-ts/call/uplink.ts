/**
 * What a page leaves out when its line holds little: larger pictures, then the camera, and never the voice. Browsers
 * give a picture its least rate whatever the line holds, and the voice and the board would wait behind it. It decides,
 * and others do.
 *
 * What a browser thinks that a line holds falls also where a device has too much to do. So more than the larger pictures is
 * left out only with a sign that the line is full: round trips much longer than the shortest, or many packets lost.
 */
import type { LineUp } from "./statistics.js";

/** `some`: the smallest picture and a slimmer voice; `voice`: no picture. */
export type Thrift = "none" | "some" | "voice";

/** Below this the page is thrifty, and no longer from the other one on, bits a second. */
export const SOME_BELOW = 200_000;
export const NONE_FROM = 300_000;
/** Below this no picture fits beside a voice and ink. */
export const VOICE_BELOW = 100_000;
/** How long it must have been so, and how long a picture that is tried again has until it is judged. */
export const FOR_MS = 3_000;
export const TRIAL_MS = 10_000;
/** When a picture is tried again, the first time and at most. */
export const AGAIN_MS = 20_000;
export const AGAIN_MAX_MS = 160_000;

/** A queue: so many looks after each other see round trips longer than the shortest by this, and by half of the shortest, ms. */
const QUEUE_MS = 100;
const QUEUED = 2;
/** More is lost on a line that is full than on one that only is bad, 0 to 1. */
const LOST = 0.1;
/** The shortest round trip of so many looks is that of an empty line: a way may become longer. */
const ROUND_TRIPS = 60;

/** Whether a line is full. */
export class Fullness {
  readonly #roundTrips: number[] = [];

  /** Whether there is a sign of it now. */
  next({ roundTrip, lost }: LineUp): boolean {
    if (roundTrip !== null && this.#roundTrips.push(roundTrip) > ROUND_TRIPS) this.#roundTrips.shift();
    const shortest = Math.min(...this.#roundTrips);
    const queued = this.#roundTrips.slice(-QUEUED).every((long) => long > shortest + Math.max(QUEUE_MS, shortest / 2));
    return (queued && this.#roundTrips.length > 0) || (lost ?? 0) > LOST;
  }
}

export class Uplink {
  readonly #fullness = new Fullness();
  #thrift: Thrift = "none";
  #filled = false;
  #lowSince: number | undefined;
  /** When a picture was left out last, and when it is tried again. */
  #again = AGAIN_MS;
  #at = 0;

  get thrift(): Thrift {
    return this.#thrift;
  }

  /** Whether there was a sign that the line is full since the page is thrifty. */
  get filled(): boolean {
    return this.#filled && this.#thrift !== "none";
  }

  next(line: LineUp, now: number): Thrift {
    const { bits } = line;
    const full = this.#fullness.next(line);
    this.#filled = full || this.filled;
    if (this.#thrift === "voice") {
      if (now < this.#at) return "voice";
      this.#thrift = "some";
      this.#at = now + TRIAL_MS;
      this.#lowSince = undefined;
    }
    if (bits === null) return this.#thrift;
    if (bits >= NONE_FROM) {
      this.#thrift = "none";
      this.#again = AGAIN_MS;
    } else if (bits < SOME_BELOW) {
      this.#thrift = "some";
    }
    if (bits >= VOICE_BELOW) this.#lowSince = undefined;
    else this.#lowSince ??= now;
    if (full && this.#lowSince !== undefined && now - this.#lowSince >= FOR_MS && now >= this.#at) {
      this.#thrift = "voice";
      this.#at = now + this.#again;
      this.#again = Math.min(this.#again * 2, AGAIN_MAX_MS);
    }
    return this.#thrift;
  }
}
