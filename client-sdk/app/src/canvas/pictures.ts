/** Pictures of the page, fetched when they are first painted. */

/** Milliseconds before one is asked for again; twice as many each time, up to the longest. */
const AGAIN = 3000;
const AGAIN_MAX = 60_000;

export class Pictures {
  private readonly known = new Map<string, HTMLImageElement | null>();
  private readonly tries = new Map<string, number>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private closed = false;

  constructor(
    private readonly urlOf: (asset: string) => string,
    private readonly arrived: (asset: string) => void,
  ) {}

  /** Null while the picture is on its way, or if there is none. */
  get(asset: string): CanvasImageSource | null {
    const known = this.known.get(asset);
    if (known !== undefined) return known;
    this.known.set(asset, null);
    const image = new Image();
    image.onload = () => {
      if (this.closed) return;
      this.known.set(asset, image);
      this.arrived(asset);
    };
    // Asked for again after a while, when it is painted again: it may be on its way to the server.
    image.onerror = () => {
      if (this.closed) return;
      const tries = this.tries.get(asset) ?? 0;
      this.tries.set(asset, tries + 1);
      const again = (): void => {
        this.timers.delete(asset);
        this.known.delete(asset);
        this.arrived(asset);
      };
      this.timers.set(asset, setTimeout(again, Math.min(AGAIN_MAX, AGAIN * 2 ** tries)));
    };
    image.src = this.urlOf(asset);
    return null;
  }

  /** Null also where it would have to be fetched first. */
  here(asset: string): CanvasImageSource | null {
    return this.known.get(asset) ?? null;
  }

  /** Tells of nothing any more. */
  close(): void {
    this.closed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.known.clear();
  }
}
