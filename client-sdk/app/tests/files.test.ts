import type { PageEntry, PageReader, ShapeRecord } from "@kakehashi/client";
import { strFromU8, unzipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import { boardHex, readColor } from "../src/out/color";
import { crc32 } from "../src/out/crc";
import { LetterFonts } from "../src/out/pdf/letters";
import { PdfObjects, number } from "../src/out/pdf/objects";
import { PdfWriter } from "../src/out/pdf/write";
import { RecordedPath } from "../src/out/path";
import { encodePng } from "../src/out/png";
import { type Painted, Recorder } from "../src/out/recorder";
import { cleanName } from "../src/out/save";
import { readSheet, recordSheet } from "../src/out/sheet";
import { escapeXml, pathData, writeSvg } from "../src/out/svg";
import { zip } from "../src/out/zip";

const measure = (font: string) => (text: string): number => [...text].length * parseFloat(font) * 0.5;
const BACKGROUNDS = ["plain", "grid", "dots", "ruled", "kanji", "staves", "graph"] as const;

function base(id: string) {
  return { id, author: "", x: 100, y: 100, rotation: 0, locked: false, unsaved: false };
}

const LOOK = { color: "#c62828ff", fill: "#fff0a880", strokeWidth: 6 };
const LETTERS = { width: 300, height: 60, color: "#1d2429ff", fontSize: 32, align: "start" as const };
const SHAPES: readonly ShapeRecord[] = [
  { ...base("s"), kind: "stroke", tool: "pen", color: "#1560bdff", strokeWidth: 5, scaleX: 1, scaleY: 1, points: 3 },
  { ...base("h"), kind: "stroke", tool: "highlighter", color: "#ffe23fa6", strokeWidth: 28, scaleX: 1, scaleY: 1, points: 3 },
  { ...base("r"), kind: "rectangle", width: 200, height: 100, ...LOOK, rotation: 30 },
  { ...base("e"), kind: "ellipse", width: 200, height: 100, ...LOOK },
  { ...base("a"), kind: "arrow", path: [0, 0, 100, 50], ...LOOK, fill: null },
  { ...base("p"), kind: "polygon", path: [0, 0, 100, 50, 0, 50], ...LOOK },
  { ...base("t"), kind: "text", ...LETTERS, fill: null, text: `漢字 </text><script>alert("1")</script>` },
  { ...base("n"), kind: "note", ...LETTERS, height: 200, fill: "#cdeecbff", text: "a\u0000card" },
  { ...base("i"), kind: "image", width: 100, height: 80, asset: "aa" },
  { ...base("u"), kind: "unknown" },
];

function painted(background: PageEntry["background"] = "plain") {
  const entry: PageEntry = { id: "p", title: "", hidden: false, background, locked: false };
  const reader: PageReader = {
    ready: () => true,
    records: () => SHAPES,
    record: () => undefined,
    ink: () => new Float32Array([0, 0, 0, 0, 50, 40, 0, 16, 100, 0, 0, 32]),
    digest: () => "",
    row: () => null,
    presence: () => [],
  };
  return recordSheet(readSheet(reader, entry, 1, measure), () => ({ picture: true }) as unknown as CanvasImageSource, measure, new AbortController().signal);
}

async function textOf(blob: Blob): Promise<string> {
  return Buffer.from(await blob.arrayBuffer()).toString("latin1");
}

describe("paths", () => {
  const length = (path: RecordedPath): number => {
    let most = 0;
    path.read({ moveTo: () => 0, lineTo: () => 0, quadraticCurveTo: () => 0, closePath: () => 0, bezierCurveTo: (...to) => (most = Math.max(most, ...to.map(Math.abs))) });
    return most;
  };

  it("keep the calls of a canvas, and make arcs of cubic curves that stay on the circle", () => {
    const path = new RecordedPath();
    path.moveTo(1, 2);
    path.quadraticCurveTo(3, 4, 5, 6);
    path.lineTo(7.005, 8);
    path.closePath();
    expect(pathData(path)).toBe("M1 2Q3 4 5 6L7.01 8Z");
    const circle = new RecordedPath();
    circle.arc(0, 0, 10, 0, 2 * Math.PI);
    expect(pathData(circle).match(/C/g)).toHaveLength(4);
    expect(length(circle)).toBeLessThanOrEqual(10.001);
    const half = new RecordedPath();
    half.arc(0, 0, 10, 0, Math.PI, true);
    expect(pathData(half)).toMatch(/^M10 0C.* -10C.* -10 0$/);
  });

  it("round a corner as arcTo does", () => {
    const path = new RecordedPath();
    path.moveTo(0, 0);
    path.arcTo(10, 0, 10, 10, 5);
    expect(pathData(path)).toBe("M0 0L5 0C7.76 0 10 2.24 10 5");
  });
});

describe("the recorder", () => {
  it("keeps what is painted with the transform, the colour and the way of blending of the moment", () => {
    const recorder = new Recorder(measure);
    const ctx = recorder.context;
    ctx.save();
    ctx.translate(10, 20);
    ctx.scale(2, 2);
    ctx.globalAlpha = 0.5;
    ctx.globalCompositeOperation = "multiply";
    ctx.fillStyle = "#ff000080";
    ctx.fillRect(1, 2, 3, 4);
    ctx.restore();
    ctx.font = "20px sans-serif";
    ctx.textAlign = "right";
    ctx.fillText("abc", 100, 50);
    const [box, text] = recorder.painted;
    expect(box).toMatchObject({ what: "fill", matrix: [2, 0, 0, 2, 10, 20], multiply: true });
    expect(box?.what === "fill" && box.color.alpha).toBeCloseTo(0.25, 2);
    expect(text).toMatchObject({ what: "text", matrix: [1, 0, 0, 1, 0, 0], multiply: false, x: 70, width: 30, size: 20 });
  });

  it("paints every kind of shape and every ruling, for what it lacked it would throw", async () => {
    for (const background of BACKGROUNDS) {
      const found: Painted[][] = [];
      for await (const one of painted(background)) found.push(one);
      const [paper, ...shapes] = found;
      expect(shapes).toHaveLength(9);
      expect((paper?.length ?? 0) > 1).toBe(background !== "plain");
    }
  });
});

describe("an SVG", () => {
  let text = "";
  beforeAll(async () => {
    text = await (await writeSvg(`A "page" <1>`, painted("kanji"), () => "data:image/png;base64,AAAA")).text();
  });

  it("has nothing in it that runs, and everything escaped", () => {
    expect(text).not.toMatch(/<script|\son\w+=|javascript:|<foreignObject/i);
    expect(text).not.toContain("\u0000");
    expect(text).toContain("<title>A &quot;page&quot; &lt;1&gt;</title>");
    expect(text.replace(/<[^>]+>/g, "")).toContain("&lt;/text&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
    expect(escapeXml("a\u0008\ud800b\ufffe😀")).toBe("a\ufffd\ufffdb\ufffd😀");
    const open = text.match(/<(?![?/])[^>]*[^/]>/g)?.length;
    expect(text.match(/<\/[^>]+>/g)).toHaveLength(open ?? -1);
  });

  it("keeps a filled outline as one object, highlighters multiplied, turned shapes turned", () => {
    expect(text).toMatch(/<path d="[^"]+" fill="#fff0a8" fill-opacity="0.502" stroke="#c62828" stroke-width="6"[^>]*transform="matrix\(0.866025 0.5 -0.5 0.866025/);
    expect(text).toMatch(/fill="#ffe23f" fill-opacity="0.651"[^>]*mix-blend-mode:multiply/);
    expect(text).toContain('xlink:href="data:image/png;base64,AAAA"');
  });

  it("leaves out a picture that is not here", async () => {
    expect(await (await writeSvg("", painted(), () => undefined)).text()).not.toContain("<image");
  });
});

describe("a PDF", () => {
  it("numbers its objects and knows where each begins", async () => {
    const objects = new PdfObjects();
    const root = objects.reserve();
    objects.set(root, "<< /Type /Catalog >>");
    await objects.addStream("", ["some content"]);
    objects.addRaw("/Kind /Raw", new Blob([new Uint8Array([1, 2, 255])]));
    const info = objects.add("<< /Title (x) >>");
    const text = await textOf(objects.finish(root, info));
    const at = Number(/startxref\n(\d+)\n/.exec(text)?.[1]);
    expect(text.slice(at, at + 4)).toBe("xref");
    const places = [...text.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, place]) => Number(place));
    expect(places.map((place) => text.slice(place, place + 7))).toEqual(["1 0 obj", "2 0 obj", "3 0 obj", "4 0 obj"]);
    expect(text).toContain("/Size 5 /Root 1 0 R /Info 4 0 R");
  });

  it("writes numbers without powers of ten", () => {
    expect([1e-9, -0.001, 1e22, Number.NaN, 12.345678].map((value) => number(value, 6))).toEqual(["0", "-0.001", "0", "0", "12.345678"]);
  });

  it("has a letter for each character, in fonts of 256, that says its Unicode value and width", async () => {
    const fonts = new LetterFonts();
    const first = fonts.line("漢漢a", (character) => (character === "a" ? 0.5 : 1), 2.5);
    expect(first).toBe("100 Tz /L0 1 Tf <000001> Tj");
    for (let i = 0; i < 300; i++) fonts.line(String.fromCodePoint(0x4e00 + i), () => 1, 1);
    expect(fonts.line("漢😀", () => 1, 4)).toMatch(/^200 Tz \/L0 1 Tf <00> Tj \/L1 1 Tf <[0-9a-f]{2}> Tj$/);
    const objects = new PdfObjects();
    expect(await fonts.write(objects)).toMatch(/^\/L0 \d+ 0 R \/L1 \d+ 0 R$/);
    const text = await textOf(objects.finish(1, 1));
    expect(text).toContain("/FirstChar 0 /LastChar 255 /Widths [1000 500 ");
  });

  it("has a page a sheet, with what is painted on it", async () => {
    const kinds: string[] = [];
    const writer = new PdfWriter(
      {
        writing: async (objects, line) => (kinds.push(line.text), { ref: objects.add("<< >>"), at: { x: 0, y: 0, width: 1, height: 1 } }),
        picture: async (objects) => (kinds.push("picture"), objects.add("<< >>")),
      },
      measure,
    );
    await writer.add(painted());
    await writer.add(painted("grid"));
    const text = await textOf(await writer.finish({ title: "漢", language: "ja", made: new Date(0) }));
    expect(text).toContain("/Count 2");
    expect(text).toContain("/Title <FEFF6F22>");
    expect(text).toContain("/BM /Multiply");
    expect(kinds.filter((kind) => kind === "picture")).toHaveLength(2);
    expect(kinds.join(" ")).toContain("</text><script>");
  });
});

describe("small things", () => {
  it("reads the colours that boards and canvases write, and no others", () => {
    expect(readColor("#abc")).toEqual({ red: 0xaa, green: 0xbb, blue: 0xcc, alpha: 1 });
    expect(readColor("rgba(1, 2, 3, 0.5)")).toEqual({ red: 1, green: 2, blue: 3, alpha: 0.5 });
    expect(boardHex(readColor("#12345680") ?? { red: 0, green: 0, blue: 0, alpha: 0 })).toBe("#12345680");
    for (const other of ["red", "#12345", "url(#a)", "rgb(1,2)", "", "rgb(1.2.3, 1, 1)"]) expect(readColor(other)).toBeUndefined();
  });

  it("makes names that every file system takes", () => {
    expect(cleanName('a/b\\c:d*e?"f<g>h|i\u202ej\u0000')).toBe("a b c d e f g h i j");
    expect(cleanName("..  架け橋 .")).toBe("架け橋");
    expect(cleanName("con")).toBe("con_");
    expect([...cleanName("😀".repeat(200))]).toHaveLength(80);
  });

  it("checks sums as everybody does", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  });

  it("puts files into one that lists them", async () => {
    const files = [
      { name: "架.txt", blob: new Blob(["hello ".repeat(100_000)]) },
      { name: "b", blob: new Blob([]) },
      { name: "c.png", blob: new Blob([new Uint8Array(1000)], { type: "image/png" }) },
    ];
    const bytes = new Uint8Array(await (await zip(files, new Date(0))).arrayBuffer());
    expect(bytes.length).toBeLessThan(10_000);
    const found = unzipSync(bytes);
    expect(Object.keys(found)).toEqual(["架.txt", "b", "c.png"]);
    expect(strFromU8(found["架.txt"] ?? new Uint8Array())).toBe("hello ".repeat(100_000));
    expect([found["b"]?.length, found["c.png"]?.length]).toEqual([0, 1000]);
  });

  it("writes a PNG that another program reads", async () => {
    const { inflateSync } = await import("node:zlib");
    const rows = [
      { data: new Uint8ClampedArray([1, 2, 3, 255, 4, 5, 6, 255]) },
      { data: new Uint8ClampedArray([1, 2, 4, 255, 4, 5, 6, 0]) },
    ];
    const png = Buffer.from(await (await encodePng(2, 2, (async function* () { yield* rows; })())).arrayBuffer());
    expect(png.subarray(1, 4).toString()).toBe("PNG");
    const packed: Buffer[] = [];
    for (let at = 8; at < png.length; ) {
      const end = at + 8 + png.readUInt32BE(at);
      if (png.toString("latin1", at + 4, at + 8) === "IDAT") packed.push(png.subarray(at + 8, end));
      expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(at + 4, end)));
      at = end + 4;
    }
    // Each row begins with how it is filtered: as the difference to the one above.
    expect([...inflateSync(Buffer.concat(packed))]).toEqual([2, 1, 2, 3, 255, 4, 5, 6, 255, 2, 0, 0, 1, 0, 0, 0, 0, 1]);
  });
});
