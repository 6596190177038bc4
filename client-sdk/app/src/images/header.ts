/**
 * What a file says of itself in its first bytes: its type, by magic bytes and never by its name, and its size
 * in pixels, before anything is decoded.
 */

export type PictureType = "png" | "jpeg" | "gif" | "webp" | "svg" | "heic";

export interface Header {
  readonly type: PictureType;
  /** Pixels as they are shown, turned as the file says; 0: it does not say. */
  readonly width: number;
  readonly height: number;
  /** EXIF's orientation, 1 to 8. Only photographs have another one than 1. */
  readonly orientation: number;
}

/** Bytes that are looked at: cameras put thumbnails and colour profiles before the size. */
export const HEADER_BYTES = 1024 * 1024;

/** Null: no picture that is known here. */
export function readHeader(bytes: Uint8Array): Header | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (starts(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return plain("png", view.getUint32(16), view.getUint32(20));
    if (starts(bytes, [0xff, 0xd8, 0xff])) return jpeg(view);
    if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return plain("gif", view.getUint16(6, true), view.getUint16(8, true));
    if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP") return webp(bytes, view);
    if (ascii(bytes, 4, 8) === "ftyp") return /^(hei[cmsx]|hev[cmsx]|mif1|msf1)$/.test(ascii(bytes, 8, 12)) ? plain("heic", 0, 0) : null;
    return looksLikeSvg(bytes) ? plain("svg", 0, 0) : null;
  } catch (error) {
    // It ends within what it should say.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function plain(type: PictureType, width: number, height: number): Header {
  return { type, width, height, orientation: 1 };
}

function starts(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** A segment of a JPEG file; `start` and `end` are around what follows its length. */
export interface Segment {
  readonly marker: number;
  readonly start: number;
  readonly end: number;
}

/** The segments up to where the picture itself begins. */
export function* segments(view: DataView): Generator<Segment> {
  let at = 2;
  while (at + 4 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    // Start of scan, end of image: no more headers.
    if (marker === 0xda || marker === 0xd9) return;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    yield { marker, start: at + 4, end };
    at = end;
  }
}

function jpeg(view: DataView): Header | null {
  let orientation = 1;
  for (const { marker, start, end } of segments(view)) {
    if (marker === 0xe1 && end <= view.byteLength) orientation = exifOrientation(view, start, end) ?? orientation;
    // Frame headers, but for the tables that share their range of numbers.
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (!frame) continue;
    const height = view.getUint16(start + 1);
    const width = view.getUint16(start + 3);
    const lying = orientation >= 5;
    return { type: "jpeg", width: lying ? height : width, height: lying ? width : height, orientation };
  }
  return null;
}

function exifOrientation(view: DataView, start: number, end: number): number | null {
  const exif = end - start > 14 && view.getUint32(start) === 0x45786966 && view.getUint16(start + 4) === 0;
  if (!exif) return null;
  const tiff = start + 6;
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > end) return null;
  const count = view.getUint16(directory, little);
  for (let i = 0; i < count; i++) {
    const entry = directory + 2 + i * 12;
    if (entry + 12 > end) return null;
    if (view.getUint16(entry, little) !== 0x0112) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

function webp(bytes: Uint8Array, view: DataView): Header | null {
  switch (ascii(bytes, 12, 16)) {
    case "VP8 ":
      return plain("webp", view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff);
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return plain("webp", (bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case "VP8X":
      return plain("webp", 1 + (view.getUint32(24, true) & 0xffffff), 1 + (view.getUint32(26, true) >>> 8));
    default:
      return null;
  }
}

function looksLikeSvg(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, 4096));
  // What may stand before the root: a byte order mark, declarations, comments.
  return /^\uFEFF?\s*(<\?[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>[]*(\[[^\]]*\])?[^>]*>\s*)*<(\w+:)?svg[\s>]/i.test(text);
}
