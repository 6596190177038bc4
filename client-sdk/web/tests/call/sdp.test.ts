import { describe, expect, it } from "vitest";
import { sparingOpus } from "../../src-ts/call/sdp";

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join("");

describe("an answer for Opus", () => {
  it("asks for correction and for silence, whatever else it says", () => {
    expect(
      sparingOpus(
        lines("v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 63 111", "a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111", "a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=0", "m=video 9 UDP/TLS/RTP/SAVPF 97", "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96"),
      ),
    ).toBe(
      lines("v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 63 111", "a=rtpmap:63 red/48000/2", "a=fmtp:63 111/111", "a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1", "m=video 9 UDP/TLS/RTP/SAVPF 97", "a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96"),
    );
  });

  it("has parameters in every media section, also where it had none", () => {
    expect(sparingOpus(lines("m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2"))).toBe(
      lines("m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "a=rtpmap:111 opus/48000/2", "a=fmtp:111 useinbandfec=1;usedtx=1"),
    );
  });

  it("without Opus is left as it is", () => {
    const video = lines("v=0", "m=video 9 UDP/TLS/RTP/SAVPF 96", "a=rtpmap:96 VP8/90000", "a=fmtp:96 max-fr=30");
    expect(sparingOpus(video)).toBe(video);
  });
});
