/** Several files in one (ZIP): what has many pages and one file a page. */
import { Zip, ZipDeflate } from "fflate";
import { Breath } from "./breath";
import { feed, LEVEL } from "./deflate";

export interface Entry {
  readonly name: string;
  readonly blob: Blob;
}

/** The first day that a ZIP can name; clocks of panels that stood long without power are before it. */
const FIRST_DAY = new Date(1980, 0, 1);

export async function zip(entries: readonly Entry[], at: Date, signal?: AbortSignal): Promise<Blob> {
  const parts: Blob[] = [];
  const archive = new Zip((error, part) => {
    if (error !== null) throw error;
    // As a blob: the browser need not keep all of it in memory.
    parts.push(new Blob([part as Uint8Array<ArrayBuffer>]));
  });
  const breath = new Breath(signal);
  for (const { name, blob } of entries) {
    // Pictures are compressed already.
    const file = new ZipDeflate(name, { level: blob.type === "image/png" ? 0 : LEVEL });
    file.mtime = at < FIRST_DAY ? FIRST_DAY : at;
    archive.add(file);
    await feed(file, new Uint8Array(await blob.arrayBuffer()), true, breath);
  }
  archive.end();
  return new Blob(parts, { type: "application/zip" });
}
