import type { PageEntry, PageReader, ShapeRecord } from "@kakehashi/client";
import { describe, expect, it } from "vitest";
import type { Item } from "../src/out/excalidraw/item";
import { stepsOf } from "../src/out/excalidraw/insert";
import { FILE_BYTES_MAX } from "../src/out/excalidraw/limits";
import { placed } from "../src/out/excalidraw/place";
import { ImportProblem, readDrawing, readExcalidraw } from "../src/out/excalidraw/read";
import { writeExcalidraw } from "../src/out/excalidraw/write";
import { readSheet } from "../src/out/sheet";
import { changesOf } from "../src/tools/select/write";

const ENTRY: PageEntry = { id: "p", title: "", hidden: false, background: "plain", locked: false };
/** Every letter is half as wide as it is high. */
const measure = (font: string) => (text: string): number => [...text].length * parseFloat(font) * 0.5;

function base(id: string) {
  return { id, author: "", x: 0, y: 0, rotation: 0, locked: false, unsaved: false };
}

function pageOf(records: ShapeRecord[], inks: Record<string, number[]> = {}): PageReader {
  return {
    ready: () => true,
    records: () => records,
    record: (id) => records.find((record) => record.id === id),
    ink: (id) => new Float32Array(inks[id] ?? []),
    digest: () => "",
    row: () => null,
    presence: () => [],
  };
}

async function written(records: ShapeRecord[], inks: Record<string, number[]> = {}): Promise<{ elements: Record<string, unknown>[] }> {
  const sheet = readSheet(pageOf(records, inks), ENTRY, 1, measure);
  return JSON.parse(await writeExcalidraw(sheet, async () => undefined, new Date(0))) as { elements: Record<string, unknown>[] };
}

async function there(records: ShapeRecord[], inks: Record<string, number[]> = {}): Promise<readonly Item[]> {
  return readDrawing(await written(records, inks), measure).items;
}

function drawing(...elements: unknown[]): unknown {
  return { type: "excalidraw", version: 2, elements, appState: {}, files: {} };
}

function problemOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ImportProblem) return error.code;
    throw error;
  }
  return "none";
}

const BOX = { type: "rectangle", id: "a", x: 10, y: 20, width: 30, height: 40, strokeColor: "#c62828" };

describe("a page as an Excalidraw file and back", () => {
  const ink = [100.125, 200.5, 0, 0, 130.375, 240.25, 0, 16, 190, 210.625, 0, 33, 260.5, 300, 0, 51];
  const stroke: ShapeRecord = { ...base("s"), kind: "stroke", tool: "pen", color: "#1560bdff", strokeWidth: 5, scaleX: 1, scaleY: 1, points: 4, x: 12.5, y: -3.25 };

  it("of a full page is not too large to come in again", async () => {
    // A tenth of one: 2,000 strokes of 120 points, with pressure.
    const strokes = Array.from({ length: 2000 }, (_, n): ShapeRecord => ({ ...stroke, id: `0123456789abcdef.${n}`, points: 120 }));
    const points = Array.from({ length: 120 }, (_, i) => [900 + Math.round(640 * Math.sin(i / 7)) / 8, 500 + Math.round(640 * Math.cos(i / 5)) / 8, (100 + i) / 255, i * 9]).flat();
    const sheet = readSheet(pageOf(strokes, Object.fromEntries(strokes.map(({ id }) => [id, points]))), ENTRY, 1, measure);
    const file = await writeExcalidraw(sheet, async () => undefined, new Date(0));
    expect(file.length * 10).toBeGreaterThan(FILE_BYTES_MAX / 3);
    expect(file.length * 10).toBeLessThan(FILE_BYTES_MAX);
    expect((await readExcalidraw(new Blob([file]), measure)).items).toHaveLength(2000);
  });

  it("keeps ink's points within an eighth of a unit, with pressure or without, and its times", async () => {
    const pressed = ink.map((value, i) => (i % 4 === 2 ? 0.25 + (i - 2) / 20 : value));
    for (const points of [ink, pressed]) {
      const [back] = await there([stroke], { s: points });
      if (back?.kind !== "stroke") throw new Error("no stroke");
      expect(back).toMatchObject({ tool: "pen", color: "#1560bdff", rotation: 0 });
      expect(back.strokeWidth).toBeCloseTo(5, 6);
      back.points.forEach((value, i) => {
        const moved = i % 4 === 0 ? 12.5 : i % 4 === 1 ? -3.25 : 0;
        expect(Math.abs(value - ((points[i] ?? 0) + moved))).toBeLessThan(i % 4 === 2 ? 0.002 : 0.125);
      });
    }
  });

  it("keeps a resized, turned and locked highlighter", async () => {
    const [back] = await there([{ ...stroke, tool: "highlighter", color: "#ffe23fa6", scaleX: 2, scaleY: -1, rotation: 90, locked: true }], { s: ink });
    expect(back).toMatchObject({ kind: "stroke", tool: "highlighter", color: "#ffe23fa6", locked: true });
    expect(back?.rotation).toBeCloseTo(90, 6);
    if (back?.kind !== "stroke") throw new Error("no stroke");
    expect(back.points[2]).toBe(0);
    expect(back.points[4]).toBeCloseTo(100.125 + 2 * 30.25 + 12.5, 2);
    expect(back.points[5]).toBeCloseTo(200.5 - 39.75 - 3.25, 2);
  });

  it("keeps boxes, paths and colours", async () => {
    const look = { color: "#c62828ff", fill: "#fff0a880", strokeWidth: 10 };
    const shapes: ShapeRecord[] = [
      { ...base("r"), kind: "rectangle", x: 10, y: 20, width: 300, height: 200, ...look, rotation: 30 },
      { ...base("e"), kind: "ellipse", x: 400, y: 20, width: 100, height: 50, ...look, fill: null, strokeWidth: 0 },
      { ...base("l"), kind: "line", x: 5, y: 6, path: [0, 0, 100, 50.125], ...look, fill: null },
      { ...base("a"), kind: "arrow", x: 5, y: 6, path: [0, 0, 10, 10, 200, 100], ...look, fill: null },
      { ...base("d"), kind: "polygon", x: 700, y: 300, path: [50, 0, 100, 40, 50, 80, 0, 40], ...look },
      { ...base("t"), kind: "polygon", x: 700, y: 500, path: [50, 0, 100, 80, 0, 80], ...look },
    ];
    const file = await written(shapes);
    expect(file.elements.map(({ type }) => type)).toEqual(["rectangle", "ellipse", "line", "arrow", "diamond", "line"]);
    const back = await there(shapes);
    expect(back.map(({ kind }) => kind)).toEqual(["rectangle", "ellipse", "line", "arrow", "polygon", "polygon"]);
    expect(back[0]).toMatchObject({ x: 10, y: 20, width: 300, height: 200, ...look });
    expect(back[0]?.rotation).toBeCloseTo(30, 6);
    expect(back[1]).toMatchObject({ x: 400, y: 20, width: 100, height: 50, fill: null, strokeWidth: 0 });
    expect(back[2]).toMatchObject({ path: [5, 6, 105, 56.125], fill: null });
    expect(back[3]).toMatchObject({ path: [5, 6, 15, 16, 205, 106] });
    expect(back[4]).toMatchObject({ path: [750, 300, 800, 340, 750, 380, 700, 340], fill: "#fff0a880" });
    expect(back[5]).toMatchObject({ path: [750, 500, 800, 580, 700, 580] });
  });

  it("keeps texts and notes where they stand, also turned ones, with their words and widths", async () => {
    const letters = { color: "#1d2429ff", fontSize: 24, height: 40 };
    const texts: ShapeRecord[] = [
      { ...base("t"), kind: "text", x: 100, y: 100, width: 600, align: "start", fill: null, text: "漢字 and\nmore", ...letters, rotation: 45 },
      { ...base("c"), kind: "text", x: 100, y: 300, width: 120, align: "center", fill: null, text: "breaks into several lines", ...letters },
      { ...base("n"), kind: "note", x: 800, y: 100, width: 240, align: "start", text: "a card", ...letters, height: 200, fill: "#fff0a8ff", rotation: 10 },
    ];
    const file = await written(texts);
    expect(file.elements.map(({ type }) => type)).toEqual(["text", "text", "rectangle", "text"]);
    expect(file.elements[1]?.["text"]).toBe("breaks\ninto\nseveral\nlines");
    expect(file.elements[3]?.["containerId"]).toBe("n");
    const back = await there(texts);
    expect(back).toHaveLength(3);
    for (const [i, record] of texts.entries()) {
      const item = back[i];
      if (item === undefined || !("text" in item) || !("text" in record)) throw new Error("no text");
      expect(item).toMatchObject({ kind: record.kind, text: record.text, width: record.width, align: record.align, fontSize: 24, fill: record.fill });
      expect(item.x).toBeCloseTo(record.x, 2);
      expect(item.y).toBeCloseTo(record.y, 2);
      expect(item.rotation).toBeCloseTo(record.rotation, 6);
    }
  });
});

describe("an Excalidraw file of others", () => {
  it("makes something sensible of every kind of object", () => {
    const read = readDrawing(
      drawing(
        { ...BOX, roundness: { type: 3 }, strokeStyle: "dashed", backgroundColor: "#ffec99", fillStyle: "hachure", opacity: 50 },
        { ...BOX, type: "diamond" },
        { ...BOX, type: "ellipse", strokeColor: "transparent" },
        { type: "arrow", x: 0, y: 0, points: [[0, 0], [100, 0]], startArrowhead: "dot", endArrowhead: "triangle" },
        { type: "arrow", x: 0, y: 0, points: [[0, 0], [100, 0]], startArrowhead: "bar", endArrowhead: null },
        { type: "line", x: 0, y: 0, points: [[0, 0], [100, 0], [100, 100]], roundness: { type: 2 } },
        { type: "freedraw", x: 5, y: 5, points: [[0, 0], [1, 1]], pressures: [0, 2], simulatePressure: false, strokeWidth: 1 },
        { type: "frame", x: 0, y: 0, width: 400, height: 300, name: "Plan" },
        { type: "embeddable", x: 0, y: 0, width: 400, height: 300, link: "https://example.org/film" },
        { type: "embeddable", x: 0, y: 0, width: 400, height: 300, link: "javascript:alert(1)" },
        { ...BOX, isDeleted: true },
        { type: "text", x: 0, y: 0, width: 50, height: 25, text: "hi", originalText: "hi", fontSize: 20, textAlign: "right" },
      ),
      measure,
    );
    expect(read.left).toBe(0);
    expect(read.items.map(({ kind }) => kind)).toEqual([
      "rectangle", "polygon", "ellipse", "arrow", "arrow", "arrow", "line", "stroke", "rectangle", "text", "rectangle", "text", "rectangle", "text",
    ]);
    expect(read.items[0]).toMatchObject({ color: "#c6282880", fill: "#ffec9980" });
    expect(read.items[2]).toMatchObject({ strokeWidth: 0 });
    expect(read.items[4]).toMatchObject({ path: [100, 0, 0, 0] });
    const [, , , , , , curve, pen] = read.items;
    expect(curve?.kind === "line" && curve.path.length).toBeGreaterThan(20);
    expect(pen?.kind === "stroke" && [...pen.points].map((value) => Math.round(value * 1000) / 1000)).toEqual([5, 5, 0.004, 0, 6, 6, 1, 12]);
    expect(read.items.flatMap((item) => ("text" in item ? [item.text] : []))).toEqual(["Plan", "https://example.org/film", "hi"]);
  });

  it("leaves out what cannot be read, and counts it", () => {
    const read = readDrawing(
      drawing(
        BOX,
        null,
        7,
        [],
        "x",
        { ...BOX, type: "holodeck" },
        { ...BOX, x: Number.NaN },
        { ...BOX, x: "12" },
        { ...BOX, width: 1e300 },
        { type: "freedraw", x: 0, y: 0, points: [[0, 0], [0, null]] },
        { type: "freedraw", x: 0, y: 0, points: "many" },
        { type: "line", x: 0, y: 0, points: [[0, 0]] },
        { ...BOX, type: "image", fileId: "nowhere" },
      ),
      measure,
    );
    expect(read.items).toHaveLength(1);
    expect(read.left).toBe(12);
  });

  it("refuses files that are none, of another kind, empty or too full", async () => {
    expect(problemOf(() => readDrawing([], measure))).toBe("broken");
    expect(problemOf(() => readDrawing({ type: "excalidraw" }, measure))).toBe("broken");
    expect(problemOf(() => readDrawing({ type: "excalidraw", elements: {} }, measure))).toBe("broken");
    expect(problemOf(() => readDrawing({ type: "excalidrawlib", elements: [] }, measure))).toBe("other");
    expect(problemOf(() => readDrawing(drawing(), measure))).toBe("empty");
    expect(problemOf(() => readDrawing(drawing(...Array.from({ length: 20_001 }, () => BOX)), measure))).toBe("many");
    const points = Array.from({ length: 300_000 }, () => [0, 0]);
    const long = { type: "freedraw", x: 0, y: 0, points };
    expect(problemOf(() => readDrawing(drawing(...Array.from({ length: 9 }, () => long)), measure))).toBe("many");
    await expect(readExcalidraw(new Blob(["<svg onload=alert(1)>"]), measure)).rejects.toMatchObject({ code: "broken" });
    await expect(readExcalidraw(new Blob([`${"[".repeat(200_000)}`]), measure)).rejects.toMatchObject({ code: "broken" });
    const huge = { size: FILE_BYTES_MAX + 1, text: () => Promise.reject(new Error("it must not be read")) } as unknown as Blob;
    await expect(readExcalidraw(huge, measure)).rejects.toMatchObject({ code: "size" });
  });

  it("takes nothing from prototypes, and gives them nothing", () => {
    const text = `{"type":"excalidraw","__proto__":{"polluted":1},"elements":[{"type":"rectangle","__proto__":{"x":1,"y":2}},{"type":"text","x":0,"y":0,"constructor":{"prototype":{"polluted":1}},"text":"ok"}]}`;
    const read = readDrawing(JSON.parse(text), measure);
    expect(read).toMatchObject({ left: 1, items: [{ kind: "text", text: "ok" }] });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("clamps what is only too much", () => {
    const { items } = readDrawing(
      drawing(
        { type: "freedraw", x: 0, y: 0, points: Array.from({ length: 20_000 }, (_, i) => [i / 20, 0]), strokeWidth: 900, strokeColor: "url(javascript:1)" },
        { type: "text", x: 0, y: 0, width: 10, height: 10, text: "😀".repeat(30_000), fontSize: 16 },
      ),
      measure,
    );
    // A stroke holds 8,000 points here, and goes on as another.
    const [pen, , , text] = items;
    expect(pen).toMatchObject({ kind: "stroke", strokeWidth: 200, color: "#1d2429ff" });
    expect(pen?.kind === "stroke" && pen.points.length / 4).toBe(8000);
    expect(text?.kind === "text" && [...text.text].length).toBe(20_000);
  });
});

describe("a drawing on the page", () => {
  const box = (x: number, y: number, width: number, height: number): Item => ({ kind: "rectangle", x, y, width, height, color: "#000000ff", fill: null, strokeWidth: 4, rotation: 0, locked: false });

  it("stays where it is if it fits", () => {
    const items = [box(0, 0, 100, 100), box(1800, 1000, 100, 80)];
    expect(placed(items)).toEqual(items);
  });

  it("is put in the middle otherwise, smaller only if it has to be", () => {
    expect(placed([box(-500, 0, 100, 100)])[0]).toMatchObject({ x: 910, y: 490, width: 100, strokeWidth: 4 });
    const [shrunk] = placed([box(-500, -500, 20_000, 100)]);
    expect(shrunk).toMatchObject({ x: 40, width: 1840 });
    expect(shrunk?.kind === "rectangle" && shrunk.strokeWidth).toBeGreaterThanOrEqual(0.5);
  });

  it("is written in changes that respect the limits, each point once", () => {
    const points = new Float64Array(8000 * 4).map((_, i) => i);
    const strokes = Array.from({ length: 3 }, () => ({ kind: "stroke" as const, tool: "pen" as const, color: "#000000ff", strokeWidth: 4, points, rotation: 5, locked: true }));
    const boxes = Array.from({ length: 3000 }, () => box(0, 0, 1, 1) as Extract<Item, { kind: "rectangle" }>);
    const made: string[] = [];
    const changes = changesOf(stepsOf([...strokes, ...boxes], (record) => made.push(record)));
    let appended = 0;
    for (const change of changes) {
      let ops = 0;
      const edit = {
        create: () => `r${(ops++, made.length)}`,
        set: () => ops++,
        insertText: () => ops++,
        appendInk: (_: string, samples: Float64Array) => {
          ops += Math.ceil(samples.length / 4 / 4096);
          appended += samples.length / 4;
        },
      };
      for (const step of change) step.write(edit as never);
      expect(ops).toBeLessThanOrEqual(4096);
    }
    expect(changes.length).toBeGreaterThan(5);
    expect(appended).toBe(24_000);
    expect(made).toHaveLength(3003);
  });
});
