import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CallError } from "../../src-ts/api-call";
import { CONNECT_MS, PATIENCE_MS, RETRY_MS } from "../../src-ts/call/mending";
import { calling, Connection, JOINED } from "../support/call";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const told = (member: number, ...sources: ("microphone" | "camera" | "screen")[]) => ({ member, actor: `000000000000000${member}`, tracks: sources.map((source) => ({ source, muted: false })), connected: true });

describe("joining", () => {
  it("offers what is sent first and the places after it, and resolves when media flows", async () => {
    const one = calling();
    one.board(true);
    expect(one.asks()).toEqual([{ type: "watch" }]);
    let joined = false;
    const joining = one.join().then(() => (joined = true));
    await one.settle();
    expect(one.call.state()).toBe("joining");
    // The offer does not wait for the answer to the asking, which saves a round trip.
    expect(one.asks()).toEqual([
      { type: "join" },
      {
        type: "offer",
        sdp: "offer of sendonly sendonly recvonly recvonly recvonly recvonly recvonly",
        tracks: [
          { mid: "0", source: "microphone", muted: false },
          { mid: "1", source: "camera", muted: false },
        ],
      },
    ]);
    await one.tell({ type: "joined", ...JOINED });
    expect(one.asks()).toEqual([]);
    await one.tell({ type: "answer", sdp: "first" });
    expect([joined, one.call.state()]).toEqual([false, "joining"]);
    one.connection().turn("connected");
    await joining;
    expect(one.call.state()).toBe("in");
    expect(one.call.pictures().map(({ own, source }) => [own, source])).toEqual([[true, "camera"]]);
  });

  it("without devices that are missing is joining all the same", async () => {
    const one = calling({ missing: ["video"] });
    await one.in();
    expect(one.call.own("microphone")).toEqual({ on: true, trouble: null });
    expect(one.call.own("camera")).toEqual({ on: false, trouble: "missing" });
  });

  it.each([
    ["off", "off"],
    ["full", "full"],
    ["rights", "rights"],
  ] as const)("that is refused as %s fails so, and lets the devices go", async (why, reason) => {
    const one = calling();
    one.board(true);
    const joining = one.join();
    await one.settle();
    const failed = expect(joining).rejects.toMatchObject({ why: reason });
    await one.tell({ type: "refused", ask: "join", why, detail: "no" });
    await failed;
    expect(one.call.state()).toBe("off");
    expect(one.opened.map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
  });

  it("fails where no media flows, or where the browser knows no calls", async () => {
    const one = calling();
    one.board(true);
    const joining = one.join();
    const failed = expect(joining).rejects.toBeInstanceOf(CallError);
    await vi.advanceTimersByTimeAsync(20_000);
    await failed;
    vi.stubGlobal("RTCPeerConnection", undefined);
    await expect(one.join()).rejects.toMatchObject({ why: "unsupported" });
  });

  it("looks for a way for media twice", async () => {
    const one = calling();
    one.board(true);
    const joining = one.join();
    await one.settle();
    const failed = expect(joining).rejects.toMatchObject({ why: "unreachable" });
    await one.tell({ type: "joined", ...JOINED });
    await one.tell({ type: "answer", sdp: "first" });
    one.asks();
    one.connection().turn("failed");
    await one.settle();
    expect(one.asks()).toMatchObject([{ type: "offer", sdp: expect.stringMatching(/^restart/) as string }]);
    expect(one.call.state()).toBe("joining");
    one.connection().turn("failed");
    await failed;
    expect(one.call.state()).toBe("off");
  });

  it("by whoever may not speak is listening", async () => {
    const one = calling();
    one.board(true);
    const joining = one.join();
    await one.settle();
    await one.tell({ type: "joined", ...JOINED });
    one.asks();
    await one.tell({ type: "refused", ask: "offer", why: "rights", detail: "a Viewer hears and sees" });
    expect(one.asks()).toEqual([{ type: "offer", sdp: "offer of inactive inactive recvonly recvonly recvonly recvonly recvonly", tracks: [] }]);
    expect(one.opened.map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
    one.connection().turn("connected");
    await joining;
    expect(one.call.own("microphone")).toEqual({ on: false, trouble: null });
  });

  it.each(["want", "caption", "glimpse"] as const)("goes on when a %s was refused meanwhile", async (ask) => {
    const one = calling();
    one.board(true);
    void one.join();
    await one.settle();
    await one.tell({ type: "joined", ...JOINED });
    one.asks();
    await one.tell({ type: "refused", ask, why: "malformed", detail: "no" });
    expect(one.asks(), "its offer still waits for an answer").toEqual([]);
  });

  it("silently is joining without a microphone", async () => {
    const one = calling();
    one.board(true);
    expect(one.call.offered()).toBe(false);
    await one.tell({ type: "call", members: [] });
    expect(one.call.offered()).toBe(true);
    void one.call.join({ microphone: true, camera: true, silent: true, devices: { microphone: "", camera: "", speaker: "" } });
    await one.settle();
    expect(one.opened.map(({ kind }) => kind)).toEqual(["video"]);
    expect(one.call.silent()).toBe(true);
  });

  it("ends with leaving before it is done", async () => {
    const one = calling();
    one.board(true);
    const joining = one.join();
    await one.settle();
    one.call.leave();
    await joining;
    expect(one.call.state()).toBe("off");
    await one.tell({ type: "joined", ...JOINED });
    expect(Connection.made.map(({ connectionState }) => connectionState)).toEqual(["closed"]);
  });

  it("offers anew once it is let in, if it was refused at first or the way to the server was lost", async () => {
    vi.useFakeTimers();
    const one = calling();
    one.board(true);
    void one.join();
    await one.settle();
    await one.tell({ type: "refused", ask: "join", why: "limit", detail: "later" });
    await one.tell({ type: "refused", ask: "offer", why: "order", detail: "the page is not in the call" });
    one.asks();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(one.asks()).toEqual([{ type: "join" }]);
    await one.tell({ type: "joined", ...JOINED });
    expect(one.asks()).toMatchObject([{ type: "offer" }]);
    one.call.leave();

    const other = calling();
    other.board(true);
    void other.join();
    await other.settle();
    other.board(false);
    other.asks();
    other.board(true);
    expect(other.asks()).toEqual([{ type: "watch" }, { type: "join" }]);
    await other.tell({ type: "joined", ...JOINED });
    expect(other.asks()).toMatchObject([{ type: "offer" }]);
    expect(Connection.made.map(({ connectionState }) => connectionState)).toEqual(["closed", "new"]);
    other.call.leave();
  });

  it.each(["checking", "connected"] as const)("tries servers that relay when no way was found without them: %s", async (state) => {
    vi.useFakeTimers();
    const one = calling();
    one.board(true);
    void one.join();
    await one.settle();
    const relay = { urls: ["turn:turn.test"], username: "1", credential: "2" };
    await one.tell({ type: "joined", ...JOINED, ice: [{ urls: ["stun:server.test"] }, relay] });
    // As on a way that takes long.
    await vi.advanceTimersByTimeAsync(2_000);
    await one.tell({ type: "answer", sdp: "first" });
    expect(one.connection().helpers, "a server's own address that answers STUN is not heard otherwise").toEqual([relay]);
    one.connection().iceConnectionState = state;
    one.asks();
    await vi.advanceTimersByTimeAsync(2_400);
    expect(one.asks()).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(one.asks()).toMatchObject(state === "connected" ? [] : [{ type: "offer", sdp: expect.stringMatching(/^restart/) as string }]);
    one.call.leave();
  });
});

describe("in the call", () => {
  it("a line up that holds little carries the voice alone", async () => {
    const one = calling();
    await one.in();
    const sent = () => one.connection().transceivers.slice(0, 2).map(({ encodings }) => encodings.map(({ active = true, maxBitrate }) => (active ? maxBitrate : null)));
    expect(sent()).toEqual([[24_000], [120_000, 400_000, 1_200_000]]);
    one.connection().uplink = 150_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sent()).toEqual([[16_000], [60_000, null, null]]);
    one.connection().uplink = 50_000;
    one.connection().lost = 0.2;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(sent()).toEqual([[16_000], [null, null, null]]);
    one.connection().uplink = 400_000;
    await vi.advanceTimersByTimeAsync(25_000);
    expect(sent()).toEqual([[24_000], [120_000, 400_000, 1_200_000]]);
  });

  it("sizes of a picture that nobody sees are not sent", async () => {
    const one = calling();
    await one.in();
    const sizes = () => one.connection().transceivers[1]!.encodings.map(({ active = true }) => active);
    await one.tell({ type: "demand", source: "camera", largest: "half", codec: "vp8" });
    expect(sizes()).toEqual([true, true, false]);
    one.connection().uplink = 150_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sizes(), "the line holds no more").toEqual([true, false, false]);
    await one.tell({ type: "demand", source: "camera", codec: "vp8" });
    expect(sizes(), "nobody sees it").toEqual([false, false, false]);
    one.connection().uplink = 400_000;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sizes(), "whatever the line holds").toEqual([false, false, false]);
    await one.tell({ type: "demand", source: "camera", largest: "full", codec: "vp8" });
    expect(sizes()).toEqual([true, true, true]);
  });

  it("a picture is sent as H.264 where others can show nothing else, and in its own way again", async () => {
    const h264 = { mimeType: "video/H264", clockRate: 90_000, sdpFmtpLine: "packetization-mode=1;profile-level-id=42e01f" };
    const one = calling();
    vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs: [{ mimeType: "video/VP8", clockRate: 90_000 }, { ...h264, sdpFmtpLine: "profile-level-id=64001f" }, h264] }) });
    await one.in();
    const codecs = () => one.connection().transceivers[1]!.encodings.map((encoding) => (encoding as { codec?: RTCRtpCodec }).codec);
    await one.tell({ type: "demand", source: "camera", largest: "full", codec: "vp8" });
    expect(codecs(), "as it was negotiated").toEqual([undefined, undefined, undefined]);
    await one.tell({ type: "demand", source: "camera", largest: "full", codec: "h264" });
    expect(codecs()).toEqual([h264, h264, h264]);
    await one.tell({ type: "demand", source: "camera", largest: "full", codec: "vp8" });
    const vp8 = { mimeType: "video/VP8", clockRate: 90_000 };
    expect(codecs()).toEqual([vp8, vp8, vp8]);
  });

  it("a panel says that it would rather have H.264 where it shows that smoothly and VP8 not", async () => {
    const preferred = async (smooth: (contentType: string) => boolean): Promise<(string | undefined)[]> => {
      const one = calling();
      vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => ({ codecs: ["video/VP8", "video/H264"].map((mimeType) => ({ mimeType, clockRate: 90_000, sdpFmtpLine: "packetization-mode=1;profile-level-id=42e01f" })) }) });
      Object.assign(navigator, { mediaCapabilities: { decodingInfo: async ({ video }: { video: { contentType: string } }) => ({ supported: true, smooth: smooth(video.contentType) }) } });
      await one.in();
      const first = one.connection().transceivers.map(({ preferences }) => preferences[0]?.mimeType);
      one.call.leave();
      return [first[1], first.at(-1)];
    };
    expect(await preferred((type) => type === "video/H264"), "its own camera is as everybody's").toEqual(["video/VP8", "video/H264"]);
    expect(await preferred(() => true)).toEqual(["video/VP8", "video/VP8"]);
    expect(await preferred(() => false)).toEqual(["video/VP8", "video/VP8"]);
  });

  it("there is room for the pictures that the others send, in steps", async () => {
    const one = calling();
    await one.in();
    await one.tell({ type: "call", members: [told(1, "camera"), told(2, "camera")] });
    expect(one.asks(), "there is one place").toEqual([]);
    await one.tell({ type: "member", ...told(3, "camera") });
    expect(one.asks()).toMatchObject([{ type: "offer", sdp: "offer of sendonly sendonly recvonly recvonly recvonly recvonly recvonly recvonly recvonly recvonly" }]);
    await one.tell({ type: "places", places: [{ mid: "6", member: 2, source: "camera" }, { mid: "7", member: 3, source: "camera" }] });
    expect(one.call.pictures().map(({ member, own }) => [member, own])).toEqual([[1, true], [2, false], [3, false]]);
  });

  it("there is no room for pictures that are not shown", async () => {
    const one = calling();
    await one.in();
    one.call.want([{ member: 2, source: "camera", height: 180.4 }]);
    expect(one.asks()).toEqual([{ type: "want", pictures: [{ member: 2, source: "camera", height: 180 }] }]);
    await one.tell({ type: "call", members: [told(1), told(2, "camera"), told(3, "camera"), told(4, "camera")] });
    one.call.want([{ member: 2, source: "camera", height: 180 }]);
    await one.settle();
    expect(one.asks(), "the same as before, and one place is enough").toEqual([]);
    one.call.want([2, 3, 4].map((member) => ({ member, source: "camera", height: 180 })));
    await one.settle();
    expect(one.asks().map(({ type }) => type)).toEqual(["want", "offer"]);
  });

  it("the microphone is silent and the camera dark without another offer", async () => {
    const one = calling();
    await one.in();
    const [microphone, camera] = one.opened;
    expect(await one.call.setOn("microphone", false)).toBe(false);
    expect(await one.call.setOn("camera", false)).toBe(false);
    expect(one.asks()).toEqual([
      { type: "mute", source: "microphone", muted: true },
      { type: "mute", source: "camera", muted: true },
    ]);
    expect([microphone?.enabled, microphone?.readyState, camera?.readyState], "the light is out").toEqual([false, "live", "ended"]);
    expect(one.call.pictures()).toEqual([]);
    expect(await one.call.setOn("camera", true)).toBe(true);
    expect(one.asks()).toEqual([{ type: "mute", source: "camera", muted: false }]);
    expect(one.opened.length).toBe(3);
    expect(one.connection().transceivers[1]?.sender.track).toBe(one.opened[2]);
  });

  it("a page in one room with a panel is silent, and has its microphone only when it is not", async () => {
    const one = calling();
    await one.in();
    one.call.setSilent(true);
    expect(one.asks()).toEqual([{ type: "mute", source: "microphone", muted: true }]);
    expect(await one.call.setOn("microphone", true)).toBe(false);
    expect(one.opened[0]?.enabled).toBe(false);
    one.call.setSilent(false);
    expect(one.call.own("microphone").on).toBe(false);
    expect(await one.call.setOn("microphone", true)).toBe(true);
  });

  it("what is switched off while it is opened for joining is off", async () => {
    const one = calling();
    one.board(true);
    void one.join();
    one.call.setSilent(true);
    void one.call.setOn("camera", false);
    await one.settle();
    expect([one.call.own("microphone").on, one.call.own("camera").on]).toEqual([false, false]);
    expect(one.opened.map(({ kind, enabled, readyState }) => [kind, enabled, readyState])).toEqual([
      ["audio", false, "live"],
      ["video", true, "ended"],
    ]);
  });

  it("a microphone that is opened when the page has become silent stays off", async () => {
    const one = calling();
    await one.in({ microphone: false, camera: false });
    const opening = one.call.setOn("microphone", true);
    one.call.setSilent(true);
    expect(await opening).toBe(false);
    expect(one.opened.map(({ enabled }) => enabled)).toEqual([false]);
    await one.settle();
    await one.tell({ type: "answer", sdp: "second" });
    expect(one.asks().at(-1)).toEqual({ type: "mute", source: "microphone", muted: true });
  });

  it("what is muted while an offer is unanswered is told after the answer", async () => {
    const one = calling();
    await one.in({ microphone: false, camera: false });
    await one.call.setOn("microphone", true);
    await one.settle();
    expect(one.asks().map(({ type }) => type)).toEqual(["offer"]);
    await one.call.setOn("microphone", false);
    expect(one.asks()).toEqual([]);
    await one.tell({ type: "answer", sdp: "second" });
    expect(one.asks()).toEqual([{ type: "mute", source: "microphone", muted: true }]);
  });

  it("whoever may speak no longer lets the devices go", async () => {
    const one = calling();
    await one.in();
    one.call.listen();
    one.call.listen();
    expect(one.asks()).toEqual([
      { type: "mute", source: "microphone", muted: true },
      { type: "mute", source: "camera", muted: true },
    ]);
    expect([one.opened[0]?.enabled, one.opened[1]?.readyState]).toEqual([false, "ended"]);
  });

  it("nobody is made silent while the server cannot be asked, and it says so", async () => {
    const one = calling();
    await one.in();
    expect(one.call.hush()).toBe(true);
    one.board(false);
    expect(one.call.hush(2)).toBe(false);
    expect(one.asks()).toEqual([{ type: "hush" }]);
  });

  it("whoever is made silent is silent", async () => {
    const one = calling();
    await one.in();
    await one.tell({ type: "hushed", by: "00000000000000aa" });
    expect(one.opened[0]?.enabled).toBe(false);
    expect(one.call.own("microphone").on).toBe(false);
    expect(one.events).toContainEqual({ type: "hushed", by: "00000000000000aa" });
  });

  it("a page that is left says so, once", async () => {
    const one = calling();
    await one.in();
    one.page.dispatchEvent(new Event("pagehide"));
    one.page.dispatchEvent(new Event("pagehide"));
    expect(one.asks()).toEqual([{ type: "leave" }]);
    expect(one.connection().connectionState).toBe("closed");
    expect(one.opened.every(({ readyState }) => readyState === "ended")).toBe(true);
  });
});

describe("a board's connection that breaks", () => {
  it("leaves media alone, and joins again", async () => {
    const one = calling();
    await one.in();
    const before = one.connection();
    one.board(false);
    await one.call.setOn("microphone", false);
    expect(one.call.state()).toBe("in");
    expect(one.asks()).toEqual([]);
    one.board(true);
    expect(one.asks()).toEqual([{ type: "watch" }, { type: "join" }]);
    await one.tell({ type: "joined", ...JOINED, back: true });
    expect(one.asks(), "what the server has not heard").toEqual([
      { type: "mute", source: "microphone", muted: true },
      { type: "mute", source: "camera", muted: false },
    ]);
    expect(one.connection()).toBe(before);
  });

  it("has offers that were not answered made again", async () => {
    const one = calling();
    await one.in();
    one.board(false);
    await one.tell({ type: "call", members: [told(2, "camera", "screen")] });
    one.board(true);
    one.asks();
    await one.tell({ type: "joined", ...JOINED, back: true });
    expect(one.asks().map(({ type }) => type)).toEqual(["mute", "mute", "offer"]);
  });

  it("is another connection of media where the server knows nothing of the one before", async () => {
    const one = calling();
    await one.in();
    const before = one.connection();
    one.board(false);
    one.board(true);
    one.asks();
    await one.tell({ type: "joined", ...JOINED, member: 5 });
    expect(before.connectionState).toBe("closed");
    expect(one.call.state()).toBe("interrupted");
    expect(one.opened.length, "the same devices").toBe(2);
    expect(one.asks()).toMatchObject([{ type: "offer", tracks: [{ source: "microphone" }, { source: "camera" }] }]);
    one.connection().turn("connected");
    expect(one.call.state()).toBe("in");
  });
});

describe("a network that breaks", () => {
  it("is gone around by a restart, and after three by another connection", async () => {
    const one = calling();
    await one.in();
    const before = one.connection();
    before.turn("disconnected");
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(one.call.state()).toBe("interrupted");
    expect(one.asks()).toMatchObject([{ type: "offer", sdp: expect.stringMatching(/^restart/) }]);
    await one.tell({ type: "answer", sdp: "second" });
    await vi.advanceTimersByTimeAsync(RETRY_MS * 3);
    expect(one.asks().map((ask) => (ask.type === "offer" ? ask.sdp.split(" ")[0] : ask.type)), "the second restart is unanswered").toEqual(["restart", "offer"]);
    expect(before.connectionState).toBe("closed");
    one.connection().turn("connected");
    await vi.advanceTimersByTimeAsync(CONNECT_MS);
    expect(one.call.state()).toBe("in");
    expect(one.asks()).toEqual([]);
  });

  it("for longer than the server waits is joined again", async () => {
    const one = calling();
    await one.in();
    await one.tell({ type: "over", why: "lost" });
    expect(one.call.state()).toBe("interrupted");
    expect(one.asks()).toEqual([{ type: "join" }]);
  });

  it("or a server that knows nothing of the page, is asked to let it in again", async () => {
    const one = calling();
    await one.in();
    await one.tell({ type: "refused", ask: "candidate", why: "order", detail: "the page is not in the call" });
    expect(one.asks()).toEqual([]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(one.asks()).toEqual([{ type: "join" }]);
    expect(one.call.state(), "it may be in it all the same").toBe("in");
  });

  it("whoever was removed is out", async () => {
    const one = calling();
    await one.in();
    await one.tell({ type: "over", why: "removed" });
    expect(one.call.state()).toBe("off");
    expect(one.events).toContainEqual({ type: "over", why: "removed" });
    expect(one.asks()).toEqual([]);
  });
});
