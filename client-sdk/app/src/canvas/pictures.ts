/** Pictures of the page, fetched when they are first painted. */

/** Milliseconds before one is asked for again; twice as many each time, up to the longest. */
const AGAIN = 3000;
const AGAIN_MAX = 60_000;

export class Pictures {
  private readonly known = new Map<string, HTMLImageElement | null>();
  private readonly tries = new Map<string, number>();

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
      this.known.set(asset, image);
      this.arrived(asset);
    };
    // Asked for again after a while, when it is painted again: it may be on its way to the server.
    image.onerror = () => {
      const tries = this.tries.get(asset) ?? 0;
      this.tries.set(asset, tries + 1);
      setTimeout(() => {
        this.known.delete(asset);
        this.arrived(asset);
      }, Math.min(AGAIN_MAX, AGAIN * 2 ** tries));
    };
    image.src = this.urlOf(asset);
    return null;
  }
}
