/** Several files in one (ZIP, stored as they are): what has many pages and one file a page. */
import { crc32 } from "./crc";

export interface Entry {
  readonly name: string;
  readonly blob: Blob;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Names are UTF-8. */
const FLAGS = 0x0800;
const VERSION = 20;

export async function zip(entries: readonly Entry[], at: Date): Promise<Blob> {
  const parts: BlobPart[] = [];
  const directory: BlobPart[] = [];
  let offset = 0;
  let directoryBytes = 0;
  for (const { name, blob } of entries) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const title = new TextEncoder().encode(name);
    const common = [two(VERSION), two(FLAGS), two(0), two(dosTime(at)), two(dosDate(at)), four(crc32(bytes)), four(bytes.length), four(bytes.length), two(title.length), two(0)];
    const local = joined([four(LOCAL), ...common, title]);
    const central = joined([four(CENTRAL), two(VERSION), ...common, two(0), two(0), two(0), four(0), four(offset), title]);
    parts.push(local, blob);
    directory.push(central);
    offset += local.length + bytes.length;
    directoryBytes += central.length;
  }
  const count = two(entries.length);
  const end = joined([four(END), two(0), two(0), count, count, four(directoryBytes), four(offset), two(0)]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

function two(value: number): Uint8Array {
  return new Uint8Array([value, value >>> 8]);
}

function four(value: number): Uint8Array {
  return new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function dosTime(at: Date): number {
  return (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
}

function dosDate(at: Date): number {
  return ((Math.max(1980, at.getFullYear()) - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate();
}
