import type { ShapeRecord } from "@kakehashi/client";
import { describe, expect, it } from "vitest";
import { centre, PAGE, type Point } from "../src/canvas/rect";
import { linesFrom, type Shape, shapeOf } from "../src/canvas/shape";
import { mapPoint } from "../src/canvas/transform";
import { type Act, changed, framed, patchOf, transformOf } from "../src/tools/select/act";
import { dragged, scaling } from "../src/tools/select/drag";
import { type Frame, frameOf, type Grip, handlesOf, innerBox, spotOf } from "../src/tools/select/frame";
import { inLoop, mostlyInside } from "../src/tools/select/lasso";

const INK = [100, 100, 0, 0, 140, 180, 0, 10, 300, 120, 0, 20, 260, 240, 0, 30];
const base = { author: "a", rotation: 0, locked: false, unsaved: false } as const;
const look = { color: "#000000ff", strokeWidth: 4 } as const;

/** One of every kind that can be selected. */
const KINDS = {
  stroke: { ...base, ...look, id: "stroke", kind: "stroke", x: 40, y: -10, tool: "pen", scaleX: 1, scaleY: 1, points: 4 },
  rectangle: { ...base, ...look, id: "rectangle", kind: "rectangle", x: 500, y: 200, width: 200, height: 120, fill: null },
  ellipse: { ...base, ...look, id: "ellipse", kind: "ellipse", x: 900, y: 240, width: 160, height: 80, fill: "#00ff00ff" },
  line: { ...base, ...look, id: "line", kind: "line", x: 300, y: 500, path: [0, 0, 200, 100, 240, 40], fill: null },
  polygon: { ...base, ...look, id: "polygon", kind: "polygon", x: 700, y: 500, path: [0, 0, 200, 0, 100, 160], fill: null },
  text: { ...base, id: "text", kind: "text", x: 100, y: 700, width: 400, height: 50, color: "#000000ff", fill: null, fontSize: 32, align: "start", text: "good morning everybody" },
  note: { ...base, id: "note", kind: "note", x: 800, y: 700, width: 240, height: 240, color: "#000000ff", fill: "#fff0a8ff", fontSize: 32, align: "start", text: "note" },
  image: { ...base, id: "image", kind: "image", x: 1200, y: 600, width: 320, height: 200, asset: "00" },
} as const satisfies Record<string, ShapeRecord>;

/** Letters as wide as half their size. */
const shaped = (record: ShapeRecord): Shape =>
  shapeOf(record, 0, linesFrom(() => INK), (font) => (text) => (text.length * parseFloat(font)) / 2);

const shapes = (...records: ShapeRecord[]): Shape[] => records.map(shaped);
const plain = { shift: false, alt: false };
const size = (hx: -1 | 0 | 1, hy: -1 | 0 | 1): Grip => ({ kind: "size", hx, hy });

function drag(grip: Grip, on: readonly Shape[], by: Point, keys = plain): { act: Act; after: Shape[]; frame: Frame } {
  const frame = frameOf(on) as Frame;
  const from = { x: 500, y: 500 };
  const act = dragged(grip, on, frame, from, { x: from.x + by.x, y: from.y + by.y }, keys);
  return { act, frame, after: on.map((shape) => shaped(changed(act, shape, on.length === 1, shaped))) };
}

function near(one: Point, other: Point, within = 0.3): void {
  expect(Math.hypot(one.x - other.x, one.y - other.y), `${JSON.stringify(one)} is at ${JSON.stringify(other)}`).toBeLessThan(within);
}

const CORNERS = [
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
] as const;

describe("resizing one thing", () => {
  for (const record of Object.values(KINDS)) {
    for (const rotation of [0, 30, 90, 215.5]) {
      it(`keeps the opposite corner where it is: ${record.kind} at ${rotation}°`, () => {
        const before = shaped({ ...record, rotation });
        for (const [hx, hy] of CORNERS) {
          const { after } = drag(size(hx, hy), [before], { x: 70, y: 40 });
          const opposite = { x: (1 - hx) / 2, y: (1 - hy) / 2 };
          near(spotOf(after[0] as Shape, opposite), spotOf(before, opposite));
        }
      });

      it(`shows the others where it will be: ${record.kind} at ${rotation}°`, () => {
        const before = shaped({ ...record, rotation });
        const { act, after } = drag(size(1, 1), [before], { x: 50, y: 60 });
        for (const share of [{ x: 0, y: 0 }, { x: 1, y: 0 }, { x: 0.5, y: 0.5 }, { x: 1, y: 1 }]) {
          // Letters have sizes of an eighth of a unit, and lines of them add up.
          near(mapPoint(transformOf(act, before), spotOf(before, share)), spotOf(after[0] as Shape, share), 3);
        }
      });
    }
  }

  it("goes along the thing's own axes when it is turned", () => {
    const before = shaped({ ...KINDS.rectangle, rotation: 90 });
    // Seen on the page, the right side of a thing turned by 90° lies below.
    const { after } = drag(size(1, 0), [before], { x: 0, y: 40 });
    expect(after[0]?.record).toMatchObject({ width: 240, height: 120, rotation: 90 });
  });

  it("is from the middle with alt, in proportion with shift, and of pictures always, but for shift", () => {
    const { after } = drag(size(1, 0), shapes(KINDS.rectangle), { x: 20, y: 0 }, { shift: false, alt: true });
    expect(after[0]?.record).toMatchObject({ x: 480, width: 240 });
    near(centre((after[0] as Shape).box), centre(shaped(KINDS.rectangle).box));
    const even = drag(size(1, 1), shapes(KINDS.rectangle), { x: 100, y: 60 }, { shift: true, alt: false }).after[0]?.record;
    expect(even).toMatchObject({ width: 300, height: 180 });
    const picture = drag(size(1, 1), shapes(KINDS.image), { x: 160, y: 0 }).after[0]?.record;
    expect(picture?.kind === "image" && picture.width / picture.height).toBeCloseTo(1.6, 2);
    const squeezed = drag(size(1, 1), shapes(KINDS.image), { x: 160, y: 0 }, { shift: true, alt: false }).after[0]?.record;
    expect(squeezed).toMatchObject({ width: 480, height: 200 });
  });

  it("never turns anything inside out", () => {
    for (const record of Object.values(KINDS)) {
      for (const [hx, hy] of CORNERS) {
        const { after } = drag(size(hx, hy), [shaped(record)], { x: -hx * 5000, y: -hy * 5000 });
        const shape = after[0] as Shape;
        const box = innerBox(shape);
        expect(box.width, record.kind).toBeGreaterThan(0);
        expect(box.height, record.kind).toBeGreaterThan(0);
        if (shape.record.kind === "stroke") expect(Math.min(shape.record.scaleX, shape.record.scaleY)).toBeGreaterThan(0);
      }
    }
  });

  it("gives a text another width by its sides, breaks it anew and keeps its upper edge", () => {
    const before = shaped(KINDS.text);
    const { after } = drag(size(1, 0), [before], { x: -160, y: 0 });
    const shape = after[0] as Shape;
    expect(shape.record).toMatchObject({ fontSize: 32, y: 700, x: 100 });
    expect(shape.lines?.length).toBeGreaterThan(before.lines?.length ?? 0);
    const left = drag(size(-1, 0), [before], { x: 160, y: 0 }).after[0] as Shape;
    near(spotOf(left, { x: 1, y: 0 }), spotOf(before, { x: 1, y: 0 }), 40);
    expect(left.record.y).toBe(700);
  });

  it("gives text and notes larger letters by their corners, with the same lines", () => {
    for (const record of [KINDS.text, KINDS.note]) {
      const before = shaped(record);
      const { after } = drag(size(1, 1), [before], { x: before.box.width, y: before.box.height });
      expect(after[0]?.record).toMatchObject({ fontSize: 64 });
      expect(after[0]?.lines?.map(({ text }) => text)).toEqual(before.lines?.map(({ text }) => text));
    }
    const card = drag(size(1, 0), shapes(KINDS.note), { x: 100, y: 0 }).after[0]?.record;
    expect(card).toMatchObject({ fontSize: 32, width: 340, height: 240 });
  });

  it("lets ink grow with what was written, and shapes keep their lines", () => {
    const stroke = shaped(KINDS.stroke);
    const doubled = changed(scaling(frameOf([stroke]) as Frame, 2, 2, { x: 0, y: 0 }), stroke, true, shaped);
    expect(doubled).toMatchObject({ scaleX: 2, scaleY: 2, strokeWidth: 8 });
    expect(drag(size(1, 1), shapes(KINDS.rectangle), { x: 200, y: 120 }).after[0]?.record).toMatchObject({ width: 400, strokeWidth: 4 });
  });

  it("there and back again is as it was", () => {
    for (const record of Object.values(KINDS)) {
      const before = shaped({ ...record, rotation: 40 });
      const there = shaped(changed(scaling(frameOf([before]) as Frame, 2, 2, { x: 0, y: 0 }), before, true, shaped));
      const back = changed(scaling(frameOf([there]) as Frame, 0.5, 0.5, { x: 0, y: 0 }), there, true, shaped);
      const again = { ...(back as unknown as Record<string, unknown>) };
      for (const [key, value] of Object.entries(before.record)) {
        if (typeof value === "number") expect(again[key], `${record.kind}.${key}`).toBeCloseTo(value, 0);
        else expect(again[key]).toEqual(value);
      }
    }
  });
});

describe("turning", () => {
  it("turns each about the middle of all, and back", () => {
    const all = shapes(...Object.values(KINDS));
    const frame = frameOf(all) as Frame;
    const act: Act = { act: "turn", about: centre(frame.box), degrees: 50 };
    const turned = all.map((shape) => shaped(changed(act, shape, false, shaped)));
    turned.forEach((shape, i) => {
      const before = all[i] as Shape;
      expect(shape.record.rotation).toBe(50);
      for (const share of [{ x: 0, y: 0 }, { x: 1, y: 1 }]) near(spotOf(shape, share), mapPoint(transformOf(act, undefined), spotOf(before, share)));
    });
    const back = turned.map((shape) => changed({ ...act, degrees: -50 }, shape, false, shaped));
    back.forEach((record, i) => {
      const before = (all[i] as Shape).record;
      expect(record.rotation).toBe(0);
      near(record, before);
    });
  });

  it("goes in steps with shift: one thing comes to stand straight, a group turns by whole steps", () => {
    const grip: Grip = { kind: "turn" };
    const lone = shapes({ ...KINDS.rectangle, rotation: 7 });
    const about = centre((frameOf(lone) as Frame).box);
    const act = dragged(grip, lone, frameOf(lone) as Frame, { x: about.x + 100, y: about.y }, { x: about.x + 100, y: about.y + 20 }, { shift: true, alt: false });
    expect(changed(act, lone[0] as Shape, true, shaped).rotation).toBe(15);
    const group = shapes({ ...KINDS.rectangle, rotation: 7 }, KINDS.image);
    const middle = centre((frameOf(group) as Frame).box);
    const all = dragged(grip, group, frameOf(group) as Frame, { x: middle.x + 100, y: middle.y }, { x: middle.x, y: middle.y + 90 }, { shift: true, alt: false });
    expect(all).toMatchObject({ act: "turn", degrees: 90 });
  });

  it("keeps the frame with what it surrounds", () => {
    const on = shapes({ ...KINDS.rectangle, rotation: 20 });
    const act: Act = { act: "turn", about: { x: 0, y: 0 }, degrees: 33 };
    const after = frameOf([shaped(changed(act, on[0] as Shape, true, shaped))]) as Frame;
    const shown = framed(act, frameOf(on) as Frame);
    near(centre(after.box), centre(shown.box));
    expect(shown.rotation).toBe(after.rotation);
  });
});

describe("a group", () => {
  it("is resized in proportion: each stays where it is within", () => {
    const all = shapes(...Object.values(KINDS).map((record, i) => ({ ...record, rotation: i * 25 })));
    const { act, after } = drag(size(1, 1), all, { x: 300, y: 200 });
    const map = transformOf(act, undefined);
    after.forEach((shape, i) => near(spotOf(shape, { x: 0.5, y: 0.5 }), mapPoint(map, spotOf(all[i] as Shape, { x: 0.5, y: 0.5 }))));
    const frame = frameOf(after) as Frame;
    near(centre(frame.box), centre(framed(act, frameOf(all) as Frame).box), 8);
  });

  it("is stretched one way only if nothing in it stands askew; what lies across is stretched along its own height", () => {
    const view = { scale: 1, x: 0, y: 0 };
    const sides = (on: readonly Shape[]): number => handlesOf(on, frameOf(on) as Frame, view, 1, PAGE).filter(({ grip }) => grip.kind === "size").length;
    expect(sides(shapes(KINDS.rectangle, KINDS.image))).toBe(8);
    expect(sides(shapes({ ...KINDS.rectangle, rotation: 10 }, KINDS.image))).toBe(4);
    const across = shapes({ ...KINDS.rectangle, rotation: 90 }, KINDS.image);
    const frame = frameOf(across) as Frame;
    const { after } = drag(size(1, 0), across, { x: frame.box.width, y: 0 });
    expect(after[0]?.record).toMatchObject({ width: 200, height: 240 });
    expect(after[1]?.record).toMatchObject({ width: 640, height: 200 });
  });
});

describe("a line of two corners", () => {
  const segment: ShapeRecord = { ...KINDS.line, kind: "arrow", path: [0, 0, 200, 100] };

  it("is changed by its ends, also when it was turned", () => {
    for (const rotation of [0, 65]) {
      const on = shapes({ ...segment, rotation });
      const view = { scale: 1, x: 0, y: 0 };
      const handles = handlesOf(on, frameOf(on) as Frame, view, 1, PAGE);
      expect(handles.map(({ grip }) => grip.kind)).toEqual(["end", "end"]);
      const [first, last] = handles.map(({ at }) => at) as [Point, Point];
      const { act, after } = drag({ kind: "end", end: 1 }, on, { x: 60, y: -80 });
      const moved = handlesOf(after, frameOf(after) as Frame, view, 1, PAGE).map(({ at }) => at) as [Point, Point];
      near(moved[0], first);
      near(moved[1], { x: last.x + 60, y: last.y - 80 });
      near(mapPoint(transformOf(act, on[0]), last), moved[1]);
      near(mapPoint(transformOf(act, on[0]), first), first);
    }
  });
});

describe("what is written", () => {
  it("is only what differs", () => {
    const on = shaped(KINDS.rectangle);
    expect(patchOf(on.record, changed({ act: "move", dx: 5, dy: 0 }, on, true, shaped))).toEqual({ x: 505 });
    expect(patchOf(on.record, on.record)).toBeNull();
  });
});

describe("a lasso", () => {
  const loop = [{ x: 0, y: 0 }, { x: 400, y: 0 }, { x: 400, y: 300 }, { x: 0, y: 300 }];
  const ink = (): readonly number[] => INK;

  it("takes what lies mostly inside", () => {
    expect(mostlyInside(shaped(KINDS.stroke), loop, ink)).toBe(true);
    expect(mostlyInside(shaped({ ...KINDS.stroke, x: 300 }), loop, ink)).toBe(false);
    expect(mostlyInside(shaped({ ...KINDS.rectangle, x: 280, y: 100 }), loop, ink)).toBe(true);
    expect(mostlyInside(shaped({ ...KINDS.rectangle, x: 320, y: 100 }), loop, ink)).toBe(false);
  });

  it("may be hollow and may cross itself", () => {
    const hollow = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }, { x: 5, y: 2 }, { x: 0, y: 10 }];
    expect(inLoop(hollow, { x: 1, y: 5 })).toBe(true);
    expect(inLoop(hollow, { x: 5, y: 8 })).toBe(false);
    const twice = [{ x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }, { x: 0, y: 10 }, { x: 0, y: 0 }, { x: 10, y: 0 }, { x: 10, y: 10 }, { x: 0, y: 10 }];
    expect(inLoop(twice, { x: 5, y: 5 })).toBe(true);
  });
});
