/** Long work, done piece by piece: the page lives in between, and a press on Cancel is heard. */
import { Stopped } from "./stopped";

/** Milliseconds of work after which the page is let live for a moment. */
const BREATH = 40;

export class Breath {
  private since = Date.now();

  constructor(private readonly signal?: AbortSignal) {}

  /** Rejects with {@link Stopped} once the signal says so. */
  async take(): Promise<void> {
    if (Date.now() - this.since < BREATH) return;
    await new Promise((resolve) => setTimeout(resolve));
    if (this.signal !== undefined) Stopped.check(this.signal);
    this.since = Date.now();
  }
}
