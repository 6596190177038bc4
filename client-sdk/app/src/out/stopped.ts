/** Somebody pressed Cancel while a file was being made. */
export class Stopped extends Error {
  override readonly name = "Stopped";

  static check(signal: AbortSignal): void {
    if (signal.aborted) throw new Stopped("stopped");
  }
}
