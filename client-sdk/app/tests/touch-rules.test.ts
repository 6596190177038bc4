import { describe, expect, it } from "vitest";
import { isPalm, mayPinch, Pens, type Touch, unsettled } from "../src/canvas/touch-rules";
import { usualFingers } from "../src/state/fingers";
import { allowedParts } from "../src/state/remembered";

function touch(since: number, way = 0): Touch {
  return { id: 1, since, start: { x: 100, y: 100 }, now: { x: 100 + way, y: 100 } };
}

describe("a palm", () => {
  it("is a contact no finger makes; at a wall a chalky finger is still one", () => {
    const wall = 3840;
    const millimetres = (mm: number): { width: number; height: number } => ({ width: (mm * wall) / 1650, height: 10 });
    expect(isPalm(millimetres(20), wall)).toBe(false);
    expect(isPalm(millimetres(28), wall)).toBe(false);
    expect(isPalm(millimetres(60), wall)).toBe(true);
    // The same panel at twice the pixel ratio.
    expect(isPalm({ width: (60 * 1920) / 1650, height: 10 }, 1920)).toBe(true);
    expect(isPalm({ width: (25 * 1920) / 1650, height: 10 }, 1920)).toBe(false);
  });

  it("is no finger on a tablet, and nothing is known where contacts are not measured", () => {
    expect(isPalm({ width: 60, height: 70 }, 1180)).toBe(false);
    expect(isPalm({ width: 200, height: 120 }, 1180)).toBe(true);
    expect(isPalm({ width: 1, height: 1 }, 1180)).toBe(false);
  });
});

describe("a pen", () => {
  it("keeps touches away while it is down or near, and half a second longer", () => {
    const pens = new Pens();
    expect(pens.near(0)).toBe(false);
    expect(pens.sign(1000)).toBe(true);
    expect(pens.sign(1200)).toBe(false);
    expect(pens.near(1650)).toBe(true);
    expect(pens.near(1750)).toBe(false);
    pens.press(5);
    expect(pens.near(9000)).toBe(true);
    pens.lift(5);
    expect(pens.near(9000)).toBe(false);
  });
});

describe("two fingers", () => {
  it("pinch if they come down together, or the first has rested", () => {
    expect(mayPinch(touch(1000, 80), 1100)).toBe(true);
    expect(mayPinch(touch(1000, 80), 1200)).toBe(false);
    expect(mayPinch(touch(1000, 3), 1350)).toBe(true);
    expect(mayPinch(touch(1000, 3), 1500)).toBe(false);
  });

  it("leave the first unwritten until it is sure, where they move the page or a pen may come", () => {
    const wall = { two: "write", pens: false } as const;
    expect(unsettled(touch(1000), 1000, wall)).toBe(false);
    expect(unsettled(touch(1000), 1200, { ...wall, pens: true })).toBe(true);
    expect(unsettled(touch(1000), 1350, { ...wall, pens: true })).toBe(false);
    expect(unsettled(touch(1000, 50), 1100, { two: "move", pens: false })).toBe(true);
    expect(unsettled(touch(1000, 50), 1200, { two: "move", pens: false })).toBe(false);
  });

  it("move the page on what is held in the hand, and write at a wall", () => {
    expect(usualFingers({ touch: true, width: 1366 })).toBe("move");
    expect(usualFingers({ touch: true, width: 1920 })).toBe("write");
    expect(usualFingers({ touch: false, width: 1366 })).toBe("write");
  });
});

describe("what a device remembers", () => {
  const initial = { color: "black", width: 2 };
  const allowed = { color: ["black", "red"], width: [1, 2, 3] };

  it("is taken part by part, and only what there still is", () => {
    expect(allowedParts({ color: "red", width: 3 }, initial, allowed)).toEqual({ color: "red", width: 3 });
    expect(allowedParts({ color: "mauve", width: 3, more: true }, initial, allowed)).toEqual({ color: "black", width: 3 });
    for (const odd of [null, "red", 7, []]) expect(allowedParts(odd, initial, allowed)).toEqual(initial);
  });
});
