/** Writing and pictures as image objects of a PDF, by means of a canvas. */
import type { Written } from "../recorder";
import { opaqueHex } from "../color";
import type { PdfObjects, Ref } from "./objects";
import type { Pixels } from "./write";

/** Pixels of a page unit that letters are painted with: 490 to an inch of A4. */
const FINE = 3;
/** Pixels of one line of writing; larger letters are painted less finely. */
const LINE_PIXELS_MAX = 4_000_000;
/** The longer side of a picture: finer is not seen on paper. */
const PICTURE_SIDE_MAX = 4096;
const JPEG_QUALITY = 0.92;

export class CanvasPixels implements Pixels {
  private readonly canvas = document.createElement("canvas");
  private readonly ctx = this.canvas.getContext("2d", { willReadFrequently: true });

  constructor(private readonly isPhoto: (image: CanvasImageSource) => boolean) {}

  async writing(objects: PdfObjects, line: Written): Promise<{ ref: Ref; at: { x: number; y: number; width: number; height: number } } | null> {
    const { ctx } = this;
    if (ctx === null || line.text.trim() === "") return null;
    // Letters reach beyond the line's box: accents, slants, tails.
    const box = { x: line.x - line.size * 0.3, y: line.y - line.size * 1.2, width: line.width + line.size * 0.6, height: line.size * 1.7 };
    const fine = Math.min(FINE, Math.sqrt(LINE_PIXELS_MAX / (box.width * box.height)));
    this.size(Math.ceil(box.width * fine), Math.ceil(box.height * fine));
    ctx.setTransform(fine, 0, 0, fine, -box.x * fine, -box.y * fine);
    ctx.font = line.font;
    ctx.textBaseline = "alphabetic";
    ctx.fillStyle = opaqueHex(line.color);
    ctx.fillText(line.text, line.x, line.y);
    const inked = inkedPart(ctx.getImageData(0, 0, this.canvas.width, this.canvas.height));
    if (inked === null) return null;
    const { red, green, blue } = line.color;
    const pixels = ctx.getImageData(inked.x, inked.y, inked.width, inked.height);
    const plain = isOneColor(pixels, red, green, blue);
    const ref = await addImage(objects, pixels, plain ? opaqueHex(line.color).slice(1) : null);
    return { ref, at: { x: box.x + inked.x / fine, y: box.y + inked.y / fine, width: inked.width / fine, height: inked.height / fine } };
  }

  async picture(objects: PdfObjects, image: CanvasImageSource): Promise<Ref | null> {
    const { ctx, canvas } = this;
    if (ctx === null || !(image instanceof HTMLImageElement)) return null;
    const scale = Math.min(1, PICTURE_SIDE_MAX / Math.max(image.naturalWidth, image.naturalHeight));
    this.size(Math.max(1, Math.round(image.naturalWidth * scale)), Math.max(1, Math.round(image.naturalHeight * scale)));
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    const photo = this.isPhoto(image);
    if (photo) {
      ctx.fillStyle = "#ffffff";
      ctx.fillRect(0, 0, canvas.width, canvas.height);
    }
    ctx.drawImage(image, 0, 0, canvas.width, canvas.height);
    if (!photo) return addImage(objects, ctx.getImageData(0, 0, canvas.width, canvas.height), null);
    const jpeg = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
    if (jpeg === null) return null;
    return objects.addRaw(`${imageEntries(canvas)} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode`, jpeg);
  }

  /** Safari gives a canvas' memory back only when it is small. */
  close(): void {
    this.size(1, 1);
  }

  private size(width: number, height: number): void {
    this.canvas.width = width;
    this.canvas.height = height;
  }
}

function imageEntries({ width, height }: { width: number; height: number }): string {
  return `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /Interpolate true`;
}

/** `color`: six hexadecimal digits if all of it has one colour, and only the opacity differs. */
async function addImage(objects: PdfObjects, { width, height, data }: ImageData, color: string | null): Promise<Ref> {
  const count = width * height;
  const alpha = new Uint8Array(count);
  let opaque = true;
  for (let i = 0; i < count; i++) {
    alpha[i] = data[i * 4 + 3] ?? 0;
    opaque &&= alpha[i] === 255;
  }
  const entries = imageEntries({ width, height });
  const mask = opaque ? "" : ` /SMask ${await objects.addStream(`${entries} /ColorSpace /DeviceGray /BitsPerComponent 8`, [alpha])} 0 R`;
  if (color !== null) {
    const blank = new Uint8Array(Math.ceil(width / 8) * height);
    return objects.addStream(`${entries} /ColorSpace [/Indexed /DeviceRGB 0 <${color}>] /BitsPerComponent 1${mask}`, [blank]);
  }
  const rgb = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) rgb.set(data.subarray(i * 4, i * 4 + 3), i * 3);
  return objects.addStream(`${entries} /ColorSpace /DeviceRGB /BitsPerComponent 8${mask}`, [rgb]);
}

/** The box of all pixels that are not clear. */
function inkedPart({ width, height, data }: ImageData): { x: number; y: number; width: number; height: number } | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[(y * width + x) * 4 + 3] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Emoji bring colours of their own. */
function isOneColor({ data }: ImageData, red: number, green: number, blue: number): boolean {
  for (let i = 0; i < data.length; i += 4) {
    if ((data[i + 3] ?? 0) < 200) continue;
    const away = Math.max(Math.abs((data[i] ?? 0) - red), Math.abs((data[i + 1] ?? 0) - green), Math.abs((data[i + 2] ?? 0) - blue));
    if (away > 8) return false;
  }
  return true;
}
