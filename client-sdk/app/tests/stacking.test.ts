import type { RecordId } from "@kakehashi/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Shape } from "../src/canvas/shape";
import { Stacking } from "../src/canvas/stacking";

/** A stack of so many shapes, and how often their order was read. */
function stackOf(count: number) {
  const order: RecordId[] = Array.from({ length: count }, (_, i) => `${i}`);
  const shapes = new Map<RecordId, Shape>();
  const seen = { reads: 0, moved: [] as string[] };
  const stacking = new Stacking(
    () => {
      seen.reads++;
      return order;
    },
    shapes,
    (moved) => (seen.moved = moved.map(({ record }) => record.id)),
  );
  for (const id of order) shapes.set(id, { record: { id }, z: stacking.next() } as Shape);
  return { stacking, order, shapes, seen };
}

describe("what lies above what", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is read at once on a page of few shapes, and says which moved", () => {
    const { stacking, order, shapes, seen } = stackOf(4);
    order.push(...order.splice(0, 1));
    stacking.change(true);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual({ reads: 1, moved: ["0"] });
    expect(stacking.isTopmost(shapes.get("0") as Shape)).toBe(true);
  });

  it("is not read while a full page is written on, but in the end", () => {
    const { stacking, seen } = stackOf(2500);
    stacking.change(true);
    for (let ms = 0; ms < 2000; ms += 50) {
      vi.advanceTimersByTime(50);
      stacking.change(false);
    }
    expect(seen.reads).toBe(0);
    vi.advanceTimersByTime(300);
    expect(seen.reads).toBe(1);
  });
});
