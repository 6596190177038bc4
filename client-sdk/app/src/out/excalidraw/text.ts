/** Puts writing where it stood: our letters are set in other lines than theirs. */
import { fontOf } from "../../canvas/shape";
import { breakLines, LINE_HEIGHT } from "../../canvas/text-layout";
import type { MeasureOf } from "../sheet";
import type { TextItem } from "./item";

export interface TheirText {
  readonly text: string;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly color: string;
  readonly fontSize: number;
  readonly align: "start" | "center" | "end";
  readonly rotation: number;
  readonly locked: boolean;
}

/** Room beside a text that is as wide as its words: a typeface may measure a little more elsewhere. */
const SLACK = 2;

/** `wished` is the width that words break at; null where only the text's own line breaks count. */
export function placedText(theirs: TheirText, wished: number | null, measure: MeasureOf): TextItem {
  const { box, text, fontSize, align, rotation } = theirs;
  const widthOf = measure(fontOf(fontSize));
  const natural = Math.max(fontSize, ...text.split("\n").map((line) => widthOf(line)));
  const width = wished ?? Math.max(box.width, natural) + SLACK;
  const lines = breakLines(text, width, widthOf);
  const shownHeight = lines.length * fontSize * LINE_HEIGHT;
  const shownWidth = align === "start" ? Math.min(width, Math.max(fontSize, ...lines.map((line) => line.width))) : width;
  // The box is turned about its middle: it is put so that the edge that the lines hang on stays where it was.
  const along = align === "start" ? (shownWidth - box.width) / 2 : align === "end" ? (box.width - shownWidth) / 2 : 0;
  const angle = (rotation * Math.PI) / 180;
  const middleX = box.x + box.width / 2 + along * Math.cos(angle);
  const middleY = box.y + box.height / 2 + along * Math.sin(angle);
  return {
    kind: "text",
    x: middleX - shownWidth / 2,
    y: middleY - shownHeight / 2,
    width,
    height: shownHeight,
    color: theirs.color,
    fill: null,
    fontSize,
    align,
    text,
    rotation,
    locked: theirs.locked,
  };
}
