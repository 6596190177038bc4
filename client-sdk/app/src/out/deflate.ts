/** The browser's own compression, where it has one: Chromium from 80, Safari from 16.4. */

export function canDeflate(): boolean {
  return typeof CompressionStream !== "undefined";
}

/** Compresses in the zlib format (RFC 1950), which PNG and PDF use. */
export async function deflate(parts: readonly BlobPart[]): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([...parts]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
