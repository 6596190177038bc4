/** A pair in a call: what is sent where, what is heard and shown (SPEC PAIR-2 to PAIR-4). */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LOOK_MS, SETTLE_MS } from "../../src-ts/call/pair";
import { calling, type Connection, type Receiver } from "../support/call";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const other = (...muted: string[]) => ({ member: 2, actor: "0000000000000002", tracks: (["microphone", "camera"] as const).map((source) => ({ source, muted: muted.includes(source) })), connected: true });
const SECTIONS = JSON.stringify([
  { mid: "5", kind: "audio" },
  { mid: "6", kind: "video" },
]);
const TRACKS = [
  { mid: "5", source: "microphone", muted: false },
  { mid: "6", source: "camera", muted: false },
] as const;

/** A page in a call with one other, whose voice and face come by the server. */
async function two() {
  const one = calling();
  await one.in();
  const leg = one.connection();
  await one.tell({ type: "call", members: [{ ...other(), member: 1 }, other()] });
  await one.tell({ type: "places", places: [{ mid: "2", member: 2, source: "microphone" }, { mid: "6", member: 2, source: "camera" }] });
  one.asks();
  /** What comes by a connection in some sections. */
  let coming: Receiver[] = [];
  const receivers = (connection: Connection, ...mids: string[]): Receiver[] => connection.transceivers.filter(({ mid }) => mids.includes(mid ?? "")).map(({ receiver }) => receiver);
  return {
    ...one,
    leg,
    receivers,
    comes: (...from: Receiver[]) => (coming = from),
    async wait(milliseconds: number): Promise<void> {
      for (let passed = 0; passed < milliseconds; passed += 20) {
        for (const receiver of coming) receiver.last = performance.now() + 1;
        await vi.advanceTimersByTimeAsync(20);
      }
    },
    /** What the server is sent. */
    sent: () => leg.transceivers.slice(0, 2).map(({ sender }) => sender.track !== null),
    face: () => (one.call.pictures().find(({ own }) => !own)?.stream as unknown as { tracks: unknown[] } | undefined)?.tracks,
    /** The two talk directly. */
    async direct(): Promise<Connection> {
      await one.tell({ type: "pair", pair: 1, with: 2, polite: true });
      const direct = one.connection();
      await one.tell({ type: "direct", pair: 1, from: 2, word: { kind: "offer", sdp: SECTIONS, tracks: TRACKS } });
      direct.turn("connected");
      this.comes(...receivers(direct, "5", "6"));
      await this.wait(SETTLE_MS + 2 * LOOK_MS);
      await one.tell({ type: "direct", pair: 1, from: 2, word: { kind: "flows", flows: true } });
      return direct;
    },
  };
}

describe("two who are alone", () => {
  it("are offered to, and go on by the server where the other never answers", async () => {
    const one = await two();
    await one.tell({ type: "pair", pair: 1, with: 2, polite: false });
    expect(one.asks()).toMatchObject([{ type: "direct", pair: 1, word: { kind: "offer", tracks: [{ source: "microphone" }, { source: "camera" }] } }]);
    await one.wait(20_000);
    expect([one.connection().connectionState, one.sent(), one.asks()]).toEqual(["closed", [true, true], [{ type: "direct", pair: 1, word: { kind: "over" } }]]);
    await one.tell({ type: "pair", pair: 1, with: 2, polite: false });
    expect(one.asks(), "of the same pair it is not tried again").toEqual([]);
  });

  it("send each other what they send, and the server nothing", async () => {
    const one = await two();
    const face = one.face();
    const direct = await one.direct();
    expect(one.sent()).toEqual([false, false]);
    expect(direct.transceivers.filter(({ sender }) => sender.track !== null).length).toBe(2);
    expect(one.heard().filter((track) => one.receivers(direct, "5").some((receiver) => receiver.track === track)).length).toBe(1);
    expect(one.heard(), "and not by the server too").not.toContain(one.receivers(one.leg, "2")[0]?.track);
    expect(one.face(), "the app has the stream that it had").toBe(face);
    expect([face?.length, face?.[0] === one.receivers(direct, "6")[0]?.track]).toEqual([1, true]);
    expect(one.call.line()).toBeNull();
  });

  it("are at the server again when a third comes, each voice once at any time", async () => {
    const one = await two();
    const direct = await one.direct();
    const [voice, face] = one.receivers(one.leg, "2", "6");
    const [near] = one.receivers(direct, "5");
    await one.tell({ type: "pair", pair: 1, polite: false });
    expect(one.sent(), "at once").toEqual([true, true]);
    await one.wait(200);
    expect([one.heard().includes(near!.track), one.heard().includes(voice!.track)], "nothing has come by the server").toEqual([true, false]);
    one.comes(...one.receivers(direct, "5", "6"), voice!);
    await one.wait(LOOK_MS);
    expect([one.heard().includes(near!.track), one.heard().includes(voice!.track)]).toEqual([false, true]);
    expect(one.face()?.[0], "the face has not").not.toBe(face!.track);
    one.comes(voice!, face!);
    await one.wait(LOOK_MS);
    expect(one.face()?.[0]).toBe(face!.track);
    expect(one.asks().at(-1)).toEqual({ type: "direct", pair: 1, word: { kind: "over" } });
    await one.tell({ type: "direct", pair: 1, from: 2, word: { kind: "over" } });
    expect(direct.connectionState).toBe("closed");
  });

  it("are silent and dark directly too", async () => {
    const one = await two();
    const direct = await one.direct();
    await one.call.setOn("microphone", false);
    await one.call.setOn("camera", false);
    expect(direct.transceivers.every(({ sender }) => sender.track === null)).toBe(true);
    await one.tell({ type: "member", ...other("microphone", "camera") });
    expect(one.heard(), "whatever the other's page sends").not.toContain(one.receivers(direct, "5")[0]?.track);
    expect(one.face()).toBeUndefined();
    await one.call.setOn("microphone", true);
    expect(direct.transceivers.filter(({ sender }) => sender.track !== null).length).toBe(1);
    expect(one.sent()).toEqual([false, false]);
  });

  it("are heard by their pages, and the server is believed again afterwards", async () => {
    const one = await two();
    const direct = await one.direct();
    one.receivers(direct, "5")[0]!.audioLevel = 0.1;
    await one.wait(300);
    await one.tell({ type: "speakers", members: [1] });
    expect(one.call.speakers()).toEqual([2]);
    one.receivers(direct, "5")[0]!.audioLevel = 0;
    await one.wait(1_200);
    expect(one.call.speakers()).toEqual([]);
    await one.tell({ type: "pair", pair: 1, polite: false });
    expect(one.call.speakers()).toEqual([1]);
  });

  it("are closed to each other when one leaves, or is in the call anew", async () => {
    for (const turn of ["over", "joined", "leave"] as const) {
      const one = await two();
      const direct = await one.direct();
      if (turn === "over") await one.tell({ type: "over", why: "removed" });
      else if (turn === "joined") await one.tell({ type: "joined", member: 3, back: false, ice: [], voices: 2, pictures: 25 });
      else one.call.leave();
      expect(direct.connectionState, turn).toBe("closed");
    }
  });

  it("go on directly over another connection to the server", async () => {
    const one = await two();
    const direct = await one.direct();
    one.leg.turn("failed");
    await one.wait(20_000);
    expect([one.leg.connectionState, direct.connectionState]).toEqual(["closed", "connected"]);
    expect(one.connection().transceivers.slice(0, 2).map(({ sender }) => sender.track), "which is sent nothing").toEqual([null, null]);
  });
});
