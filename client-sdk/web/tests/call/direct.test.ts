/** Two connections that offer to each other (WebRTC 1.0, perfect negotiation). */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallSource } from "../../src-ts/api-call";
import { Direct } from "../../src-ts/call/direct";
import type { Word } from "../../src-ts/call/messages";
import { Connection, Stream, Track } from "../support/call";

beforeEach(() => {
  Connection.made = [];
  vi.stubGlobal("RTCPeerConnection", Connection);
  vi.stubGlobal("MediaStream", Stream);
  vi.stubGlobal("RTCRtpReceiver", {});
});

afterEach(() => vi.unstubAllGlobals());

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
};

const track = (kind: "audio" | "video"): MediaStreamTrack => new Track(kind) as unknown as MediaStreamTrack;

/** Two pages, and what is on its way between them. */
function two({ h264First = false } = {}) {
  const sides = [false, true].map((polite) => {
    const way: Word[] = [];
    const failures: unknown[] = [];
    const direct = new Direct([], polite, h264First && polite, {
      say: (word) => way.push(JSON.parse(JSON.stringify(word)) as Word),
      connection: () => undefined,
      coming: () => undefined,
      failed: (error) => failures.push(error),
    });
    return { direct, way, failures, connection: Connection.made.at(-1)! };
  });
  const [one, other] = [sides[0]!, sides[1]!];
  return {
    one,
    other,
    /** What was said is heard, in order, until nothing more is said. */
    async talk(): Promise<void> {
      await settle();
      while (one.way.length + other.way.length > 0) {
        const [ones, others] = [one.way.splice(0), other.way.splice(0)];
        for (const word of ones) other.direct.hear(word);
        for (const word of others) one.direct.hear(word);
        await settle();
      }
    },
    comes: (side: typeof one): CallSource[] => [...side.direct.coming().keys()],
  };
}

describe("two that offer to each other", () => {
  it("at one moment come together, and the polite one takes its offer back", async () => {
    const { one, other, talk, comes } = two();
    one.direct.carry("microphone", track("audio"), false);
    one.direct.carry("camera", track("video"), false);
    other.direct.carry("microphone", track("audio"), false);
    other.direct.carry("screen", track("video"), false);
    await settle();
    expect([one.way[0]?.kind, other.way[0]?.kind], "the offers cross").toEqual(["offer", "offer"]);
    await talk();
    expect([one.connection.rollbacks, other.connection.rollbacks]).toEqual([0, 1]);
    expect([comes(one), comes(other)]).toEqual([["microphone", "screen"], ["microphone", "camera"]]);
    expect([one.failures, other.failures]).toEqual([[], []]);
    expect([one.connection.signalingState, other.connection.signalingState]).toEqual(["stable", "stable"]);
  });

  it("one after the other, need take nothing back", async () => {
    const { one, other, talk, comes } = two();
    one.direct.carry("microphone", track("audio"), false);
    await talk();
    other.direct.carry("camera", track("video"), false);
    await talk();
    expect([comes(one), comes(other), other.connection.rollbacks]).toEqual([["camera"], ["microphone"], 0]);
    other.direct.withdraw("camera");
    await talk();
    expect(comes(one)).toEqual([]);
  });

  it("say again what was lost on the way", async () => {
    const { one, other, talk, comes } = two();
    one.direct.carry("microphone", track("audio"), false);
    await settle();
    one.way.length = 0;
    await talk();
    expect(comes(other)).toEqual([]);
    one.direct.repeat();
    await settle();
    const [offer] = one.way;
    await talk();
    expect(comes(other)).toEqual(["microphone"]);
    other.direct.hear(offer!);
    await talk();
    expect([one.failures, other.failures], "an offer that is heard twice is answered twice").toEqual([[], []]);
  });

  it("keep what came where it came", async () => {
    const { one, other, talk } = two();
    one.direct.carry("microphone", track("audio"), false);
    await talk();
    const before = other.direct.coming().get("microphone");
    one.direct.carry("screen", track("video"), false);
    await talk();
    expect(other.direct.coming().get("microphone")).toBe(before);
  });
});

it("what is muted is not sent, and is sent again without an offer", async () => {
  const { one, talk } = two();
  const voice = track("audio");
  one.direct.carry("microphone", voice, true);
  await talk();
  const sender = one.connection.transceivers[0]?.sender;
  expect(sender?.track).toBeNull();
  one.direct.carry("microphone", voice, false);
  await settle();
  expect(sender?.track).toBe(voice);
  expect(one.way).toEqual([]);
  one.direct.rest();
  expect(sender?.track).toBeNull();
  one.direct.carry("microphone", voice, false);
  expect(sender?.track, "nothing more").toBeNull();
});

it("send what the other shows best", async () => {
  const codec = (mimeType: string, sdpFmtpLine?: string): RTCRtpCodec => ({ mimeType, clockRate: 90_000, ...(sdpFmtpLine === undefined ? {} : { sdpFmtpLine }) });
  const h264 = codec("video/H264", "packetization-mode=1;profile-level-id=42e01f");
  vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs: [codec("video/VP8"), h264, codec("video/rtx")] }) });
  const { one, other, talk } = two({ h264First: true });
  for (const { direct } of [one, other]) direct.carry("camera", track("video"), false);
  await talk();
  const firsts = ({ connection }: typeof one): (string | undefined)[] => connection.transceivers.map(({ preferences }) => preferences[0]?.mimeType);
  // What the polite one receives is answered with H.264 first; what it sends is for the other to choose.
  expect(firsts(other)).toEqual(["video/VP8", "video/H264"]);
  expect(firsts(one)).toEqual(["video/VP8", undefined]);
});
