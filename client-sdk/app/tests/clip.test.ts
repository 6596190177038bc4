import type { Edit } from "@kakehashi/client";
import { describe, expect, it } from "vitest";
import { placeBar } from "../src/board/selection/place";
import { asHtml, type Clip, inHtml, packInk, readClip, unpackInk, writeClip } from "../src/tools/select/clip";
import { type Copy, setDown } from "../src/tools/select/copies";

/** Eighths, steps of pressure and milliseconds, as the board gives them. */
const INK = Float32Array.from([100.125, -20.5, 0.5, 0, 100.25, -20.5, 127 / 254, 8, 3000, 1000, 1, 9000, -5, 0.125, 1 / 254, 9000]);
const base = { x: 1.5, y: -2, rotation: 12.25 };
const line = { color: "#c62828ff", strokeWidth: 5 };
const none = { patch: {}, ink: new Float32Array(), text: "" };

const COPIES: Copy[] = [
  { draft: { kind: "stroke", tool: "highlighter", ...line }, patch: { ...base, scaleX: 2, scaleY: -1.5 }, ink: INK, text: "" },
  { ...none, draft: { kind: "ellipse", ...base, width: 10, height: 20, ...line, fill: null } },
  { ...none, draft: { kind: "arrow", ...base, path: [0, 0, 20, -30.125], ...line, fill: null } },
  { ...none, draft: { kind: "note", ...base, width: 10, height: 20, color: line.color, fill: "#fff0a8ff", fontSize: 36, align: "center" }, text: "架け橋 <b>&\n\"2\"" },
  { ...none, draft: { kind: "image", ...base, width: 10, height: 20, asset: "ab".repeat(32) } },
];
const CLIP: Clip = { board: "01h", page: "00ff.1", bounds: { x: 0, y: 0, width: 10, height: 10 }, copies: COPIES };

describe("a clip", () => {
  it("comes back from text and from HTML as it was", () => {
    expect(readClip(writeClip(CLIP))).toEqual(CLIP);
    const html = asHtml("00ff", writeClip(CLIP), "架け橋 <b>&");
    expect(html).not.toContain("<b>");
    const found = inHtml(`<html><body><!--StartFragment-->${html}<!--EndFragment--></body></html>`);
    expect(found?.name).toBe("00ff");
    expect(readClip(found?.clip ?? "")).toEqual(CLIP);
  });

  it("keeps ink to the last eighth, and pressure where there is any", () => {
    const back = unpackInk(packInk(INK), 100);
    for (let i = 0; i < INK.length; i++) expect(back[i]).toBeCloseTo(INK[i] ?? 0, 5);
    expect(back[2]).toBeGreaterThan(0);
    expect(() => unpackInk(packInk(INK), 3)).toThrow();
  });

  it("is refused whole if anything in it is out of form", () => {
    const good = JSON.parse(writeClip(CLIP)) as { things: Record<string, unknown>[] } & Record<string, unknown>;
    expect(readClip(JSON.stringify(good))).not.toBeNull();
    const bad: [number, string, unknown][] = [
      [0, "ink", "####"],
      [0, "ink", "////"],
      [0, "tool", "laser"],
      [0, "scaleX", "2"],
      [1, "width", -1],
      [1, "width", null],
      [1, "color", "red"],
      [1, "fill", "url(x)"],
      [1, "x", 1e9],
      [2, "path", [1, 2, 3]],
      [2, "path", { length: 4 }],
      [3, "text", ["a"]],
      [3, "text", "a".repeat(20_001)],
      [3, "align", "justify"],
      [4, "asset", "../../../etc"],
      [4, "kind", "script"],
    ];
    for (const [at, key, value] of bad) {
      const things = good.things.map((thing, i) => (i === at ? { ...thing, [key]: value } : thing));
      expect(readClip(JSON.stringify({ ...good, things })), `${key}: ${JSON.stringify(value)}`).toBeNull();
    }
    for (const other of ["", "null", "[]", "{}", "1", JSON.stringify({ ...good, kakehashi: 2 }), JSON.stringify({ ...good, board: "a/b" }), JSON.stringify({ ...good, things: {} })]) {
      expect(readClip(other)).toBeNull();
    }
  });
});

describe("setting down", () => {
  /** Changes as lists of what was done. */
  function recorder() {
    const changes: string[][] = [];
    let made = 0;
    const write = <T>(_hand: number, gesture: number, edits: (edit: Edit) => T): T => {
      const ops: string[] = [];
      changes.push(ops);
      const edit = {
        create: () => {
          ops.push(`create in ${gesture}`);
          return `a.${++made}`;
        },
        set: () => ops.push("set"),
        appendInk: (id: string, samples: Float64Array) => ops.push(`${id}: ${samples.length / 4} points`),
        insertText: (id: string, at: number, text: string) => ops.push(`${id}: ${Array.from(text).length} at ${at}`),
      };
      return edits(edit as unknown as Edit);
    };
    return { changes, write };
  }

  it("splits what is too much for one change, and names the record of an earlier one", () => {
    const { changes, write } = recorder();
    const long = new Float32Array(20_000 * 4);
    const ids = setDown({ write }, 0, 7, [{ ...(COPIES[0] as Copy), ink: long }], 0, 0);
    expect(ids).toEqual(["a.1"]);
    expect(changes.length).toBeGreaterThan(1);
    expect(changes.flat().filter((op) => op.endsWith("points"))).toEqual(Array.from({ length: 5 }, () => "a.1: 4000 points"));
    const many = recorder();
    const small: Copy = { ...none, draft: { kind: "rectangle", x: 0, y: 0, width: 1, height: 1 } };
    expect(setDown(many, 0, 8, Array.from({ length: 5000 }, () => small), 0, 0)).toHaveLength(5000);
    expect(many.changes.length).toBeGreaterThan(4);
    for (const ops of many.changes) expect(ops.length).toBeLessThanOrEqual(1000);
    expect(new Set(many.changes.flat())).toEqual(new Set(["create in 8"]));
  });

  it("counts whole characters of a text", () => {
    const { changes, write } = recorder();
    setDown({ write }, 0, 1, [{ ...(COPIES[3] as Copy), text: "𠮷".repeat(4001) }], 0, 0);
    expect(changes.flat().filter((op) => op.includes(" at "))).toEqual(["a.1: 4000 at 0", "a.1: 1 at 4000"]);
  });
});

describe("the bar's place", () => {
  const area = { x: 100, y: 60, width: 1000, height: 600 };
  const bar = { width: 300, height: 50 };
  const overlaps = (at: { x: number; y: number }, box: { x: number; y: number; width: number; height: number }): boolean =>
    at.x < box.x + box.width && box.x < at.x + bar.width && at.y < box.y + box.height && box.y < at.y + bar.height;

  it("is on screen and off the selection wherever there is room", () => {
    for (let x = -200; x < 1200; x += 90) {
      for (let y = -200; y < 800; y += 70) {
        const around = { x, y, width: 150, height: 120 };
        const at = placeBar(around, bar, area, 8);
        expect(at.x).toBeGreaterThanOrEqual(area.x);
        expect(at.y).toBeGreaterThanOrEqual(area.y);
        expect(at.x + bar.width).toBeLessThanOrEqual(area.x + area.width);
        expect(at.y + bar.height).toBeLessThanOrEqual(area.y + area.height);
        expect(overlaps(at, around)).toBe(false);
      }
    }
  });

  it("stands among the bars at the foot if the selection leaves no room around", () => {
    const all = { x: 110, y: 70, width: 980, height: 580 };
    expect(placeBar(all, bar, area, 8, () => ({ x: 500, y: 670, width: 400, height: 60 }))).toEqual({ x: 550, y: 680 });
    expect(placeBar(all, bar, area, 8, () => ({ x: 500, y: 670, width: 200, height: 60 }))).toEqual({ x: 450, y: 610 });
    expect(placeBar(all, bar, area, 8)).toEqual({ x: 450, y: 610 });
  });

  it("is docked where the screen is narrow, away from what is selected there", () => {
    const narrow = { x: 8, y: 100, width: 374, height: 450 };
    expect(placeBar({ x: 50, y: 150, width: 80, height: 80 }, bar, narrow, 8).y).toBe(500);
    expect(placeBar({ x: 50, y: 460, width: 80, height: 80 }, bar, narrow, 8).y).toBe(100);
    expect(placeBar({ x: 50, y: 150, width: 80, height: 80 }, { width: 200, height: 50 }, narrow, 8).y).toBe(500);
  });
});
