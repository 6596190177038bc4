/** The pictures of a page, fetched whole: a file must not depend on anything outside of it. */
import { Stopped } from "./stopped";

export interface Picture {
  readonly blob: Blob;
  readonly image: HTMLImageElement;
}

/** Kinds that files may hold; the server takes no others. */
const TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export class PictureBox {
  /** How many pictures could not be had; their places stay grey. */
  missing = 0;
  private readonly known = new Map<string, Picture | null>();

  /** `urlOf` says where a picture is, which may be on this device alone. */
  constructor(private readonly urlOf: (asset: string) => string) {}

  /** Fetches what is not here yet, a few at a time. */
  async fetch(assets: readonly string[], signal: AbortSignal): Promise<void> {
    const left = assets.filter((asset) => !this.known.has(asset));
    const worker = async (): Promise<void> => {
      for (let asset = left.shift(); asset !== undefined; asset = left.shift()) {
        const picture = await this.load(asset, signal);
        if (picture === null) this.missing++;
        this.known.set(asset, picture);
      }
    };
    await Promise.all([worker(), worker(), worker()]);
  }

  readonly image = (asset: string): HTMLImageElement | null => this.known.get(asset)?.image ?? null;

  /** The picture that an image was made from. */
  of(image: CanvasImageSource): Picture | undefined {
    for (const picture of this.known.values()) if (picture?.image === image) return picture;
    return undefined;
  }

  async dataUrls(): Promise<Map<CanvasImageSource, string>> {
    const urls = new Map<CanvasImageSource, string>();
    for (const picture of this.known.values()) if (picture !== null) urls.set(picture.image, await dataUrl(picture.blob));
    return urls;
  }

  /** By asset, for files that name their pictures. */
  async dataUrlOf(asset: string): Promise<{ type: string; url: string } | undefined> {
    const picture = this.known.get(asset);
    return picture === undefined || picture === null ? undefined : { type: picture.blob.type, url: await dataUrl(picture.blob) };
  }

  forget(): void {
    for (const picture of this.known.values()) if (picture !== null) URL.revokeObjectURL(picture.image.src);
    this.known.clear();
  }

  private async load(asset: string, signal: AbortSignal): Promise<Picture | null> {
    try {
      const url = this.urlOf(asset);
      if (url.startsWith("blob:")) return await fromHere(url);
      const response = await fetch(url, { signal });
      const type = (response.headers.get("Content-Type") ?? "").split(";")[0]?.trim() ?? "";
      if (!response.ok || !TYPES.includes(type)) return null;
      const blob = new Blob([await response.arrayBuffer()], { type });
      return { blob, image: await imageOf(blob) };
    } catch (error) {
      Stopped.check(signal);
      console.warn(`picture ${asset}: ${String(error)}`);
      return null;
    }
  }
}

/** A picture that is not on the server yet. The app may show its own blobs, but not fetch them. */
async function fromHere(url: string): Promise<Picture> {
  const shown = new Image();
  shown.src = url;
  await shown.decode();
  const canvas = document.createElement("canvas");
  canvas.width = shown.naturalWidth;
  canvas.height = shown.naturalHeight;
  canvas.getContext("2d")?.drawImage(shown, 0, 0);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("it could not be painted");
  return { blob, image: await imageOf(blob) };
}

/** Decodes a picture. Rejects if it is none. */
export async function imageOf(blob: Blob): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = URL.createObjectURL(blob);
  try {
    await image.decode();
  } catch (error) {
    URL.revokeObjectURL(image.src);
    throw error;
  }
  return image;
}

export function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("a picture could not be read"));
    reader.readAsDataURL(blob);
  });
}
