import { describe, expect, it } from "vitest";
import { figureBetween, throughCorners, usualFigure } from "../src/tools/figures";
import type { ShapeStyle } from "../src/tools/styles";

const STYLE: ShapeStyle = { figure: "rectangle", color: "red", width: "thin", filled: false, sides: 6 };
const FROM = { x: 10, y: 20 };

describe("figures", () => {
  it("fill the box of a drag, whichever way it went", () => {
    const box = { x: 10, y: 20, width: 100, height: 50, kind: "rectangle" };
    expect(figureBetween(STYLE, FROM, { x: 110, y: 70 }, false)).toMatchObject(box);
    expect(figureBetween(STYLE, { x: 110, y: 70 }, FROM, false)).toMatchObject(box);
    for (const figure of ["triangle", "star", "regular"] as const) {
      const draft = figureBetween({ ...STYLE, figure }, FROM, { x: 110, y: 70 }, false);
      if (draft.kind !== "polygon") throw new Error(draft.kind);
      const xs = draft.path.filter((_, i) => i % 2 === 0);
      const ys = draft.path.filter((_, i) => i % 2 === 1);
      expect([draft.x, draft.y, Math.max(...xs), Math.max(...ys)]).toEqual([10, 20, 100, 50]);
      expect(xs).toHaveLength({ triangle: 3, star: 10, regular: 6 }[figure]);
    }
  });

  it("are even with shift", () => {
    expect(figureBetween(STYLE, FROM, { x: -90, y: 70 }, true)).toMatchObject({ x: -90, y: 20, width: 100, height: 100 });
    const line = figureBetween({ ...STYLE, figure: "arrow" }, FROM, { x: 110, y: 27 }, true);
    expect(line).toMatchObject({ kind: "arrow", x: 10, y: 20, path: [0, 0, 100.25, 0] });
  });

  it("keep the way of a line", () => {
    const line = figureBetween({ ...STYLE, figure: "line" }, { x: 100, y: 100 }, { x: 40, y: 160 }, false);
    expect(line).toMatchObject({ x: 40, y: 100, path: [60, 0, 0, 60], fill: null });
  });

  it("are filled only where there is something to fill", () => {
    const filled = { ...STYLE, filled: true };
    expect(figureBetween(filled, FROM, { x: 50, y: 50 }, false).fill).toBe("#c6282840");
    expect(figureBetween({ ...filled, figure: "arrow" }, FROM, { x: 50, y: 50 }, false).fill).toBeNull();
    expect(throughCorners(filled, [FROM, { x: 50, y: 20 }, { x: 10, y: 60 }], true)).toMatchObject({
      kind: "polygon",
      path: [0, 0, 40, 0, 0, 40],
      fill: "#c6282840",
    });
    expect(throughCorners(filled, [FROM, { x: 50, y: 20 }], false)).toMatchObject({ kind: "line", fill: null });
  });

  it("have a usual size about a tap", () => {
    expect(usualFigure(STYLE, { x: 500, y: 400 })).toMatchObject({ x: 380, y: 320, width: 240, height: 160 });
  });
});
