/** Compression as PNG, PDF and ZIP use it (RFC 1950 and 1951). Browsers' own is missing in Safari before 16.4. */
import { Zlib } from "fflate";
import type { Breath } from "./breath";

/** Of 0 to 9: beyond this, time grows faster than files shrink. */
export const LEVEL = 4;
/** Bytes that a weak device compresses within a blink. */
const PIECE = 256 * 1024;

/** Pushes bytes into a stream of fflate's, a piece at a time. */
export async function feed(
  stream: { push(bytes: Uint8Array, last?: boolean): void },
  bytes: Uint8Array,
  last: boolean,
  breath: Breath,
): Promise<void> {
  let at = 0;
  do {
    const end = Math.min(bytes.length, at + PIECE);
    stream.push(bytes.subarray(at, end), last && end === bytes.length);
    at = end;
    await breath.take();
  } while (at < bytes.length);
}

/** A stream in the zlib format that hands each part of what it makes to `made`. */
export function zlib(made: (part: Uint8Array<ArrayBuffer>) => void): Zlib {
  return new Zlib({ level: LEVEL }, (part) => made(part as Uint8Array<ArrayBuffer>));
}
