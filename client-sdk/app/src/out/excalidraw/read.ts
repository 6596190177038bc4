/**
 * Reads an .excalidraw file (version 1 or 2) into what stands on a page. Objects that cannot be
 * understood are left out and counted; a file that is none, or holds too much, is refused whole.
 */
import type { MeasureOf } from "../sheet";
import { boardHex, readColor } from "../color";
import { Fields, Unreadable } from "./fields";
import type { Item } from "./item";
import { COORDINATE_MAX, ELEMENTS_MAX, FILE_BYTES_MAX, PICTURES_MAX, TEXT_CHARS_MAX } from "./limits";
import { readFreedraw, readLinear } from "./lines";
import { PEN_FACTOR, SIMULATED_FACTOR } from "./their-pen";
import { pictureOf, type PictureFile, readFiles } from "./files";
import { placedText } from "./text";

/** Why a file was refused; each has its sentence. */
export type ProblemName = "size" | "broken" | "other" | "empty" | "many" | "locked" | "room" | "pictures" | "refused";

export class ImportProblem extends Error {
  override readonly name = "ImportProblem";
  constructor(readonly code: ProblemName) {
    super(code);
  }
}

export interface Drawing {
  readonly items: readonly Item[];
  /** How many objects could not be read. */
  readonly left: number;
}

/** Ink that was given no colour. */
const INK = "#1d2429ff";
const FRAME = "#8b989fff";
const LINE_WIDTH_MAX = 200;
export async function readExcalidraw(file: Blob, measure: MeasureOf): Promise<Drawing> {
  if (file.size > FILE_BYTES_MAX) throw new ImportProblem("size");
  let parsed: unknown;
  try {
    parsed = JSON.parse(await file.text());
  } catch {
    // Not JSON, or nested so deeply that the browser gave up.
    throw new ImportProblem("broken");
  }
  return readDrawing(parsed, measure);
}

export function readDrawing(parsed: unknown, measure: MeasureOf): Drawing {
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new ImportProblem("broken");
  const file = Fields.of(parsed);
  const type = file.raw("type");
  if (type === "excalidrawlib") throw new ImportProblem("other");
  const elements = file.raw("elements");
  if ((type !== "excalidraw" && type !== "excalidraw/clipboard") || !Array.isArray(elements)) throw new ImportProblem("broken");
  if (elements.length > ELEMENTS_MAX) throw new ImportProblem("many");
  const files = readFiles(file.fields("files"));
  const budget = new Budget();
  const reader = new ElementReader(files, measure, budget, boundTexts(elements));
  const items: Item[] = [];
  let left = 0;
  for (const element of elements) {
    try {
      items.push(...reader.read(Fields.of(element)));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      left++;
    }
  }
  if (items.length > ELEMENTS_MAX || items.filter(({ kind }) => kind === "image").length > PICTURES_MAX) throw new ImportProblem("many");
  if (items.length === 0) throw new ImportProblem("empty");
  return { items, left };
}

/** Counts what lines hold, over the whole file. */
export class Budget {
  private points = 0;

  spend(points: number, max: number): void {
    this.points += points;
    if (this.points > max) throw new ImportProblem("many");
  }
}

/** The texts that stand in a container, by the container's id. */
function boundTexts(elements: readonly unknown[]): Map<string, Fields> {
  const found = new Map<string, Fields>();
  for (const element of elements) {
    if (typeof element !== "object" || element === null || Array.isArray(element)) continue;
    const fields = Fields.of(element);
    const container = fields.raw("containerId");
    if (fields.raw("type") === "text" && typeof container === "string" && !fields.flag("isDeleted")) found.set(container, fields);
  }
  return found;
}

class ElementReader {
  /** Texts that have become part of a note. */
  private readonly taken = new Set<unknown>();

  constructor(
    private readonly files: ReadonlyMap<string, PictureFile>,
    private readonly measure: MeasureOf,
    private readonly budget: Budget,
    private readonly bound: ReadonlyMap<string, Fields>,
  ) {}

  read(element: Fields): Item[] {
    if (element.flag("isDeleted")) return [];
    switch (element.raw("type")) {
      case "rectangle":
        return this.note(element) ?? [{ kind: "rectangle", ...boxOf(element), ...lookOf(element), ...baseOf(element) }];
      case "ellipse":
        return [{ kind: "ellipse", ...boxOf(element), ...lookOf(element), ...baseOf(element) }];
      case "diamond": {
        const { x, y, width, height } = boxOf(element);
        const path = [x + width / 2, y, x + width, y + height / 2, x + width / 2, y + height, x, y + height / 2];
        return [{ kind: "polygon", path, ...lookOf(element), ...baseOf(element) }];
      }
      case "line":
      case "arrow":
        return readLinear(element, this.budget).map((item) => ({ ...item, ...lookOf(element), ...(item.kind === "polygon" ? {} : { fill: null }), ...baseOf(element) }));
      case "freedraw":
      case "draw": {
        const { color } = lookOf(element);
        const own = ownData(element);
        const highlighter = own?.raw("tool") === "highlighter";
        const kept = highlighter ? readColor(own?.text("color", 9) ?? "") : undefined;
        const factor = element.raw("simulatePressure") === true ? SIMULATED_FACTOR : PEN_FACTOR;
        const strokeWidth = Math.min(LINE_WIDTH_MAX, Math.max(0.5, element.number("strokeWidth", 0, 1000, 1) * factor));
        return readFreedraw(element, own, this.budget).map((points) => ({
          kind: "stroke" as const,
          tool: highlighter ? ("highlighter" as const) : ("pen" as const),
          color: kept === undefined ? color : boardHex(kept),
          strokeWidth,
          points,
          ...baseOf(element),
        }));
      }
      case "text":
        if (this.taken.has(element.raw("id"))) return [];
        return this.text(element);
      case "image": {
        const { x, y, width, height } = boxOf(element);
        return [{ kind: "image", x, y, width, height, picture: pictureOf(element, this.files), ...baseOf(element) }];
      }
      case "frame":
      case "magicframe":
        return this.frame(element, element.text("name", 200));
      case "embeddable":
      case "iframe":
        return this.frame(element, webLink(element.text("link", 2000)));
      case "selection":
        return [];
      default:
        throw new Unreadable("an unknown kind of object");
    }
  }

  /** A card that was made as a note here comes back as one. */
  private note(element: Fields): Item[] | null {
    if (ownData(element)?.raw("kind") !== "note") return null;
    const text = this.bound.get(element.text("id", 200));
    if (text !== undefined) this.taken.add(text.raw("id"));
    const { fill } = lookOf(element);
    return [
      {
        kind: "note",
        ...boxOf(element),
        ...lettersOf(text ?? element),
        fill,
        text: text === undefined ? "" : wordsOf(text),
        ...baseOf(element),
      },
    ];
  }

  private text(element: Fields): Item[] {
    const own = ownData(element);
    const bound = typeof element.raw("containerId") === "string";
    const wraps = element.raw("autoResize") === false && !bound;
    // Where their letters were broken into lines by a box, the breaks are kept.
    const text = bound ? element.text("text", TEXT_CHARS_MAX) : wordsOf(element);
    if (text.trim() === "") return [];
    const box = boxOf(element);
    const base = baseOf(element);
    const wished = own === null ? (wraps ? box.width : null) : own.clamped("width", 1, COORDINATE_MAX, box.width);
    return [placedText({ text, box, ...lettersOf(element), ...base }, wished, this.measure)];
  }

  /** What cannot be shown becomes its outline, with what is known of it in words. */
  private frame(element: Fields, name: string): Item[] {
    const box = boxOf(element);
    const base = baseOf(element);
    const look = { color: FRAME, fill: null, strokeWidth: 2 };
    const outline: Item = { kind: "rectangle", ...box, ...look, ...base };
    if (name.trim() === "") return [outline];
    const fontSize = 20;
    const at = { x: box.x, y: box.y - fontSize * 1.5, width: Math.max(box.width, 40), height: fontSize * 1.4 };
    return [outline, placedText({ text: name, box: at, color: INK, fontSize, align: "start", ...base, rotation: 0 }, null, this.measure)];
  }
}

/** What the app itself wrote into a file beside what Excalidraw knows. */
function ownData(element: Fields): Fields | null {
  return element.fields("customData")?.fields("kakehashi") ?? null;
}

function baseOf(element: Fields): { rotation: number; locked: boolean } {
  const degrees = (element.number("angle", -1000, 1000, 0) * 180) / Math.PI;
  return { rotation: ((degrees % 360) + 360) % 360, locked: element.flag("locked") };
}

/** Boxes that were drawn to the left or upwards have negative sizes in old files. */
export function boxOf(element: Fields): { x: number; y: number; width: number; height: number } {
  const x = element.number("x", -COORDINATE_MAX, COORDINATE_MAX);
  const y = element.number("y", -COORDINATE_MAX, COORDINATE_MAX);
  const width = element.number("width", -COORDINATE_MAX, COORDINATE_MAX, 0);
  const height = element.number("height", -COORDINATE_MAX, COORDINATE_MAX, 0);
  return { x: Math.min(x, x + width), y: Math.min(y, y + height), width: Math.abs(width), height: Math.abs(height) };
}

function lookOf(element: Fields): { color: string; fill: string | null; strokeWidth: number } {
  const opacity = element.clamped("opacity", 0, 100, 100) / 100;
  const paint = (name: string): string | null => {
    const color = readColor(element.text(name, 64));
    return color === undefined || color.alpha === 0 ? null : boardHex({ ...color, alpha: color.alpha * opacity });
  };
  const color = paint("strokeColor");
  // Without a line there is nothing but the fill; a word for a colour is taken for ink.
  const none = color === null && element.text("strokeColor", 64) === "transparent";
  const strokeWidth = none ? 0 : Math.min(LINE_WIDTH_MAX, element.number("strokeWidth", 0, 1000, 2));
  return { color: color ?? INK, fill: paint("backgroundColor"), strokeWidth };
}

function lettersOf(element: Fields): { color: string; fontSize: number; align: "start" | "center" | "end" } {
  const align = element.raw("textAlign");
  return {
    color: lookOf(element).color,
    fontSize: element.number("fontSize", 1, 1000, 20),
    align: align === "center" ? "center" : align === "right" ? "end" : "start",
  };
}

function wordsOf(element: Fields): string {
  const original = element.text("originalText", TEXT_CHARS_MAX);
  return original === "" ? element.text("text", TEXT_CHARS_MAX) : original;
}

/** Only what a browser opens as a page; anything else is not even shown as words. */
function webLink(link: string): string {
  return /^https?:\/\/[^\s<>"]+$/i.test(link) ? link : "";
}
