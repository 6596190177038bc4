import { describe, expect, it } from "vitest";
import { asset_name } from "../dist/kakehashi_web.js";
import "./support/core";

describe("a picture's name", () => {
  it("is the one that the server gives: BLAKE3 of its file", () => {
    // Of the test vectors that come with the hash's own paper: bytes 0, 1, 2, … 250, 0, …
    const input = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 251);
    expect(asset_name(input(0))).toBe("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    expect(asset_name(input(1))).toBe("2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213");
    expect(asset_name(input(1024))).toBe("42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7");
    expect(asset_name(input(31744))).toBe("62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47");
  });
});
