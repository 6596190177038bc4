/**
 * What a page leaves out when its line holds little: larger pictures, then the camera, and never the voice. Browsers
 * give a picture its least rate whatever the line holds, and the voice and the board would wait behind it. It decides,
 * and others do.
 */

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

export class Uplink {
  #thrift: Thrift = "none";
  #lowSince: number | undefined;
  /** When a picture was left out last, and when it is tried again. */
  #again = AGAIN_MS;
  #at = 0;

  get thrift(): Thrift {
    return this.#thrift;
  }

  /** What the browser thinks the line holds, bits a second; null: it does not say. */
  next(bits: number | null, now: number): Thrift {
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
    if (this.#lowSince !== undefined && now - this.#lowSince >= FOR_MS && now >= this.#at) {
      this.#thrift = "voice";
      this.#at = now + this.#again;
      this.#again = Math.min(this.#again * 2, AGAIN_MAX_MS);
    }
    return this.#thrift;
  }
}
