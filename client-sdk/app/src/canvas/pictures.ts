/** Pictures of the page, fetched when they are first painted. */

export class Pictures {
  private readonly known = new Map<string, HTMLImageElement | null>();

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
    // Asked for again when it is next painted after a while: it may have been uploaded meanwhile.
    image.onerror = () => setTimeout(() => this.known.delete(asset), 5000);
    image.src = this.urlOf(asset);
    return null;
  }
}
