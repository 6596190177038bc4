import { describe, expect, it } from "vitest";
import { boxFor } from "../src/images/intake";
import { type Header, readHeader } from "../src/images/header";
import { fitted, wayOf } from "../src/images/prepare";
import { stripped } from "../src/images/strip";

type Bytes = Uint8Array<ArrayBuffer>;

function bytes(...parts: (string | readonly number[])[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? Array.from(part, (letter) => letter.charCodeAt(0)) : part)));
}

function big(value: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (count - 1 - i)) % 256);
}

function little(value: number, count: number): number[] {
  return big(value, count).reverse();
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];

function chunk(name: string, data: readonly number[]): Bytes {
  return bytes(big(data.length, 4), name, data, [0, 0, 0, 0]);
}

function png(width: number, height: number, ...more: Bytes[]): Bytes {
  const head = chunk("IHDR", [...big(width, 4), ...big(height, 4), 8, 6, 0, 0, 0]);
  return bytes(PNG, ...[head, ...more, chunk("IDAT", [1, 2, 3]), chunk("IEND", [])].map((part) => [...part]));
}

function exif(orientation: number): number[] {
  const gps = [0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 99];
  const turn = [0x01, 0x12, 0, 3, 0, 0, 0, 1, ...big(orientation, 2), 0, 0];
  return [...bytes("Exif", [0, 0], "MM", [0, 42, 0, 0, 0, 8], [0, 2], turn, gps, [0, 0, 0, 0])];
}

function segment(marker: number, data: readonly number[]): number[] {
  return [0xff, marker, ...big(data.length + 2, 2), ...data];
}

function jpeg(width: number, height: number, ...before: number[][]): Bytes {
  const frame = segment(0xc0, [8, ...big(height, 2), ...big(width, 2), 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
  return bytes([0xff, 0xd8], ...before, segment(0xdb, [0, 1, 2]), frame, [0xff, 0xda, 0, 2, 77, 78, 0xff, 0xd9]);
}

describe("what a file says of itself", () => {
  it("is read from its bytes, whatever it is called", () => {
    expect(readHeader(png(300, 200))).toEqual({ type: "png", width: 300, height: 200, orientation: 1 });
    expect(readHeader(bytes("GIF89a", little(320, 2), little(240, 2)))).toMatchObject({ type: "gif", width: 320, height: 240 });
    expect(readHeader(jpeg(4000, 3000))).toMatchObject({ type: "jpeg", width: 4000, height: 3000 });
    const riff = (name: string, data: readonly number[]): Bytes => bytes("RIFF", little(100, 4), "WEBP", name, little(data.length, 4), data);
    expect(readHeader(riff("VP8X", [0x10, 0, 0, 0, ...little(1999, 3), ...little(999, 3)]))).toMatchObject({ type: "webp", width: 2000, height: 1000 });
    expect(readHeader(riff("VP8 ", [0, 0, 0, 0x9d, 1, 0x2a, ...little(640, 2), ...little(480, 2)]))).toMatchObject({ width: 640, height: 480 });
    const lossless = (640 - 1) | ((480 - 1) << 14);
    expect(readHeader(riff("VP8L", [0x2f, ...little(lossless, 4)]))).toMatchObject({ width: 640, height: 480 });
    expect(readHeader(bytes([0, 0, 0, 24], "ftypheic"))?.type).toBe("heic");
    expect(readHeader(bytes('<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'))?.type).toBe("svg");
  });

  it("tells how a photograph is turned", () => {
    expect(readHeader(jpeg(4000, 3000, segment(0xe1, exif(6))))).toEqual({ type: "jpeg", width: 3000, height: 4000, orientation: 6 });
    expect(readHeader(jpeg(4000, 3000, segment(0xe1, exif(3))))).toMatchObject({ width: 4000, orientation: 3 });
  });

  it("is nothing for pages, programs, and files that end too soon", () => {
    for (const text of ["<html><svg></svg></html>", "#!/bin/sh", "", "MZ", "<svgx>", "%PDF-1.7"]) expect(readHeader(bytes(text))).toBeNull();
    expect(readHeader(png(300, 200).slice(0, 20))).toBeNull();
    expect(readHeader(jpeg(400, 300).slice(0, 12))).toBeNull();
  });
});

describe("what is kept of a picture", () => {
  it("does not tell where it was taken, and its pixels are as they were", () => {
    const told = jpeg(40, 30, segment(0xe0, [1]), segment(0xe1, exif(6)), segment(0xe2, [5, 5]), segment(0xfe, [9]));
    const kept = stripped(told, readHeader(told) as Header);
    expect(readHeader(kept)).toEqual(readHeader(told));
    expect([...kept].join()).not.toContain("136,37,0,4");
    expect([...kept].join()).toContain(segment(0xe2, [5, 5]).join());
    expect([...kept].join()).not.toContain(segment(0xfe, [9]).join());
    expect([...kept].join().endsWith([...jpeg(40, 30).slice(2)].join())).toBe(true);
    const upright = jpeg(40, 30, segment(0xe1, exif(1)));
    expect(stripped(upright, readHeader(upright) as Header)).toEqual(jpeg(40, 30));
  });

  it("leaves out what PNG and WebP files tell, too", () => {
    const told = png(3, 2, chunk("tEXt", [65]), chunk("eXIf", exif(1)));
    expect(stripped(told, readHeader(told) as Header)).toEqual(png(3, 2));
    const parts = (flags: number, more: readonly number[]): number[] => [
      ...bytes("VP8X", little(10, 4), [flags, 0, 0, 0, ...little(1, 3), ...little(1, 3)], "VP8L", little(3, 4), [1, 2, 3, 0]),
      ...more,
    ];
    const webp = (inner: readonly number[]): Bytes => bytes("RIFF", little(inner.length + 4, 4), "WEBP", inner);
    const file = webp(parts(0x1c, [...bytes("EXIF", little(4, 4), [7, 7, 7, 7])]));
    expect(stripped(file, readHeader(file) as Header)).toEqual(webp(parts(0x10, [])));
  });
});

describe("what is done with a picture", () => {
  const header = (type: Header["type"], width: number, height: number): Header => ({ type, width, height, orientation: 1 });
  const MB = 1024 * 1024;

  it("is decided before anything is decoded", () => {
    expect(wayOf(header("png", 3840, 2160), 3 * MB, 4)).toBe("keep");
    expect(wayOf(header("jpeg", 2560, 1440), MB, 4)).toBe("keep");
    expect(wayOf(header("jpeg", 4000, 3000), MB, 4)).toBe("shrink");
    expect(wayOf(header("png", 3840, 2160), 12 * MB, 4)).toBe("shrink");
    expect(wayOf(header("jpeg", 12_000, 9_000), 20 * MB, 4)).toBe("pixels");
    expect(wayOf(header("jpeg", 12_000, 9_000), 20 * MB, 8)).toBe("shrink");
    // A picture bomb: a few kilobytes that would be 10 GB.
    expect(wayOf(header("png", 50_000, 50_000), 9000, 8)).toBe("pixels");
    expect(wayOf(header("gif", 500, 500), 12 * MB, 8)).toBe("bytes");
  });

  it("keeps its proportions", () => {
    expect(fitted(4000, 3000)).toEqual({ width: 2560, height: 1920 });
    expect(fitted(100, 50)).toEqual({ width: 100, height: 50 });
    expect(fitted(60_000, 3)).toEqual({ width: 2560, height: 1 });
  });

  it("puts it into sight, and several beside one another", () => {
    const sight = { x: 100, y: 100, width: 1000, height: 500 };
    expect(boxFor({ width: 200, height: 100 }, null, 0, sight)).toEqual({ x: 500, y: 300, width: 200, height: 100 });
    const large = boxFor({ width: 4000, height: 3000 }, null, 0, sight);
    expect(large).toEqual({ x: 400, y: 200, width: 400, height: 300 });
    expect(boxFor({ width: 200, height: 100 }, { x: 0, y: 0 }, 2, sight)).toMatchObject({ x: -36, y: 14 });
  });
});
