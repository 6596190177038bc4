/** What the things on a page are called, for those who do not see them. */
import type { Board, ShapeRecord } from "@kakehashi/client";
import { COLORS, HIGHLIGHTS, NOTE_COLORS } from "../../tools/palette";
import { words } from "../../words";

/** Characters of a text that are read out. */
const TEXT_MAX = 60;

/** "Handwriting by Aiko, black". */
export function nameOf(record: ShapeRecord, board: Pick<Board, "actor" | "author">): string {
  const name = plainName(record, board);
  return record.locked ? words.selecting.thingLocked(name) : name;
}

function plainName(record: ShapeRecord, board: Pick<Board, "actor" | "author">): string {
  const names = words.selecting;
  const author = record.author === board.actor ? names.you : (board.author(record.author)?.name ?? null);
  const color = "color" in record ? colorName(record.color) : null;
  switch (record.kind) {
    case "stroke":
      return record.tool === "highlighter" ? names.highlight(author, color) : names.ink(author, color);
    case "text":
      return names.textThing(shortened(record.text));
    case "note":
      return names.noteThing(shortened(record.text));
    case "image":
    case "unknown":
      return names.picture(author, null);
    default:
      return names[record.kind](author, color);
  }
}

function colorName(color: string): string | null {
  const known = [COLORS, HIGHLIGHTS, NOTE_COLORS].flatMap((table) => Object.entries(table));
  const found = known.find(([, value]) => value.slice(0, 7) === color.slice(0, 7).toLowerCase());
  return found === undefined ? null : (words.colors[found[0] as keyof typeof words.colors] ?? null);
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const characters = Array.from(line);
  return characters.length <= TEXT_MAX ? line : `${characters.slice(0, TEXT_MAX).join("")}…`;
}
