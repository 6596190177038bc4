/**
 * Session descriptions, packed: one of 8,500 bytes is two packets on the way to the server instead of seven (WIRE section 12).
 * A browser that does not pack sends it as it is.
 */

/** What a packed one begins with; one that is not packed begins with `v=`. */
const MARK = "z:";

export async function pack(sdp: string): Promise<string> {
  if (typeof CompressionStream === "undefined") return sdp;
  const bytes = await through(new TextEncoder().encode(sdp), new CompressionStream("deflate"));
  return MARK + btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** @throws if it is neither a description nor a packed one */
export async function unpack(sdp: string): Promise<string> {
  if (!sdp.startsWith(MARK)) return sdp;
  const bytes = Uint8Array.from(atob(sdp.slice(MARK.length)), (char) => char.charCodeAt(0));
  return new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate")));
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}
