/** Pictures of a drawing as pictures that the board takes: cut and mirrored as they were shown, and never SVG. */
import { imageOf } from "../pictures";
import type { PictureSource } from "./item";
import { PICTURE_PIXELS_MAX } from "./limits";

/** It cannot be decoded, or is too large to. */
export class Unpaintable extends Error {
  override readonly name = "Unpaintable";
}

/** The longer side of what is painted anew. */
const SIDE_MAX = 4096;
/** What an SVG that says no size is painted as. */
const SIDE_UNSAID = 1024;

export async function rasterise(source: PictureSource): Promise<Blob> {
  const { blob, crop, flipX, flipY } = source;
  if (blob.type !== "image/svg+xml") {
    const size = await sizeIn(blob);
    if (size === null || size.width * size.height > PICTURE_PIXELS_MAX) throw new Unpaintable("no picture, or too many pixels");
    // The server sees to everything else, as with any picture.
    if (crop === null && !flipX && !flipY) return blob;
  }
  const image = await imageOf(blob).catch(() => {
    throw new Unpaintable("it cannot be decoded");
  });
  try {
    const width = image.naturalWidth || SIDE_UNSAID;
    const height = image.naturalHeight || SIDE_UNSAID;
    const part = crop ?? { x: 0, y: 0, width, height };
    const scale = Math.min(1, SIDE_MAX / Math.max(part.width, part.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(part.width * scale));
    canvas.height = Math.max(1, Math.round(part.height * scale));
    const ctx = canvas.getContext("2d");
    if (ctx === null) throw new Unpaintable("this browser gives no canvas to paint on");
    ctx.translate(flipX ? canvas.width : 0, flipY ? canvas.height : 0);
    ctx.scale(flipX ? -1 : 1, flipY ? -1 : 1);
    ctx.drawImage(image, part.x, part.y, part.width, part.height, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve, reject) => {
      canvas.toBlob((made) => (made === null ? reject(new Unpaintable("it cannot be painted")) : resolve(made)), "image/png");
    });
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** Width and height as the file's head says, so that nothing huge is ever decoded. */
async function sizeIn(blob: Blob): Promise<{ width: number; height: number } | null> {
  const view = new DataView(await blob.arrayBuffer());
  return pixelsOf(view);
}

/** Reads the heads of PNG, GIF, WebP and JPEG; null for anything else. */
export function pixelsOf(view: DataView): { width: number; height: number } | null {
  try {
    const letters = (at: number, count: number): string => String.fromCharCode(...Array.from({ length: count }, (_, i) => view.getUint8(at + i)));
    if (view.getUint32(0) === 0x89504e47) return { width: view.getUint32(16), height: view.getUint32(20) };
    if (letters(0, 4) === "GIF8") return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (letters(0, 4) === "RIFF" && letters(8, 4) === "WEBP") return webpSize(view, letters(12, 4));
    return view.getUint16(0) === 0xffd8 ? jpegSize(view) : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function webpSize(view: DataView, kind: string): { width: number; height: number } | null {
  const three = (at: number): number => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (kind === "VP8X") return { width: three(24) + 1, height: three(27) + 1 };
  if (kind === "VP8 ") return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind !== "VP8L") return null;
  const bits = view.getUint32(21, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** Walks the segments up to the frame's, which says the size. */
function jpegSize(view: DataView): { width: number; height: number } | null {
  for (let at = 2; at + 9 < view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}
