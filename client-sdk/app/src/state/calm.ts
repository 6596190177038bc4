/** Work that takes long on a full page and can wait until nobody writes: it is done when things are calm. */

export class Calm {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  private disturbed = 0;

  /**
   * @param calm milliseconds without a disturbance
   * @param restless milliseconds after which it is done all the same
   */
  constructor(
    private readonly act: () => void,
    private readonly calm: () => number,
    private readonly restless: number,
  ) {}

  /** It is to be done. */
  ask(): void {
    this.disturbed = performance.now();
    if (this.timer !== undefined) return;
    this.asked = this.disturbed;
    this.timer = setTimeout(this.look, this.calm());
  }

  /** If it is to be done, then later. */
  disturb(): void {
    this.disturbed = performance.now();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private readonly look = (): void => {
    this.timer = undefined;
    const wait = Math.min(this.disturbed + this.calm(), this.asked + this.restless) - performance.now();
    if (wait > 0) this.timer = setTimeout(this.look, wait);
    else this.act();
  };
}
