/**
 * Takes each sample of a pointer once, though a browser may tell of it by two events: `pointerrawupdate`
 * as soon as it can, `pointermove` with the next frame. Usually the raw one is first; a busy Chromium may
 * deliver it after the other. Both tell of all samples in their order, so that of two ways the one that is
 * further has what is fresh. The clock of events may be coarse: samples of one time are counted.
 */

/** How far something has come: to the sample of so many at this time. */
interface Reached {
  /** Milliseconds, on the clock of events. */
  readonly time: number;
  readonly count: number;
}

export type Way = "raw" | "frame";

export class Fresh {
  private readonly told: Record<Way, Reached>;
  private taken: Reached;

  /** Samples from before `since` belong to what the pointer did before. */
  constructor(since: number) {
    this.taken = { time: since, count: 0 };
    this.told = { raw: this.taken, frame: this.taken };
  }

  /** Of samples that came this way, those that did not come the other way before. */
  of<T extends { readonly timeStamp: number }>(way: Way, samples: readonly T[]): T[] {
    return samples.filter(({ timeStamp: time }) => {
      const before = this.told[way];
      const now = { time, count: time === before.time ? before.count + 1 : 1 };
      this.told[way] = now;
      if (now.time < this.taken.time || (now.time === this.taken.time && now.count <= this.taken.count)) return false;
      this.taken = now;
      return true;
    });
  }
}
