/** A page as an .excalidraw file, version 2, with its pictures in it. */
import type { ImageRecord, PathRecord, StrokeRecord, TextRecord } from "@kakehashi/client";
import { countOf, hasPressure, STRIDE } from "../../canvas/ink";
import { LINE_STRIDE } from "../../canvas/outline-line";
import type { Rect } from "../../canvas/rect";
import { cornersOf, NOTE_PADDING, scaledInk, type Shape } from "../../canvas/shape";
import { LINE_HEIGHT } from "../../canvas/text-layout";
import { BLACK, boardHex, type Color, opaqueHex, readColor } from "../color";
import type { Sheet } from "../sheet";
import { PEN_FACTOR, pressureFor } from "./their-pen";

/** An element as their program reads it. */
export type Element = Readonly<Record<string, unknown>>;

/** A picture's `data:` address and type; undefined if it is not here. */
export type FileOf = (asset: string) => Promise<{ readonly type: string; readonly url: string } | undefined>;

/** Their number for a plain typeface without serifs. */
const PLAIN_FONT = 2;
/** How much of their canvas shows through ink that ours multiplies with what lies below it, in per cent. */
const HIGHLIGHTER_OPACITY = 60;

export async function writeExcalidraw(sheet: Sheet, fileOf: FileOf, at: Date): Promise<string> {
  const writer = new Writer(at.getTime());
  for (const shape of sheet.shapes) writer.add(shape, sheet);
  const files: Record<string, Element> = {};
  for (const asset of writer.assets) {
    const file = await fileOf(asset);
    if (file !== undefined) files[asset] = { mimeType: file.type, id: asset, dataURL: file.url, created: at.getTime(), lastRetrieved: at.getTime() };
  }
  const drawing = {
    type: "excalidraw",
    version: 2,
    source: "kakehashi",
    elements: writer.elements,
    appState: { viewBackgroundColor: "#ffffff", gridSize: 20, gridStep: 5, gridModeEnabled: false },
    files,
  };
  return JSON.stringify(drawing);
}

class Writer {
  readonly elements: Element[] = [];
  readonly assets = new Set<string>();

  constructor(private readonly now: number) {}

  add(shape: Shape, sheet: Sheet): void {
    const { record } = shape;
    switch (record.kind) {
      case "stroke":
        this.stroke(record, sheet);
        break;
      case "rectangle":
      case "ellipse":
        this.put(record, record.kind, record, { roundness: null });
        break;
      case "line":
      case "arrow":
      case "polygon":
        this.path(record);
        break;
      case "text":
        this.put(record, "text", shape.box, { ...letters(record, shape), containerId: null, verticalAlign: "top", autoResize: shape.box.width < record.width, customData: own({ width: record.width }) });
        break;
      case "note":
        this.note(record, shape);
        break;
      case "image":
        this.image(record);
    }
  }

  private stroke(record: StrokeRecord, sheet: Sheet): void {
    const points = scaledInk(record, sheet.ink(record.id));
    const count = countOf(points);
    if (count === 0) return;
    const places: [number, number][] = [];
    const pressures: number[] = [];
    const times: number[] = [];
    const [x0, y0] = [points[0] ?? 0, points[1] ?? 0];
    for (let i = 0; i < count; i++) {
      places.push([tidy((points[i * STRIDE] ?? 0) - x0), tidy((points[i * STRIDE + 1] ?? 0) - y0)]);
      pressures.push(tidy(points[i * STRIDE + 2] ?? 0));
      times.push(points[i * STRIDE + 3] ?? 0);
    }
    const highlighter = record.tool === "highlighter";
    const felt = hasPressure(points);
    const strokeWidth = record.strokeWidth / PEN_FACTOR;
    const line = sheet.line(record);
    // Their program makes up widths of its own, unless it is given pressures: those that give it ours.
    const shown = felt ? pressures : places.map((_, i) => tidy(pressureFor(line[i * LINE_STRIDE + 2] ?? 0, strokeWidth)));
    this.put(record, "freedraw", { x: record.x + x0, y: record.y + y0, ...extent(places) }, {
      points: places,
      pressures: shown,
      simulatePressure: false,
      lastCommittedPoint: null,
      strokeWidth,
      customData: own({ tool: record.tool, color: record.color, felt, ms: times }),
      ...(highlighter ? { opacity: HIGHLIGHTER_OPACITY } : {}),
    });
  }

  private path(record: PathRecord): void {
    const corners = cornersOf(record);
    const [first] = corners;
    if (first === undefined || corners.length < 2) return;
    const places = corners.map(({ x, y }): [number, number] => [tidy(x - first.x), tidy(y - first.y)]);
    const box = { x: first.x, y: first.y, ...extent(places) };
    if (record.kind !== "polygon") {
      const ends = { startBinding: null, endBinding: null, lastCommittedPoint: null, startArrowhead: null };
      const arrow = record.kind === "arrow";
      this.put({ ...record, fill: null }, record.kind, box, { points: places, roundness: null, ...ends, endArrowhead: arrow ? "arrow" : null, ...(arrow ? { elbowed: false } : { polygon: false }) });
      return;
    }
    const diamond = diamondOf(corners);
    if (diamond !== null) {
      this.put(record, "diamond", diamond, { roundness: null });
      return;
    }
    const closed = { points: [...places, [0, 0]], roundness: null, startBinding: null, endBinding: null, lastCommittedPoint: null };
    this.put(record, "line", box, { ...closed, startArrowhead: null, endArrowhead: null, polygon: true });
  }

  /** A card, and the writing bound to it. */
  private note(record: TextRecord, shape: Shape): void {
    const { box } = shape;
    const textId = `${record.id}-text`;
    const card = { ...record, color: "#00000000", strokeWidth: 0 };
    this.put(card, "rectangle", box, { roundness: null, boundElements: [{ type: "text", id: textId }], customData: own({ kind: "note" }) });
    const height = Math.max(1, shape.lines?.length ?? 1) * record.fontSize * LINE_HEIGHT;
    const inner = turnedWith(box, { x: box.x + NOTE_PADDING, y: box.y + (box.height - height) / 2, width: Math.max(1, box.width - 2 * NOTE_PADDING), height }, record.rotation);
    this.put({ ...record, fill: null }, "text", inner, { id: textId, ...letters(record, shape), containerId: record.id, verticalAlign: "middle", autoResize: true });
  }

  private image(record: ImageRecord): void {
    this.assets.add(record.asset);
    const plain = { ...record, color: "#00000000", fill: null, strokeWidth: 0 };
    this.put(plain, "image", record, { fileId: record.asset, status: "saved", scale: [1, 1], crop: null });
  }

  private put(record: Look & { id: string; rotation: number; locked: boolean }, type: string, box: Rect, rest: Element): void {
    const seed = this.elements.length + 1;
    this.elements.push({
      id: record.id,
      type,
      x: tidy(box.x),
      y: tidy(box.y),
      width: tidy(box.width),
      height: tidy(box.height),
      angle: (record.rotation * Math.PI) / 180,
      ...look(record),
      fillStyle: "solid",
      strokeStyle: "solid",
      roughness: 0,
      roundness: null,
      groupIds: [],
      frameId: null,
      index: null,
      seed,
      version: 1,
      versionNonce: seed,
      isDeleted: false,
      boundElements: null,
      updated: this.now,
      link: null,
      locked: record.locked,
      ...rest,
    });
  }
}

interface Look {
  readonly color: string;
  readonly fill?: string | null;
  readonly strokeWidth?: number;
}

/** They have one opacity for line and fill; where ours differ, the fill's colour carries its own. */
function look(record: Look): Element {
  const line = readColor(record.color) ?? BLACK;
  const fill = record.fill === undefined || record.fill === null ? null : (readColor(record.fill) ?? null);
  const lineShown = (record.strokeWidth ?? 1) > 0 && line.alpha > 0;
  const opacity = lineShown ? line.alpha : (fill?.alpha ?? 1);
  return {
    strokeColor: lineShown ? opaqueHex(line) : "transparent",
    backgroundColor: fill === null ? "transparent" : fillColor(fill, opacity),
    strokeWidth: Math.max(lineShown ? 0.1 : 1, record.strokeWidth ?? 1),
    opacity: Math.round(opacity * 10_000) / 100,
  };
}

function fillColor(fill: Color, opacity: number): string {
  const alpha = opacity === 0 ? 1 : Math.min(1, fill.alpha / opacity);
  return alpha > 0.997 ? opaqueHex(fill) : boardHex({ ...fill, alpha });
}

function letters(record: TextRecord, shape: Shape): Element {
  return {
    text: (shape.lines ?? []).map(({ text }) => text).join("\n"),
    originalText: record.text,
    fontSize: record.fontSize,
    fontFamily: PLAIN_FONT,
    textAlign: record.align === "center" ? "center" : record.align === "end" ? "right" : "left",
    lineHeight: LINE_HEIGHT,
  };
}

/** What comes back when the file is brought in here again. */
function own(data: Element): Element {
  return { kakehashi: data };
}

function extent(places: readonly (readonly [number, number])[]): { width: number; height: number } {
  let [left, top, right, bottom] = [0, 0, 0, 0];
  for (const [x, y] of places) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { width: right - left, height: bottom - top };
}

/** The box whose edges' middles are the four corners, if they are such; theirs begins at the top. */
function diamondOf(corners: readonly { x: number; y: number }[]): Rect | null {
  if (corners.length !== 4) return null;
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const box = { x: Math.min(...xs), y: Math.min(...ys), width: Math.max(...xs) - Math.min(...xs), height: Math.max(...ys) - Math.min(...ys) };
  const middles = [
    [box.x + box.width / 2, box.y],
    [box.x + box.width, box.y + box.height / 2],
    [box.x + box.width / 2, box.y + box.height],
    [box.x, box.y + box.height / 2],
  ];
  const near = middles.every(([mx = 0, my = 0], i) => Math.hypot((corners[i]?.x ?? 0) - mx, (corners[i]?.y ?? 0) - my) <= 0.125);
  return near && box.width > 0 && box.height > 0 ? box : null;
}

/** A box within another that is turned about its own middle: where it lies when it is turned about its own. */
function turnedWith(outer: Rect, inner: Rect, degrees: number): Rect {
  const angle = (degrees * Math.PI) / 180;
  const [dx, dy] = [inner.x + inner.width / 2 - (outer.x + outer.width / 2), inner.y + inner.height / 2 - (outer.y + outer.height / 2)];
  const x = outer.x + outer.width / 2 + dx * Math.cos(angle) - dy * Math.sin(angle);
  const y = outer.y + outer.height / 2 + dx * Math.sin(angle) + dy * Math.cos(angle);
  return { ...inner, x: x - inner.width / 2, y: y - inner.height / 2 };
}

/** To a thousandth of a unit: files stay readable. */
function tidy(value: number): number {
  return Math.round(value * 1000) / 1000;
}
