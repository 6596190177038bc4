/** Colour, fill, width and letter size of what is selected: what it has, and how it is given another. */
import type { Patch, ShapeRecord } from "@kakehashi/client";
import { fillOf } from "../../tools/figures";
import { COLORS, HIGHLIGHT_WIDTHS, HIGHLIGHTS, LETTER_NAMES, LETTER_SIZES, NOTE_COLOR_NAMES, NOTE_COLORS, COLOR_NAMES, HIGHLIGHT_NAMES, WIDTH_NAMES, WIDTHS } from "../../tools/palette";
import type { ColorName, HighlightName, LetterSizeName, NoteColorName, WidthName } from "../../words";

/** What all have in common; null where they differ, undefined where none of them has it. */
export interface Look {
  readonly color: ColorName | null | undefined;
  readonly highlight: HighlightName | null | undefined;
  readonly card: NoteColorName | null | undefined;
  readonly width: WidthName | null | undefined;
  readonly letters: LetterSizeName | null | undefined;
  readonly filled: boolean | null | undefined;
}

type Closed = Extract<ShapeRecord, { fill: string | null }>;

export function lookOf(records: readonly ShapeRecord[]): Look {
  return {
    color: common(records, (record) => (hasColor(record) ? named(COLOR_NAMES, (name) => COLORS[name].slice(0, 7) === record.color.slice(0, 7)) : undefined)),
    highlight: common(records, (record) => (isHighlight(record) ? named(HIGHLIGHT_NAMES, (name) => HIGHLIGHTS[name] === record.color) : undefined)),
    card: common(records, (record) => (record.kind === "note" ? named(NOTE_COLOR_NAMES, (name) => NOTE_COLORS[name] === record.fill) : undefined)),
    width: common(records, (record) => ("strokeWidth" in record ? named(WIDTH_NAMES, (name) => widthOf(record, name) === record.strokeWidth) : undefined)),
    letters: common(records, (record) => ("fontSize" in record ? named(LETTER_NAMES, (name) => LETTER_SIZES[name] === record.fontSize) : undefined)),
    filled: common(records, (record) => (isClosed(record) ? record.fill !== null : undefined)),
  };
}

/** Ink, lines and letters; a filled shape's filling goes with its line. */
export function recolored(record: ShapeRecord, name: ColorName): Patch | null {
  if (!hasColor(record)) return null;
  const color = COLORS[name];
  return isClosed(record) && record.fill !== null ? { color, fill: fillOf(color) } : { color };
}

export function highlighted(record: ShapeRecord, name: HighlightName): Patch | null {
  return isHighlight(record) ? { color: HIGHLIGHTS[name] } : null;
}

export function carded(record: ShapeRecord, name: NoteColorName): Patch | null {
  return record.kind === "note" ? { fill: NOTE_COLORS[name] } : null;
}

export function widened(record: ShapeRecord, name: WidthName): Patch | null {
  return "strokeWidth" in record ? { strokeWidth: widthOf(record, name) } : null;
}

export function lettered(record: ShapeRecord, name: LetterSizeName): Patch | null {
  return "fontSize" in record ? { fontSize: LETTER_SIZES[name] } : null;
}

export function filled(record: ShapeRecord, wanted: boolean): Patch | null {
  return isClosed(record) && (record.fill !== null) !== wanted ? { fill: wanted ? fillOf(record.color) : null } : null;
}

/** Highlighters have colours of their own, and a note's letters stay dark on their card. */
function hasColor(record: ShapeRecord): record is Extract<ShapeRecord, { color: string }> {
  return "color" in record && !isHighlight(record) && record.kind !== "note";
}

function isHighlight(record: ShapeRecord): record is Extract<ShapeRecord, { kind: "stroke" }> {
  return record.kind === "stroke" && record.tool === "highlighter";
}

function isClosed(record: ShapeRecord): record is Closed {
  return record.kind === "rectangle" || record.kind === "ellipse" || record.kind === "polygon";
}

function widthOf(record: ShapeRecord, name: WidthName): number {
  return isHighlight(record) ? HIGHLIGHT_WIDTHS[name] : WIDTHS[name];
}

function named<Name>(names: readonly Name[], fits: (name: Name) => boolean): Name | null {
  return names.find(fits) ?? null;
}

function common<Value>(records: readonly ShapeRecord[], valueOf: (record: ShapeRecord) => Value | null | undefined): Value | null | undefined {
  let found: Value | null | undefined;
  for (const record of records) {
    const value = valueOf(record);
    if (value === undefined) continue;
    if (found === undefined) found = value;
    else if (found !== value) return null;
  }
  return found;
}
