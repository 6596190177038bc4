import type { Edit } from "@kakehashi/client";
import { beforeEach, describe, expect, it } from "vitest";
import { countOf, STRIDE } from "../src/canvas/ink";
import type { WetStroke } from "../src/canvas/wet";
import { Pen, STROKE_POINTS_MAX, STROKE_TIME_MAX } from "../src/tools/pen";
import type { Desk, Pointer, Sample } from "../src/tools/tool";

const FINGER: Pointer = { id: 7, hand: 1, type: "touch", shift: false };

/** A desk whose board can be told to take nothing more. */
class TestDesk {
  takes = true;
  readonly strokes = new Map<string, number[]>();
  readonly gestures = new Set<number>();
  readonly hidden = new Set<string>();
  readonly wetStrokes = new Set<WetStroke>();
  tries = 0;
  private gesture = 0;

  readonly undone: number[] = [];

  readonly desk = {
    board: { gesture: () => ++this.gesture, undo: (hand: number) => this.undone.push(hand) },
    scene: {
      hide: (id: string) => this.hidden.add(id),
      show: (id: string) => this.hidden.delete(id),
      get: (id: string) => {
        const points = this.strokes.get(id);
        return points === undefined ? undefined : { record: { kind: "stroke", points: countOf(points) } };
      },
    },
    wet: {
      paint: (stroke: WetStroke) => this.wetStrokes.add(stroke),
      remove: (stroke: WetStroke) => this.wetStrokes.delete(stroke),
    },
    styles: { pen: { get: () => ({ color: "black", width: "medium" }) } },
    requestFrame: () => undefined,
    write: <T>(_hand: number, gesture: number, edits: (edit: Edit) => T): T | undefined => {
      this.tries++;
      let made: string | null = null;
      const appended: [string, Float64Array][] = [];
      const edit = {
        create: () => (made = `stroke ${this.strokes.size}`),
        appendInk: (id: string, samples: Float64Array) => appended.push([id, samples]),
      };
      const result = edits(edit as unknown as Edit);
      if (!this.takes) return undefined;
      if (made !== null) this.strokes.set(made, []);
      for (const [id, samples] of appended) this.strokes.get(id)?.push(...samples);
      this.gestures.add(gesture);
      return result;
    },
  } as unknown as Desk;
}

function sample(x: number, time: number): Sample {
  return { page: { x, y: 0 }, screen: { x, y: 0 }, pressure: 0, time };
}

describe("the pen", () => {
  let test: TestDesk;
  let pen: Pen;
  beforeEach(() => {
    test = new TestDesk();
    pen = new Pen(test.desk);
  });

  it("writes each sample once, whatever the frames", () => {
    pen.down(FINGER, sample(0, 1000));
    pen.frame();
    pen.frame();
    pen.move(FINGER, [sample(5, 1010), sample(9, 1020)]);
    pen.frame();
    pen.up(FINGER, sample(12, 1030));
    expect([...test.strokes.values()]).toEqual([[0, 0, 0, 0, 5, 0, 0, 10, 9, 0, 0, 20, 12, 0, 0, 30]]);
    pen.frame();
    expect(test.wetStrokes.size + test.hidden.size).toBe(0);
  });

  it("goes on as another stroke of the same gesture before one has too many points", () => {
    pen.down(FINGER, sample(0, 0));
    for (let i = 1; i <= STROKE_POINTS_MAX + 10; i++) pen.move(FINGER, [sample(i, i)]);
    pen.up(FINGER, sample(STROKE_POINTS_MAX + 11, STROKE_POINTS_MAX + 11));
    const [first = [], second = []] = [...test.strokes.values()];
    expect(test.strokes.size).toBe(2);
    expect(test.gestures.size).toBe(1);
    expect(countOf(first)).toBe(STROKE_POINTS_MAX);
    expect(second[0]).toBe(first[first.length - STRIDE]);
    expect(second[second.length - STRIDE]).toBe(STROKE_POINTS_MAX + 11);
  });

  it("goes on as another stroke before one lasts too long, also after a long rest", () => {
    pen.down(FINGER, sample(0, 0));
    pen.move(FINGER, [sample(5, 100)]);
    pen.move(FINGER, [sample(9, 5 * STROKE_TIME_MAX)]);
    pen.move(FINGER, [sample(14, 5 * STROKE_TIME_MAX + 16)]);
    pen.up(FINGER, sample(14, 5 * STROKE_TIME_MAX + 16));
    const [first = [], second = []] = [...test.strokes.values()];
    expect(first.filter((_, i) => i % STRIDE === 3)).toEqual([0, 100]);
    expect(second.filter((_, i) => i % STRIDE === 0)).toEqual([5, 9, 14]);
    expect(second.filter((_, i) => i % STRIDE === 3)).toEqual([0, 0, 16]);
  });

  it("never goes back in time", () => {
    pen.down(FINGER, sample(0, 100));
    pen.move(FINGER, [sample(5, 120), sample(9, 110)]);
    pen.up(FINGER, sample(12, 130));
    const [points = []] = [...test.strokes.values()];
    expect(points.filter((_, i) => i % STRIDE === 3)).toEqual([0, 20, 20, 30]);
  });

  it("shows a finger that may turn out to be a palm, and writes it once it is sure", () => {
    const finger = { ...FINGER, held: true };
    pen.down(finger, sample(0, 0));
    pen.move(finger, [sample(5, 10)]);
    pen.frame();
    expect(test.strokes.size).toBe(0);
    expect(test.wetStrokes.size).toBe(1);
    finger.held = false;
    pen.frame();
    expect([...test.strokes.values()]).toEqual([[0, 0, 0, 0, 5, 0, 0, 10]]);
  });

  it("takes back without a trace what was not written, and by undo what was", () => {
    const finger = { ...FINGER, held: true };
    pen.down(finger, sample(0, 0));
    pen.frame();
    pen.cancel(finger);
    pen.up(finger, sample(9, 20));
    expect([test.strokes.size, test.wetStrokes.size, test.undone.length]).toEqual([0, 0, 0]);
    finger.held = false;
    pen.down(finger, sample(0, 100));
    pen.frame();
    pen.cancel(finger);
    expect(test.undone).toEqual([FINGER.hand]);
    expect(test.wetStrokes.size + test.hidden.size).toBe(0);
  });

  it("ends a stroke that the board does not take, and asks once", () => {
    pen.down(FINGER, sample(0, 0));
    pen.frame();
    test.takes = false;
    pen.move(FINGER, [sample(5, 10)]);
    pen.frame();
    const tries = test.tries;
    pen.move(FINGER, [sample(9, 20)]);
    pen.frame();
    pen.up(FINGER, sample(12, 30));
    expect(test.tries).toBe(tries);
    expect([...test.strokes.values()]).toEqual([[0, 0, 0, 0]]);
    expect(test.wetStrokes.size).toBe(0);
    expect(test.hidden.size).toBe(0);
  });
});
