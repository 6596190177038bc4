/**
 * A page as PNG. Up to what every device can hold in one canvas the browser writes the file; larger
 * pictures are painted in bands and written here, so that four times the size works on a weak panel
 * and on an iPad, whose canvases end at 16.7 megapixels.
 */
import { PAGE } from "../canvas/rect";
import { Breath } from "./breath";
import { crc32 } from "./crc";
import { feed, zlib } from "./deflate";
import { type ImageOf, paintOn, type Sheet } from "./sheet";
import { Stopped } from "./stopped";

export const PNG_SCALES = [1, 2, 4] as const;
export type PngScale = (typeof PNG_SCALES)[number];

/** Pixels of one canvas that Safari on an iPad still gives. */
const CANVAS_PIXELS_MAX = 16_777_216;
/** Height of a band, in page units. */
const BAND = 90;

export async function writePng(
  sheet: Sheet,
  image: ImageOf,
  scale: PngScale,
  transparent: boolean,
  signal: AbortSignal,
): Promise<Blob> {
  const width = PAGE.width * scale;
  const height = PAGE.height * scale;
  const inOne = width * height <= CANVAS_PIXELS_MAX;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = inOne ? height : BAND * scale;
  const ctx = canvas.getContext("2d", { alpha: true });
  if (ctx === null) throw new Error("this browser gives no canvas to paint on");
  const paint = (top: number): void => {
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, canvas.width, canvas.height);
    ctx.setTransform(scale, 0, 0, scale, -PAGE.x * scale, -(PAGE.y + top) * scale);
    paintOn(ctx, sheet, image, !transparent);
  };
  try {
    if (inOne) {
      paint(0);
      return await toBlob(canvas);
    }
    const rows = async function* (): AsyncGenerator<ImageData> {
      for (let top = 0; top < PAGE.height; top += BAND) {
        Stopped.check(signal);
        paint(top);
        yield ctx.getImageData(0, 0, width, canvas.height);
      }
    };
    return await encodePng(width, height, rows());
  } finally {
    // Safari gives a canvas' memory back only when it is small.
    canvas.width = canvas.height = 1;
  }
}

function toBlob(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("the picture could not be made")) : resolve(blob)), "image/png");
  });
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Eight bits each of red, green, blue and opacity. */
const RGBA = [8, 6, 0, 0, 0];
/** A row is written as its difference to the row above: on paper that is mostly nothing. */
const UP = 2;

/** Writes a PNG (ISO 15948) whose rows come in bands. */
export async function encodePng(width: number, height: number, bands: AsyncIterable<{ data: Uint8ClampedArray }>): Promise<Blob> {
  const header = new Uint8Array([...bigEndian(width), ...bigEndian(height), ...RGBA]);
  const parts: BlobPart[] = [new Uint8Array(SIGNATURE), ...chunk("IHDR", header)];
  const stream = zlib((part) => parts.push(...chunk("IDAT", part)));
  const breath = new Breath();
  const bytesOfRow = width * 4;
  let above: Uint8ClampedArray = new Uint8ClampedArray(bytesOfRow);
  for await (const { data } of bands) {
    const rows = data.length / bytesOfRow;
    const filtered = new Uint8Array(rows * (bytesOfRow + 1));
    for (let row = 0; row < rows; row++) {
      const now = data.subarray(row * bytesOfRow, (row + 1) * bytesOfRow);
      const at = row * (bytesOfRow + 1);
      filtered[at] = UP;
      for (let i = 0; i < bytesOfRow; i++) filtered[at + 1 + i] = (now[i] ?? 0) - (above[i] ?? 0);
      above = now;
    }
    await feed(stream, filtered, false, breath);
  }
  stream.push(new Uint8Array(), true);
  return new Blob([...parts, ...chunk("IEND", new Uint8Array())], { type: "image/png" });
}

function chunk(type: string, data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const name = Uint8Array.from(type, (letter) => letter.charCodeAt(0));
  return [bigEndian(data.length), name, data, bigEndian(crc32(data, crc32(name)))];
}

function bigEndian(value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
}
