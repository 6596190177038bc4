import { describe, expect, it } from "vitest";
import { PAGE } from "../src/canvas/rect";
import { fit, keepInSight, pinch, resized, SCALE_MAX, toPage, toScreen, visible, zoomAt } from "../src/canvas/view";

const laptop = { width: 1254, height: 660 };

describe("the view", () => {
  it("takes a point to the screen and back", () => {
    const view = { scale: 0.625, x: 31, y: -12 };
    const screen = toScreen(view, { x: 960, y: 540 });
    expect(screen).toEqual({ x: 631, y: 325.5 });
    expect(toPage(view, screen)).toEqual({ x: 960, y: 540 });
  });

  it.each([laptop, { width: 3600, height: 2000 }, { width: 390, height: 600 }])("fits the sheet into %o", (size) => {
    const view = fit(size);
    const corner = toScreen(view, { x: 0, y: 0 });
    const end = toScreen(view, { x: PAGE.width, y: PAGE.height });
    expect(corner.x).toBeGreaterThanOrEqual(0);
    expect(corner.y).toBeGreaterThanOrEqual(0);
    expect(end.x).toBeLessThanOrEqual(size.width);
    expect(end.y).toBeLessThanOrEqual(size.height);
    expect(corner.x).toBeCloseTo(size.width - end.x);
    expect(Math.min(corner.x, corner.y)).toBeLessThan(40);
  });

  it("zooms about the place under the pointer", () => {
    const at = { x: 300, y: 200 };
    const before = fit(laptop);
    const after = zoomAt(before, at, 1.7);
    expect(after.scale).toBeCloseTo(before.scale * 1.7);
    expect(toPage(after, at).x).toBeCloseTo(toPage(before, at).x);
    expect(toPage(after, at).y).toBeCloseTo(toPage(before, at).y);
    expect(zoomAt(before, at, 1e6).scale).toBe(SCALE_MAX);
  });

  it("keeps both fingers on what they took hold of", () => {
    const before = fit(laptop);
    const from = [{ x: 200, y: 300 }, { x: 500, y: 320 }] as const;
    const to = [{ x: 160, y: 240 }, { x: 610, y: 270 }] as const;
    const after = pinch(before, from, to);
    for (const finger of [0, 1] as const) {
      expect(toScreen(after, toPage(before, from[finger])).x).toBeCloseTo(to[finger].x, 0);
    }
  });

  it("never loses the sheet", () => {
    const far = keepInSight({ scale: 1, x: -9000, y: 9000 }, laptop);
    const seen = visible(far, laptop);
    expect(seen.x).toBeLessThan(PAGE.width);
    expect(seen.y).toBeGreaterThan(-laptop.height);
  });

  it("never makes the sheet so small that it cannot be read", () => {
    const small = keepInSight(zoomAt(fit(laptop), { x: 20, y: 20 }, 0.1), laptop);
    expect(small.scale).toBeCloseTo(fit(laptop).scale / 2);
    const whole = fit(laptop);
    expect(keepInSight(whole, laptop)).toEqual(whole);
  });

  it("keeps the middle in the middle when the window changes", () => {
    const view = zoomAt(fit(laptop), { x: 0, y: 0 }, 3);
    const after = resized(view, laptop, { width: 800, height: 500 });
    expect(toPage(after, { x: 400, y: 250 })).toEqual(toPage(view, { x: 627, y: 330 }));
  });
});
