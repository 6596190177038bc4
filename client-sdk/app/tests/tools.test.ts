import { describe, expect, it } from "vitest";
import { savingOf } from "../src/board/saving";
import { Hands } from "../src/tools/hands";
import { Pressure } from "../src/tools/pressure";

/** A board that remembers whose gestures can be taken back. */
function stacks() {
  const done = new Map<number, number>();
  const undone = new Map<number, number>();
  const change = (map: Map<number, number>, hand: number, by: number): void => void map.set(hand, (map.get(hand) ?? 0) + by);
  return {
    asked: [] as string[],
    wrote: (hand: number) => change(done, hand, 1),
    canUndo: (hand: number) => (done.get(hand) ?? 0) > 0,
    canRedo: (hand: number) => (undone.get(hand) ?? 0) > 0,
    undo(hand: number) {
      this.asked.push(`undo ${hand}`);
      change(done, hand, -1);
      change(undone, hand, 1);
      return true;
    },
    redo(hand: number) {
      this.asked.push(`redo ${hand}`);
      change(undone, hand, -1);
      change(done, hand, 1);
      return true;
    },
  };
}

describe("hands", () => {
  it("gives each finger its own, and a free one again", () => {
    const hands = new Hands(stacks());
    expect(hands.take(10, "touch")).toBe(1);
    expect(hands.take(11, "touch")).toBe(2);
    expect(hands.take(12, "mouse")).toBe(0);
    expect(hands.take(13, "pen")).toBe(1 + 2);
    hands.release(10);
    expect(hands.take(14, "touch")).toBe(1);
  });

  it("takes back the last gesture first, whichever hand made it", () => {
    const board = stacks();
    const hands = new Hands(board);
    const gestures: [number, number][] = [[1, 100], [2, 101], [1, 100], [0, 102]];
    const seen = new Set<number>();
    for (const [hand, gesture] of gestures) {
      if (!seen.has(gesture)) board.wrote(hand);
      seen.add(gesture);
      hands.wrote(hand, gesture);
    }
    hands.undo();
    hands.undo();
    hands.redo();
    hands.undo();
    hands.undo();
    expect(board.asked).toEqual(["undo 0", "undo 2", "redo 2", "undo 2", "undo 1"]);
    expect(hands.canUndo).toBe(false);
    expect(hands.canRedo).toBe(true);
  });
});

describe("pressure", () => {
  it("is none for fingers, mice and pens that always say the same", () => {
    const pressure = new Pressure();
    expect(pressure.of({ pointerType: "touch", pressure: 0.7 })).toBe(0);
    expect(pressure.of({ pointerType: "pen", pressure: 0.5 })).toBe(0);
    expect(pressure.of({ pointerType: "pen", pressure: 1 })).toBe(0);
  });

  it("is kept, down to a hair, for a pen that measures it", () => {
    const pressure = new Pressure();
    expect(pressure.of({ pointerType: "pen", pressure: 0.31 })).toBe(0.31);
    expect(pressure.of({ pointerType: "pen", pressure: 0 })).toBeGreaterThan(0);
  });
});

describe("the status line", () => {
  it("never says saved while something is not", () => {
    expect(savingOf("live", 0)).toBe("saved");
    expect(savingOf("live", 1)).toBe("saving");
    expect(savingOf("connecting", 1)).toBe("kept");
    expect(savingOf("offline", 3)).toBe("kept");
    expect(savingOf("offline", 0)).toBe("offline");
    expect(savingOf("connecting", 0)).toBe("connecting");
  });
});
