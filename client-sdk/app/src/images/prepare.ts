/**
 * Makes of a file what the board may keep: looks at its first bytes, refuses what could not be borne before
 * anything is decoded, makes what is too large smaller, and takes out where it was taken.
 */
import { type Header, HEADER_BYTES, readHeader } from "./header";
import { stripped } from "./strip";
import { cleanSvg, SVG_BYTES_MAX } from "./svg";

/** What the server keeps (protocol/src/limits.rs). */
const KEPT_BYTES_MAX = 10 * 1024 * 1024;
const KEPT_PIXELS_MAX = 40_000_000;
/** Pixels of the longer side: more than a 4K wall shows of a picture that does not fill it. */
export const SIDE_MAX = 2560;
/** Bytes that are read at all. */
const READ_BYTES_MAX = 64 * 1024 * 1024;
/** Pixels that are decoded to make a picture smaller: 4 bytes each, and as much again on the way. */
const DECODED_PIXELS_MAX = 50_000_000;
/** Likewise, where a device says that it has 8 GB of memory: cameras of telephones take 108 megapixels. */
const DECODED_PIXELS_MAX_LARGE = 110_000_000;
const JPEG_QUALITY = 0.86;

/** Why a picture was not taken; each has its sentence. */
export type Refusal = "type" | "heic" | "bytes" | "pixels" | "drawing" | "broken";

export interface Prepared {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  /** Pixels as they are shown. */
  readonly width: number;
  readonly height: number;
}

export async function prepare(file: Blob): Promise<Prepared | Refusal> {
  if (file.size > READ_BYTES_MAX) return "bytes";
  const header = readHeader(new Uint8Array(await file.slice(0, HEADER_BYTES).arrayBuffer()));
  if (header === null) return "type";
  if (header.type === "heic") return "heic";
  if (header.type === "svg") return drawn(file);
  if (header.width < 1 || header.height < 1) return "broken";
  const measures = wayOf(header, file.size, memory());
  switch (measures) {
    case "keep": {
      const bytes = stripped(new Uint8Array(await file.arrayBuffer()), header);
      const type = `image/${header.type}`;
      // What no browser can show must not stand on the board as a grey field for ever.
      if ((await decoded(new Blob([bytes], { type }))) === null) return "broken";
      return { bytes, type, width: header.width, height: header.height };
    }
    case "shrink":
      return shrunk(file, header);
    default:
      return measures;
  }
}

/** What is done with a picture, by its header alone. `memory`: gigabytes of the device, if it says. */
export function wayOf(header: Header, bytes: number, memory: number | undefined): "keep" | "shrink" | Refusal {
  const pixels = header.width * header.height;
  const photograph = header.type === "jpeg" && Math.max(header.width, header.height) > SIDE_MAX;
  if (!photograph && pixels <= KEPT_PIXELS_MAX && bytes <= KEPT_BYTES_MAX) return "keep";
  if (pixels > (memory !== undefined && memory >= 8 ? DECODED_PIXELS_MAX_LARGE : DECODED_PIXELS_MAX)) return "pixels";
  // What moves would stand still.
  if (header.type === "gif") return "bytes";
  return "shrink";
}

/** As large as fits into the square that is sent over thin links. */
export function fitted(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

async function shrunk(file: Blob, header: Header): Promise<Prepared | Refusal> {
  const { width, height } = fitted(header.width, header.height);
  const image = await decoded(file);
  if (image === null) return "broken";
  return painted(image, width, height, header.type === "jpeg" ? "image/jpeg" : "image/png");
}

async function drawn(file: Blob): Promise<Prepared | Refusal> {
  if (file.size > SVG_BYTES_MAX) return "drawing";
  const drawing = cleanSvg(await file.text(), SIDE_MAX / 2);
  if (drawing === null) return "drawing";
  const image = await decoded(new Blob([drawing.text], { type: "image/svg+xml" }));
  return image === null ? "broken" : painted(image, drawing.width, drawing.height, "image/png");
}

/** An <img> turns photographs as they say, in every browser alike. */
async function decoded(file: Blob): Promise<HTMLImageElement | null> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function painted(image: CanvasImageSource, width: number, height: number, type: string): Promise<Prepared | Refusal> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const ctx = canvas.getContext("2d");
  if (ctx === null) return "broken";
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(image, 0, 0, width, height);
  const made = (await encoded(canvas, type)) ?? (await encoded(canvas, "image/jpeg"));
  // Its memory is given back now, not when the garbage is collected.
  canvas.width = 0;
  if (made === null) return "bytes";
  return { bytes: new Uint8Array(await made.arrayBuffer()), type: made.type, width, height };
}

/** Null: it would still be too large, or there is no such encoder. */
function encoded(canvas: HTMLCanvasElement, type: string): Promise<Blob | null> {
  return new Promise((resolve) => {
    canvas.toBlob((blob) => resolve(blob !== null && blob.type === type && blob.size <= KEPT_BYTES_MAX ? blob : null), type, JPEG_QUALITY);
  });
}

function memory(): number | undefined {
  return (navigator as { readonly deviceMemory?: number }).deviceMemory;
}
