/**
 * Takes out of a picture what only its owner should know: where and when it was taken, and with what. The
 * pixels are not touched. How a photograph has to be turned is kept.
 */
import type { Header } from "./header";
import { segments } from "./header";

type Bytes = Uint8Array<ArrayBuffer>;

export function stripped(bytes: Bytes, header: Header): Bytes {
  switch (header.type) {
    case "jpeg":
      return strippedJpeg(bytes, header.orientation);
    case "png":
      return strippedPng(bytes);
    case "webp":
      return strippedWebp(bytes);
    default:
      return bytes;
  }
}

/** Keeps the frame's own tables, JFIF, the colour profile and Adobe's colour transform; drops EXIF, XMP and comments. */
function strippedJpeg(bytes: Bytes, orientation: number): Bytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Bytes[] = [bytes.subarray(0, 2)];
  if (orientation !== 1) parts.push(onlyOrientation(orientation));
  let end = 2;
  for (const segment of segments(view)) {
    if (segment.end > bytes.length) return bytes;
    const application = segment.marker >= 0xe0 && segment.marker <= 0xef;
    const kept = !application || [0xe0, 0xe2, 0xee].includes(segment.marker);
    if (kept && segment.marker !== 0xfe) parts.push(bytes.subarray(segment.start - 4, segment.end));
    end = segment.end;
  }
  return joined([...parts, bytes.subarray(end)]);
}

/** An EXIF segment that says nothing else. */
function onlyOrientation(orientation: number): Bytes {
  const exif = [0x45, 0x78, 0x69, 0x66, 0, 0];
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8];
  const directory = [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const length = 2 + exif.length + tiff.length + directory.length;
  return Uint8Array.from([0xff, 0xe1, length >> 8, length & 0xff, ...exif, ...tiff, ...directory]);
}

const PNG_TOLD = new Set(["eXIf", "tEXt", "iTXt", "zTXt", "tIME"]);

function strippedPng(bytes: Bytes): Bytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Bytes[] = [bytes.subarray(0, 8)];
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) return bytes;
    if (!PNG_TOLD.has(String.fromCharCode(...bytes.subarray(at + 4, at + 8)))) parts.push(bytes.subarray(at, end));
    at = end;
  }
  return joined(parts);
}

/** Of the extended header: there is EXIF, there is XMP. */
const WEBP_TOLD = 0x08 | 0x04;

function strippedWebp(bytes: Bytes): Bytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Bytes[] = [bytes.slice(0, 12)];
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    if (at + 8 + size > bytes.length) return bytes;
    if (name === "VP8X") {
      const extended = bytes.slice(at, end);
      extended[8] = (extended[8] ?? 0) & ~WEBP_TOLD;
      parts.push(extended);
    } else if (name !== "EXIF" && name !== "XMP ") {
      parts.push(bytes.subarray(at, end));
    }
    at = end;
  }
  const whole = joined(parts);
  new DataView(whole.buffer).setUint32(4, whole.length - 8, true);
  return whole;
}

function joined(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
