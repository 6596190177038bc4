import { describe, expect, it } from "vitest";
import { fresh, TRAIL_MS } from "../src/canvas/trails";

describe("a laser's tail", () => {
  const places = [{ at: 0 }, { at: 400 }, { at: 800 }];

  it("fades place by place", () => {
    expect(fresh(places, TRAIL_MS - 1, false)).toHaveLength(3);
    expect(fresh(places, TRAIL_MS + 500, false)).toEqual([{ at: 800 }]);
    expect(fresh(places, TRAIL_MS + 900, false)).toEqual([]);
  });

  it("keeps its point while the pointer is pressed", () => {
    expect(fresh(places, TRAIL_MS * 60, true)).toEqual([{ at: 800 }]);
  });
});
