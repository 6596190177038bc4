import { describe, expect, it } from "vitest";
import { type Glimpse, GLIMPSE_BYTES_MAX, POINTS_MAX, readShown, STRIDE, STROKES_MAX } from "../../src-ts/call/lane-bytes";
import { Outbox, REPEATS } from "../../src-ts/call/lane-out";

const PAGE = "0000000000000002.1";

function outbox(): Outbox {
  const made = new Outbox();
  made.turn(PAGE);
  return made;
}

/** The next message, as another reads it. */
function told(from: Outbox): Glimpse {
  const bytes = from.take();
  if (bytes === null) throw new Error("there is nothing to say");
  expect(bytes.length).toBeLessThanOrEqual(GLIMPSE_BYTES_MAX);
  return readShown(new Uint8Array([1, ...bytes]))![0]!.glimpse;
}

/** So many points of a stroke, `step` eighths from one to the next. */
function draw(into: Outbox, stroke: number, first: number, count: number, step = 1): void {
  const points = Array.from({ length: count }, (_, i) => [(first + i) * step, 0, 0, first + i]).flat();
  into.draw(`0000000000000001.${stroke}`, { counter: stroke, highlighter: false, color: "#000000ff", width: 24, first, points });
}

/** Which points of which stroke stand in a message. */
function ranges({ strokes }: Glimpse): string[] {
  return strokes.map(({ counter, first, points }) => `${counter}: ${first}-${first + points.length / STRIDE - 1}`);
}

describe("what goes into the lane", () => {
  it("stands in three messages, one after the other, and then no more", () => {
    const out = outbox();
    draw(out, 5, 0, 2);
    expect(ranges(told(out))).toEqual(["5: 0-1"]);
    draw(out, 5, 2, 1);
    expect(ranges(told(out))).toEqual(["5: 0-2"]);
    draw(out, 5, 3, 4);
    expect(ranges(told(out))).toEqual(["5: 0-6"]);
    expect(ranges(told(out))).toEqual(["5: 2-6"]);
    expect(ranges(told(out))).toEqual(["5: 3-6"]);
    expect(out.waiting).toBe(false);
    expect(out.take()).toBeNull();
    draw(out, 5, 7, 1);
    expect(ranges(told(out))).toEqual(["5: 7-7"]);
  });

  it("has the pointers in each message, numbered, and two more after they last moved", () => {
    const out = outbox();
    out.point({ x: 8, y: 16 }, null);
    const [first, second] = [told(out), told(out)];
    expect([first.sequence, second.sequence]).toEqual([0, 1]);
    expect([first.cursor, first.laser, first.document]).toEqual([{ x: 8, y: 16 }, null, PAGE]);
    out.point({ x: 8, y: 16 }, null);
    told(out);
    expect(out.waiting, "they did not move").toBe(false);
    out.point(null, null);
    expect(told(out).cursor).toBeNull();
    draw(out, 1, 0, 1);
    expect(told(out).cursor).toBeNull();
    told(out);
    expect(ranges(told(out))).toEqual(["1: 0-0"]);
    expect(out.waiting).toBe(false);
  });

  it("is of the page that is shown", () => {
    const out = new Outbox();
    out.point({ x: 1, y: 1 }, null);
    expect(out.waiting, "there is none").toBe(false);
    out.turn(PAGE);
    draw(out, 1, 0, 3);
    out.point({ x: 1, y: 1 }, null);
    out.turn("0000000000000002.9");
    expect(out.waiting).toBe(false);
    draw(out, 2, 0, 1);
    expect(told(out)).toMatchObject({ document: "0000000000000002.9", cursor: null, strokes: [{ counter: 2 }] });
  });

  it("leaves away repetitions before it leaves away points", () => {
    const out = outbox();
    draw(out, 1, 0, 100);
    told(out);
    draw(out, 2, 0, 80);
    expect(ranges(told(out))).toEqual(["2: 0-79", "1: 0-99"]);
    draw(out, 2, 80, 60);
    expect(ranges(told(out)), "those of the message before fit as well").toEqual(["2: 0-139"]);
    draw(out, 3, 0, 150);
    expect(ranges(told(out)), "new ones alone").toEqual(["3: 0-149"]);
    expect(ranges(told(out))).toEqual(["3: 0-149"]);
  });

  it("has the newest of what does not fit", () => {
    const out = outbox();
    // Seven bytes and more a point, in all of which a message has room for some 130.
    draw(out, 1, 0, POINTS_MAX, 40_000 / 8);
    const [{ first, points }] = told(out).strokes as [Glimpse["strokes"][0]];
    expect(first + points.length / STRIDE).toBe(POINTS_MAX);
    expect(first).toBeGreaterThan(0);
    draw(out, 1, POINTS_MAX, 2);
    expect(told(out).strokes[0]!.first, "what was left away is not told later").toBe(first);
  });

  it("takes turns where more hands draw than a message has room for", () => {
    const out = outbox();
    const hands = STROKES_MAX + 8;
    const seen = new Set<string>();
    for (let turn = 0; turn < 4; turn += 1) {
      for (let hand = 0; hand < hands; hand += 1) draw(out, hand + 1, turn * 2, 2);
      const message = told(out);
      expect(message.strokes).toHaveLength(STROKES_MAX);
      for (const { counter, first, points } of message.strokes) for (let at = first; at < first + points.length / STRIDE; at += 1) seen.add(`${counter} ${at}`);
    }
    while (out.waiting) for (const { counter, first, points } of told(out).strokes) for (let at = first; at < first + points.length / STRIDE; at += 1) seen.add(`${counter} ${at}`);
    expect(seen.size).toBe(hands * 8);
  });

  it("keeps no more than some strokes waiting", () => {
    const out = outbox();
    for (let hand = 0; hand < 500; hand += 1) draw(out, hand, 0, 3);
    let messages = 0;
    while (out.take() !== null) messages += 1;
    expect(messages).toBeLessThanOrEqual((64 / STROKES_MAX) * REPEATS);
  });
});
