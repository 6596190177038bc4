import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Glimpse, readShown } from "../../src-ts/call/lane-bytes";
import { BUFFERED_MAX, EVERY_MS, Lane } from "../../src-ts/call/lane";
import { LanePort } from "../../src-ts/call/lane-port";
import { WAITS_MS } from "../../src-ts/call/wet";
import { calling, JOINED } from "../support/call";

const PAGE = "0000000000000002.1";
const WRITER = "00000000000000aa";
const READER = "00000000000000bb";

class Channel {
  readyState = "open";
  bufferedAmount = 0;
  binaryType = "";
  onmessage: ((event: { data: unknown }) => void) | null = null;
  /** When messages went out, and what they say. */
  readonly sent: { at: number; bytes: Uint8Array; glimpse: Glimpse }[] = [];
  send(bytes: Uint8Array): void {
    this.sent.push({ at: Date.now(), bytes, glimpse: readShown(new Uint8Array([1, ...bytes]))![0]!.glimpse });
  }
}

/** A page in the call, with its strokes. */
function page(actor: string) {
  const strokes = new Map<string, number>();
  const channel = new Channel();
  let changed = 0;
  const lane = new Lane({
    actor: () => actor,
    record: (_, id) => (strokes.has(id) ? { id, kind: "stroke", author: actor, x: 0, y: 0, rotation: 0, locked: false, unsaved: true, tool: "highlighter", color: "#ffe23fa6", strokeWidth: 24, scaleX: 1, scaleY: 1, points: strokes.get(id) ?? 0 } : undefined),
    points: (_, id) => strokes.get(id) ?? 0,
    changed: () => (changed += 1),
  });
  lane.turn(PAGE);
  lane.live(true);
  lane.attach(channel as unknown as RTCDataChannel);
  return {
    lane,
    channel,
    strokes,
    changes: (): number => changed,
    /** A hand draws points of a stroke; x, y, pressure, milliseconds each. */
    draw(stroke: string, ...points: number[]): void {
      strokes.set(stroke, (strokes.get(stroke) ?? 0) + points.length / 4);
      lane.drew(PAGE, stroke, new Float64Array(points));
    },
    /** What somebody sent comes here. */
    hear(from: string, bytes: Uint8Array): void {
      const head = [0xfb, Number.parseInt(from.slice(-2), 16), 0];
      channel.onmessage?.({ data: new Uint8Array([...head, ...bytes]).buffer });
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a page that shows itself by the lane", () => {
  it("does so at once, and then every 16 ms at most, and falls silent two messages after the last change", () => {
    const { lane, channel, draw } = page(WRITER);
    draw(`${WRITER}.5`, 1, 2, 0.5, 0);
    lane.point({ x: 1, y: 2 }, null);
    vi.advanceTimersByTime(1);
    expect(channel.sent).toHaveLength(1);
    expect(channel.sent[0]!.glimpse).toEqual({
      sequence: 0,
      document: PAGE,
      cursor: { x: 8, y: 16 },
      laser: null,
      strokes: [{ counter: 5, highlighter: true, color: "#ffe23fa6", width: 192, first: 0, points: [8, 16, 128, 0] }],
    });
    const gaps = (): number[] => channel.sent.slice(1).map(({ at }, i) => at - channel.sent[i]!.at);
    for (let frame = 1; frame < 60; frame += 1) {
      draw(`${WRITER}.5`, frame, 2, 0.5, frame * 16);
      vi.advanceTimersByTime(16);
    }
    vi.advanceTimersByTime(10_000);
    expect(Math.min(...gaps())).toBeGreaterThanOrEqual(EVERY_MS);
    expect(Math.max(...gaps())).toBeLessThan(EVERY_MS * 2);
    const of = (last: number): number => channel.sent.filter(({ glimpse }) => glimpse.strokes.some(({ first, points }) => first <= last && last < first + points.length / 4)).length;
    expect(Array.from({ length: 60 }, (_, i) => of(i))).toEqual(Array.from({ length: 60 }, () => 3));
    lane.point({ x: 5, y: 5 }, { x: 6, y: 6 });
    vi.advanceTimersByTime(10_000);
    expect(channel.sent.slice(-3).map(({ glimpse }) => glimpse.laser)).toEqual([{ x: 48, y: 48 }, { x: 48, y: 48 }, { x: 48, y: 48 }]);
    expect(channel.sent.at(-4)!.glimpse.laser).toBeNull();
  });

  it("leaves out turns while the browser has not sent what it had, and goes on with what is newest", () => {
    const { channel, draw } = page(WRITER);
    channel.bufferedAmount = BUFFERED_MAX + 1;
    for (let frame = 0; frame < 100; frame += 1) {
      draw(`${WRITER}.5`, ...Array.from({ length: 4 }, (_, i) => [frame, i, 0, frame * 16 + i]).flat());
      vi.advanceTimersByTime(16);
    }
    expect(channel.sent).toEqual([]);
    channel.bufferedAmount = 0;
    vi.advanceTimersByTime(EVERY_MS);
    const [{ first, points }] = channel.sent[0]!.glimpse.strokes as [Glimpse["strokes"][0]];
    expect(first + points.length / 4).toBe(400);
  });

  it("says nothing of another page, of another's stroke, of what lies far off, nor while there is no channel", () => {
    const { lane, channel, strokes, draw } = page(WRITER);
    strokes.set(`${WRITER}.1`, 1);
    lane.drew("0000000000000002.9", `${WRITER}.1`, new Float64Array([1, 1, 0, 0]));
    draw(`${READER}.1`, 1, 1, 0, 0);
    draw(`${WRITER}.2`, 131_073, 1, 0, 0);
    draw(`${WRITER}.3`, ...Array.from({ length: 193 * 4 }, () => 0));
    channel.readyState = "connecting";
    draw(`${WRITER}.4`, 1, 1, 0, 0);
    lane.point({ x: 1, y: 1 }, null);
    vi.advanceTimersByTime(1_000);
    channel.readyState = "open";
    draw(`${WRITER}.4`, 2, 1, 0, 5);
    vi.advanceTimersByTime(1_000);
    expect(new Set(channel.sent.map(({ glimpse }) => JSON.stringify(glimpse.strokes.map(({ counter, first }) => [counter, first]))))).toEqual(new Set(["[[4,1]]"]));
    expect(channel.sent).toHaveLength(3);
  });

  it("says nothing while it rests, and then what comes after that", () => {
    const { lane, channel, draw } = page(WRITER);
    draw(`${WRITER}.5`, 1, 2, 0.5, 0);
    lane.rest(true);
    draw(`${WRITER}.5`, 2, 2, 0.5, 16);
    vi.advanceTimersByTime(1_000);
    expect(channel.sent).toEqual([]);
    lane.rest(false);
    draw(`${WRITER}.5`, 3, 2, 0.5, 32);
    vi.advanceTimersByTime(1_000);
    expect(channel.sent.map(({ glimpse }) => glimpse.strokes.map(({ first }) => first))).toEqual([[2], [2], [2]]);
  });

  it("is heard by another, until the log has what it drew", () => {
    const writer = page(WRITER);
    const reader = page(READER);
    writer.draw(`${WRITER}.5`, 10, 20, 0, 0, 11, 21, 0, 8);
    writer.lane.point({ x: 11, y: 21 }, null);
    vi.advanceTimersByTime(1);
    const { bytes } = writer.channel.sent[0]!;
    reader.hear(WRITER, bytes);
    reader.hear(READER, bytes);
    reader.hear(WRITER, bytes.subarray(1));
    expect(reader.changes(), "not of oneself, nor what nobody can read").toBe(1);
    expect(reader.lane.tails()).toEqual([{ id: `${WRITER}.5`, author: WRITER, tool: "highlighter", color: "#ffe23fa6", strokeWidth: 24, parts: [{ first: 0, points: [10, 20, 0, 0, 11, 21, 0, 8] }] }]);
    const ken = { actor: WRITER, page: PAGE, cursor: { x: 0, y: 0 }, laser: null };
    expect(reader.lane.better(ken)).toEqual({ ...ken, cursor: { x: 11, y: 21 } });
    expect(reader.lane.better({ ...ken, actor: READER }).cursor).toEqual({ x: 0, y: 0 });

    reader.strokes.set(`${WRITER}.5`, 2);
    reader.lane.records(PAGE, [`${WRITER}.5`], false);
    expect([reader.lane.tails(), reader.changes()]).toEqual([[], 2]);
    reader.hear(WRITER, bytes);
    expect(reader.lane.tails()).toEqual([]);
  });

  it("is not seen for ever where the log never has it", () => {
    const writer = page(WRITER);
    const reader = page(READER);
    writer.draw(`${WRITER}.5`, 10, 20, 0, 0);
    vi.advanceTimersByTime(1);
    reader.hear(WRITER, writer.channel.sent[0]!.bytes);
    vi.advanceTimersByTime(WAITS_MS + 1_000);
    expect([reader.lane.tails(), reader.changes()]).toEqual([[], 2]);
    expect(vi.getTimerCount(), "there is nothing to look after any more").toBe(0);
  });
});

describe("a page that comes into the call", () => {
  const port = () => new LanePort({ actor: () => WRITER, record: () => undefined, points: () => 0, changed: () => undefined });

  it("names the channel before its first offer, and again with each connection", async () => {
    const lanes = port();
    const one = calling({ lanes });
    await one.in();
    expect(one.connection().channels).toEqual([["lane", { ordered: false, maxRetransmits: 0 }, "before any offer"]]);
    await vi.waitFor(() => expect(lanes.lane?.open).toBe(true));
    await one.tell({ type: "over", why: "lost" });
    await one.tell({ type: "joined", ...JOINED });
    expect(one.connection().channels).toHaveLength(1);
    expect(one.connection().channel.binaryType, "the lane listens to the new one").toBe("arraybuffer");
    lanes.close();
    expect(lanes.lane).toBeUndefined();
  });
});
