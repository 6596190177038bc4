import { describe, expect, it } from "vitest";
import { type Glimpse, readShown, STRIDE } from "../../src-ts/call/lane-bytes";
import { Outbox } from "../../src-ts/call/lane-out";
import { POINTER_MS, UNCONFIRMED_MS, WAITS_MS, Wet } from "../../src-ts/call/wet";

const PAGE = "0000000000000002.1";
const ELSEWHERE = "0000000000000002.9";
const WRITER = "00000000000000aa";
const STROKE = `${WRITER}.5`;

/** A page that reads, and what the log has there. */
function reading() {
  const log = new Map<string, number | null>();
  const wet = new Wet({ points: (page, stroke) => (page === PAGE ? (log.get(stroke) ?? (log.has(stroke) ? null : 0)) : 0) });
  wet.turn(PAGE);
  wet.live(true, 0);
  let sequence = 0;
  return {
    wet,
    log,
    /** Points of a stroke come by the lane. */
    hear(first: number, count: number, now = 0, { counter = 5, document = PAGE, actor = WRITER } = {}): void {
      const points = Array.from({ length: count }, (_, i) => [(first + i) * 8, 16, 255, first + i]).flat();
      const strokes = [{ counter, highlighter: false, color: "#102030ff", width: 20, first, points }];
      wet.take({ actor, glimpse: { sequence: sequence++, document, cursor: null, laser: null, strokes } }, now);
    },
    point(number: number, cursor: Glimpse["cursor"], now = 0, laser: Glimpse["laser"] = null): void {
      wet.take({ actor: WRITER, glimpse: { sequence: number, document: PAGE, cursor, laser, strokes: [] } }, now);
    },
    /** The log comes to have so many points of a stroke. */
    writes(points: number | null, now = 0, stroke = STROKE): boolean {
      log.set(stroke, points);
      return wet.confirm(PAGE, [stroke], false, now);
    },
    /** What is wet, as the places of the points. */
    ranges(): string[] {
      return wet.tails().flatMap(({ id, parts }) => parts.map(({ first, points }) => `${id.split(".")[1]}: ${first}-${first + points.length / STRIDE - 1}`));
    },
  };
}

describe("ink that comes by the lane", () => {
  it("is as the board gives ink", () => {
    const one = reading();
    one.hear(0, 2);
    expect(one.wet.tails()).toEqual([{ id: STROKE, author: WRITER, tool: "pen", color: "#102030ff", strokeWidth: 2.5, parts: [{ first: 0, points: [0, 2, 1, 0, 1, 2, 1, 1] }] }]);
  });

  it("is known by its place in the stroke, whatever is lost or overtaken", () => {
    const one = reading();
    one.hear(4, 2);
    one.hear(0, 2);
    expect(one.ranges()).toEqual(["5: 0-1", "5: 4-5"]);
    one.hear(9, 1);
    one.hear(1, 4);
    expect(one.ranges()).toEqual(["5: 0-5", "5: 9-9"]);
    one.hear(9, 3);
    one.hear(3, 20);
    expect(one.ranges()).toEqual(["5: 0-22"]);
    one.hear(30, 2);
    one.hear(28, 4);
    one.hear(25, 9);
    expect(one.ranges()).toEqual(["5: 0-22", "5: 25-33"]);
    const [{ parts }] = one.wet.tails() as [ReturnType<typeof one.wet.tails>[0]];
    for (const { first, points } of parts) points.forEach((value, at) => at % STRIDE === 3 && expect(value).toBe(first + Math.floor(at / STRIDE)));
  });

  it("lacks nothing if of three messages each time one arrives", () => {
    const out = new Outbox();
    out.turn(PAGE);
    for (const arrives of [0, 1, 2]) {
      const one = reading();
      let drawn = 0;
      const tell = (turn: number): void => {
        const bytes = out.take();
        if (bytes !== null && turn % 3 === arrives) for (const shown of readShown(new Uint8Array([0xfb, 0xaa, 0, ...bytes]))!) one.wet.take(shown, turn * 33);
      };
      for (let turn = 0; turn < 60; turn += 1) {
        const points = Array.from({ length: 2 }, (_, i) => [(drawn + i) * 9, drawn, 0, drawn + i]).flat();
        out.draw(`${WRITER}.${arrives}`, { counter: arrives, highlighter: false, color: "#000000ff", width: 24, first: drawn, points });
        drawn += 2;
        tell(turn);
      }
      for (let turn = 60; out.waiting; turn += 1) tell(turn);
      expect(one.ranges()).toEqual([`${arrives}: 0-119`]);
    }
  });

  it("is let go where the log has it, and only there", () => {
    const one = reading();
    one.hear(0, 10);
    expect(one.writes(4)).toBe(true);
    expect(one.ranges()).toEqual(["5: 4-9"]);
    one.hear(2, 10);
    expect(one.ranges(), "what is dry does not get wet again").toEqual(["5: 4-11"]);
    one.writes(12);
    expect(one.ranges()).toEqual([]);
    one.hear(8, 4);
    expect(one.ranges(), "a message that comes late").toEqual([]);
    one.hear(8, 6);
    expect(one.ranges()).toEqual(["5: 12-13"]);
    expect(one.wet.confirm(PAGE, ["00000000000000bb.1"], false, 0), "another stroke").toBe(false);
    one.log.set(STROKE, 14);
    one.wet.confirm(PAGE, [], true, 0);
    expect(one.ranges(), "all was read anew").toEqual([]);
  });

  it("goes with a stroke that is deleted, and stays away", () => {
    const one = reading();
    one.hear(0, 10);
    one.writes(null);
    expect(one.ranges()).toEqual([]);
    one.hear(0, 10);
    expect(one.ranges()).toEqual([]);
  });

  it("is of the page that is shown", () => {
    const one = reading();
    one.hear(0, 3, 0, { document: ELSEWHERE });
    expect(one.ranges()).toEqual([]);
    one.hear(0, 3);
    one.wet.turn(ELSEWHERE);
    expect(one.ranges()).toEqual([]);
  });

  it("that nothing confirms is gone some time after the pen was lifted", () => {
    const one = reading();
    one.hear(0, 3, 1_000);
    one.hear(3, 3, 2_000);
    expect(one.wet.sweep(2_000 + WAITS_MS)).toBe(false);
    expect(one.ranges()).toEqual(["5: 0-5"]);
    expect(one.wet.sweep(2_001 + WAITS_MS)).toBe(true);
    expect(one.ranges()).toEqual([]);
  });

  it("waits longer while the board's connection is away, and once more when it is back", () => {
    const one = reading();
    one.hear(0, 3, 1_000);
    one.wet.live(false, 2_000);
    one.wet.sweep(60_000);
    expect(one.ranges()).toEqual(["5: 0-2"]);
    one.wet.live(true, 60_000);
    one.wet.sweep(60_000 + WAITS_MS);
    expect(one.ranges()).toEqual(["5: 0-2"]);
    one.wet.sweep(60_001 + WAITS_MS);
    expect(one.ranges()).toEqual([]);
    one.wet.live(false, 90_000);
    one.hear(0, 3, 90_000);
    one.wet.sweep(90_001 + UNCONFIRMED_MS);
    expect(one.ranges(), "not for ever").toEqual([]);
    expect(one.wet.empty).toBe(true);
  });

  it("does not stay for ever because its writer draws on", () => {
    const one = reading();
    for (let now = 0; now <= UNCONFIRMED_MS; now += 1_000) one.hear(now / 1_000, 1, now);
    expect(one.ranges()).toHaveLength(1);
    expect(one.wet.sweep(UNCONFIRMED_MS + 1)).toBe(true);
    one.hear(500, 3, UNCONFIRMED_MS + 2);
    expect(one.ranges()).toEqual([]);
    one.writes(501, UNCONFIRMED_MS + 3);
    one.hear(500, 3, UNCONFIRMED_MS + 4);
    expect(one.ranges(), "the log has come to have some of it").toEqual(["5: 501-502"]);
  });

  it("is bounded for each writer, and the others lose nothing by it", () => {
    const one = reading();
    one.hear(0, 3, 0, { actor: "00000000000000bb", counter: 1 });
    for (let counter = 10; counter < 200; counter += 1) one.hear(0, 1, 0, { counter });
    expect(one.wet.tails()).toHaveLength(48 + 1);
    for (let i = 0; i < 100; i += 1) one.hear(i * 1_000, 180, 0, { counter: 300 + (i % 5) });
    const points = one.wet.tails().filter(({ author }) => author === WRITER).flatMap(({ parts }) => parts).reduce((sum, part) => sum + part.points.length / STRIDE, 0);
    expect(points).toBeLessThanOrEqual(8_192);
    expect(points).toBeGreaterThan(3_000);
    expect(one.wet.tails().some(({ author }) => author === "00000000000000bb")).toBe(true);
    for (let writer = 0; writer < 1_000; writer += 1) one.hear(0, 1, 0, { actor: writer.toString(16).padStart(16, "c") });
    expect(one.wet.tails().length).toBeLessThanOrEqual(200 * 48);
    expect(new Set(one.wet.tails().map(({ author }) => author)).size).toBeLessThanOrEqual(200);
    one.wet.sweep(UNCONFIRMED_MS * 2);
    expect(one.wet.empty).toBe(true);
  });
});

describe("a pointer that comes by the lane", () => {
  it("is where the latest message says, also if that says nowhere", () => {
    const one = reading();
    expect(one.wet.pointers(WRITER, PAGE, 0)).toBeUndefined();
    one.point(7, { x: 80, y: -4 });
    one.point(6, { x: 0, y: 0 });
    expect(one.wet.pointers(WRITER, PAGE, 0)).toEqual({ cursor: { x: 10, y: -0.5 }, laser: null });
    one.point(8, null, 0, { x: 8, y: 8 });
    expect(one.wet.pointers(WRITER, PAGE, 0)).toEqual({ cursor: null, laser: { x: 1, y: 1 } });
    expect(one.wet.pointers(WRITER, ELSEWHERE, 0)).toBeUndefined();
  });

  it("counts for two seconds, and then may be numbered anew", () => {
    const one = reading();
    one.point(700, { x: 8, y: 8 }, 1_000);
    expect(one.wet.pointers(WRITER, PAGE, 1_000 + POINTER_MS)).toBeDefined();
    expect(one.wet.pointers(WRITER, PAGE, 1_001 + POINTER_MS)).toBeUndefined();
    one.point(3, { x: 16, y: 16 }, 1_001 + POINTER_MS);
    expect(one.wet.pointers(WRITER, PAGE, 1_001 + POINTER_MS)?.cursor).toEqual({ x: 2, y: 2 });
    expect(one.wet.sweep(9_000), "presence counts again").toBe(true);
    expect(one.wet.empty).toBe(true);
  });
});
