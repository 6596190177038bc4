/** How writing by keyboard breaks into lines: at spaces, between Japanese characters, else anywhere. */

/** The typeface of everything typed, without a font to load. */
export const TEXT_FONT =
  '"Hiragino Sans", "BIZ UDPGothic", "Noto Sans JP", "Noto Sans CJK JP", "Yu Gothic UI", Meiryo, system-ui, sans-serif';

/** Times the font size. */
export const LINE_HEIGHT = 1.4;

/** Times the font size: how far below the middle of their line letters stand, whatever typeface a device has. */
export const BASELINE = 0.36;

/** The width of a piece of text in page units. */
export type Measure = (text: string) => number;

export interface Line {
  readonly text: string;
  readonly width: number;
}

/** Characters that may not begin a line. */
const NOT_FIRST = /^[、。，．・：；？！゛゜ーァィゥェォッャュョヮぁぃぅぇぉっゃゅょゎ）」』】〕〉》”’,.!?:;)\]}%]/;

/** Breaks `text` so that no line is wider than `width`, unless one character alone is. */
export function breakLines(text: string, width: number, measure: Measure): Line[] {
  const lines: Line[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const piece of pieces(paragraph)) {
      if (line === "" || measure((line + piece).trimEnd()) <= width) {
        line += piece;
      } else {
        lines.push(made(line, measure));
        line = piece;
      }
      while (measure(line.trimEnd()) > width) {
        const head = headThatFits(line, width, measure);
        if (head.length === line.length) break;
        lines.push(made(head, measure));
        line = line.slice(head.length);
      }
    }
    lines.push(made(line, measure));
  }
  return lines;
}

/** What may not be torn apart: a word with the spaces behind it, or one wide character. */
function pieces(paragraph: string): string[] {
  const found = paragraph.match(/[ \t]+|[\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]|[^ \t\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef]+[ \t]*/gu) ?? [];
  const joined: string[] = [];
  for (const piece of found) {
    const before = joined.length - 1;
    if (before >= 0 && NOT_FIRST.test(piece)) joined[before] += piece;
    else joined.push(piece);
  }
  return joined;
}

function headThatFits(line: string, width: number, measure: Measure): string {
  let head = "";
  for (const character of line) {
    if (head !== "" && measure(head + character) > width) break;
    head += character;
  }
  return head;
}

function made(line: string, measure: Measure): Line {
  const text = line.trimEnd();
  return { text, width: measure(text) };
}

/** Measures text with a canvas of its own, so that the painting one keeps its state. */
export function measurer(): (font: string) => Measure {
  const ctx = document.createElement("canvas").getContext("2d");
  let set = "";
  return (font) => {
    return (text) => {
      if (ctx === null) return 0;
      // Several sizes may be measured in turn.
      if (set !== font) ctx.font = set = font;
      return ctx.measureText(text).width;
    };
  };
}
