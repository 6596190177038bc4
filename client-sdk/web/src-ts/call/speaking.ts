/** Who of two speaks, found here, where the server hears neither; by the same measures as it has (`server/src/media/speakers.rs`). */

/** Louder than this is a voice, not a room: 50 dB below the loudest. */
const VOICE = 10 ** (-50 / 20);
/** For so long after the last voice somebody counts as speaking: a breath. */
export const BREATH_MS = 800;

export class Speaking {
  readonly #spoke = new Map<number, { readonly loudness: number; readonly at: number }>();

  /** How loud a member is now, 0 to 1. */
  hear(member: number, loudness: number, now: number): void {
    if (loudness > VOICE) this.#spoke.set(member, { loudness, at: now });
  }

  /** Who speaks now, the loudest first. */
  members(now: number): number[] {
    const speak = Array.from(this.#spoke).filter(([, { at }]) => now - at < BREATH_MS);
    return speak.sort(([, one], [, other]) => other.loudness - one.loudness).map(([member]) => member);
  }
}
