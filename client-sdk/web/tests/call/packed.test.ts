import { afterEach, expect, it, vi } from "vitest";
import { pack, unpack } from "../../src-ts/call/packed";

afterEach(() => vi.unstubAllGlobals());

const sdp = `v=0\r\n${"a=rtpmap:111 opus/48000/2\r\n".repeat(300)}`;

it("a description is the same after it was packed, and a tenth of it on the way", async () => {
  const packed = await pack(sdp);
  expect(packed).toMatch(/^z:[A-Za-z0-9+/]+=*$/);
  expect(packed.length).toBeLessThan(sdp.length / 10);
  expect(await unpack(packed)).toBe(sdp);
});

it("one that is not packed is taken as it is, and where nothing packs it is sent so", async () => {
  expect(await unpack(sdp)).toBe(sdp);
  vi.stubGlobal("CompressionStream", undefined);
  expect(await pack(sdp)).toBe(sdp);
});

it("what is no packed description is an error", async () => {
  await expect(unpack("z:~")).rejects.toThrow();
  await expect(unpack("z:AAAA")).rejects.toThrow();
});
