/** When two who are alone send directly, and when by the server (SPEC PAIR-2, PAIR-3). */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallSource } from "../../src-ts/api-call";
import type { Direct, DirectListener } from "../../src-ts/call/direct";
import type { Word } from "../../src-ts/call/messages";
import { GIVE_UP_MS, LINGER_MS, LOOK_MS, Pair, PATIENCE_MS, RETRY_MS, SETTLE_MS, STALL_MS, WEIGH_MS } from "../../src-ts/call/pair";
import { FOR_MS, SOME_BELOW } from "../../src-ts/call/uplink";
import { Receiver } from "../support/call";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A pair whose other sends a voice and a face, and what comes of them by either way. */
function pairing(sources: readonly CallSource[] = ["microphone", "camera"]) {
  const said: Word[] = [];
  const held: boolean[] = [];
  const sends = new Set(sources);
  const served = new Map<CallSource, number>();
  const coming = new Map(sources.map((source) => [source, { receiver: new Receiver(source === "microphone" ? "audio" : "video") }]));
  /** What comes directly now. */
  const flowing = new Set<CallSource>();
  const did: string[] = [];
  const line = { bits: null as number | null, roundTrip: 20, lost: 0 };
  let listener: DirectListener | undefined;
  const direct = { hear: () => did.push("hear"), repeat: () => did.push("repeat"), restart: () => did.push("restart"), rest: () => did.push("rest"), close: () => did.push("close"), coming: () => coming };
  const pair = new Pair({
    now: () => Date.now(),
    open: (it) => {
      listener = it;
      return direct as unknown as Direct;
    },
    say: (word) => said.push(word),
    hold: (is) => held.push(is),
    turned: () => undefined,
    sends: (source) => sends.has(source),
    served: (source) => served.get(source) ?? 0,
    line: () => Promise.resolve({ ...line }),
  });
  return {
    pair,
    sends,
    served,
    flowing,
    did,
    line,
    held,
    said: (): Word[] => said.splice(0),
    shown: (): CallSource[] => sources.filter((source) => pair.shows(source)),
    turn: (state: RTCPeerConnectionState) => listener?.connection(state),
    fail: () => listener?.failed(new Error("no")),
    async wait(milliseconds: number): Promise<void> {
      for (const end = Date.now() + milliseconds; Date.now() < end; ) {
        for (const source of flowing) coming.get(source)!.receiver.last = Date.now();
        await vi.advanceTimersByTimeAsync(20);
      }
    },
    /** Up to the point where both send directly only. */
    async flows(): Promise<void> {
      this.turn("connected");
      sources.forEach((source) => flowing.add(source));
      await this.wait(SETTLE_MS + 2 * LOOK_MS);
      pair.hear({ kind: "flows", flows: true });
      expect([this.said(), this.shown(), pair.held]).toEqual([[{ kind: "flows", flows: true }], sources, true]);
    },
  };
}

describe("what comes directly", () => {
  it("is shown when all of it has come for a moment, and then the other is told", async () => {
    const one = pairing();
    one.flowing.add("microphone");
    one.turn("connected");
    await one.wait(2_000);
    expect([one.shown(), one.said()], "the face does not come").toEqual([[], []]);
    one.flowing.add("camera");
    await one.wait(SETTLE_MS - LOOK_MS);
    expect([one.shown(), one.said()]).toEqual([[], []]);
    await one.wait(3 * LOOK_MS);
    expect([one.shown(), one.said(), one.pair.flows]).toEqual([["microphone", "camera"], [{ kind: "flows", flows: true }], true]);
    expect(one.held, "the other has not said that it comes").toEqual([]);
    one.pair.hear({ kind: "flows", flows: true });
    expect(one.held).toEqual([true]);
  });

  it("is relied on too where the other sends nothing that is to be waited for", async () => {
    const one = pairing();
    one.sends.clear();
    one.turn("connected");
    await one.wait(SETTLE_MS + 2 * LOOK_MS);
    expect(one.said()).toEqual([{ kind: "flows", flows: true }]);
    await one.wait(10 * STALL_MS);
    expect(one.said(), "silence is no fault").toEqual([]);
    one.sends.add("microphone");
    await one.wait(STALL_MS / 2);
    expect(one.said(), "it has only just begun").toEqual([]);
  });
});

describe("a third", () => {
  it("ends it: the server is sent to at once, and each source is left only when it comes by the server", async () => {
    const one = pairing();
    one.served.set("microphone", 5);
    await one.flows();
    one.pair.end();
    expect([one.held, one.shown()]).toEqual([[true, false], ["microphone", "camera"]]);
    await one.wait(300);
    expect(one.shown(), "what came before is nothing new").toEqual(["microphone", "camera"]);
    one.served.set("microphone", 6);
    await one.wait(LOOK_MS);
    expect(one.shown()).toEqual(["camera"]);
    expect(one.said(), "the face is needed still").toEqual([]);
    one.served.set("camera", 1);
    await one.wait(LOOK_MS);
    expect([one.shown(), one.said()]).toEqual([[], [{ kind: "over" }]]);
    expect(one.did, "the other may need it still").toEqual([]);
    one.pair.hear({ kind: "over" });
    expect(one.did).toEqual(["rest", "close"]);
  });

  it("is not waited for without end", async () => {
    const one = pairing();
    await one.flows();
    one.pair.hear({ kind: "over" });
    expect([one.pair.held, one.did], "the other needs nothing, this page does").toEqual([false, ["rest"]]);
    await one.wait(LINGER_MS + LOOK_MS);
    expect([one.shown(), one.did.at(-1), one.pair.closed]).toEqual([[], "close", true]);
  });

  it("leaves at once what the other may not send any more", async () => {
    const one = pairing();
    await one.flows();
    one.sends.clear();
    one.pair.end();
    expect([one.shown(), one.said()]).toEqual([[], [{ kind: "over" }]]);
  });
});

describe("a direct connection that fails", () => {
  it("by falling silent has the server carry all, until it flows again", async () => {
    const one = pairing();
    await one.flows();
    one.flowing.clear();
    await one.wait(STALL_MS + 2 * LOOK_MS);
    expect([one.said(), one.shown()]).toEqual([[{ kind: "flows", flows: false }], ["microphone", "camera"]]);
    one.served.set("microphone", 1).set("camera", 1);
    await one.wait(LOOK_MS);
    expect(one.shown()).toEqual([]);
    one.pair.hear({ kind: "flows", flows: false });
    expect(one.held).toEqual([true, false]);
    one.flowing.add("microphone").add("camera");
    await one.wait(SETTLE_MS + 2 * LOOK_MS);
    expect([one.said(), one.shown()]).toEqual([[{ kind: "flows", flows: true }], ["microphone", "camera"]]);
  });

  it("by breaking is left after a while, mended, and given up", async () => {
    const one = pairing();
    await one.flows();
    one.turn("disconnected");
    await one.wait(PATIENCE_MS - 2 * LOOK_MS);
    expect(one.held, "it may come back by itself").toEqual([true]);
    await one.wait(4 * LOOK_MS);
    expect([one.held, one.said()]).toEqual([[true, false], [{ kind: "flows", flows: false }]]);
    await one.wait(RETRY_MS);
    expect(one.did).toEqual(["restart"]);
    await one.wait(GIVE_UP_MS);
    expect(one.said()).toEqual([{ kind: "over" }]);
    await one.wait(LINGER_MS);
    expect([one.did.at(-1), one.pair.closed]).toEqual(["close", true]);
  });

  it("from the beginning is given up, and the server goes on as it did", async () => {
    const one = pairing();
    await one.wait(GIVE_UP_MS + LINGER_MS + LOOK_MS);
    expect([one.held, one.shown(), one.said(), one.pair.closed]).toEqual([[], [], [{ kind: "over" }], true]);
  });

  it("by holding too little is left, and not by a moment of that", async () => {
    const one = pairing();
    await one.flows();
    one.line.bits = SOME_BELOW - 1;
    await one.wait(2 * FOR_MS);
    expect(one.held, "nothing says that it is full").toEqual([true]);
    one.line.lost = 0.2;
    for (const [bits, long] of [[SOME_BELOW, 2 * FOR_MS], [SOME_BELOW - 1, FOR_MS - WEIGH_MS], [SOME_BELOW, WEIGH_MS], [SOME_BELOW - 1, FOR_MS - WEIGH_MS]] as const) {
      one.line.bits = bits;
      await one.wait(long);
      expect(one.held).toEqual([true]);
    }
    await one.wait(2 * WEIGH_MS);
    expect([one.held, one.said()]).toEqual([[true, false], [{ kind: "flows", flows: false }]]);
  });

  it("in the browser's own view is over", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const one = pairing();
    await one.flows();
    one.fail();
    expect([one.held, one.said()]).toEqual([[true, false], [{ kind: "flows", flows: false }]]);
    one.served.set("microphone", 1).set("camera", 1);
    await one.wait(LOOK_MS);
    expect(one.said()).toEqual([{ kind: "over" }]);
  });
});

it("who is back says again what may not have been heard, and another network is another way", async () => {
  const one = pairing();
  one.pair.again();
  expect([one.did.splice(0), one.said()]).toEqual([["restart"], [{ kind: "flows", flows: false }]]);
  await one.flows();
  one.pair.again();
  one.pair.network();
  expect([one.did.splice(0), one.said()]).toEqual([["repeat", "restart"], [{ kind: "flows", flows: true }]]);
});
