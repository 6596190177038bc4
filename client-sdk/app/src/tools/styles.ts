/** What each tool is set to here, remembered on the device. */
import { remembered } from "../state/remembered";
import type { Store } from "../state/store";
import type { ColorName, FigureName, HighlightName, LetterSizeName, NoteColorName, RubberSizeName, WidthName } from "../words";
import { COLOR_NAMES, HIGHLIGHT_NAMES, LETTER_NAMES, NOTE_COLOR_NAMES, RUBBER_NAMES, WIDTH_NAMES } from "./palette";

export interface PenStyle {
  readonly color: ColorName;
  readonly width: WidthName;
}

export interface HighlighterStyle {
  readonly color: HighlightName;
  readonly width: WidthName;
}

/** `whole`: lines and shapes that are met go as a whole. `parts`: of lines only what is rubbed over. */
export type EraserMode = "whole" | "parts";

export interface EraserStyle {
  readonly mode: EraserMode;
  readonly size: RubberSizeName;
}

export const FIGURES = ["rectangle", "ellipse", "line", "arrow", "triangle", "star", "regular", "corners"] as const;

export interface ShapeStyle {
  readonly figure: FigureName;
  readonly color: ColorName;
  readonly width: WidthName;
  readonly filled: boolean;
  /** Of a regular polygon. */
  readonly sides: number;
}

export const SIDES = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

export type Alignment = "start" | "center" | "end";
export const ALIGNMENTS = ["start", "center", "end"] as const satisfies readonly Alignment[];

export interface TextStyle {
  readonly color: ColorName;
  readonly size: LetterSizeName;
  readonly align: Alignment;
}

export interface NoteStyle {
  readonly color: NoteColorName;
  readonly size: LetterSizeName;
}

export interface ToolStyles {
  readonly pen: Store<PenStyle>;
  readonly highlighter: Store<HighlighterStyle>;
  readonly eraser: Store<EraserStyle>;
  readonly shape: Store<ShapeStyle>;
  readonly text: Store<TextStyle>;
  readonly note: Store<NoteStyle>;
}

export function toolStyles(): ToolStyles {
  return {
    pen: remembered<PenStyle>("pen", { color: "black", width: "medium" }, { color: COLOR_NAMES, width: WIDTH_NAMES }),
    highlighter: remembered<HighlighterStyle>(
      "highlighter",
      { color: "yellow", width: "medium" },
      { color: HIGHLIGHT_NAMES, width: WIDTH_NAMES },
    ),
    eraser: remembered<EraserStyle>("eraser", { mode: "whole", size: "medium" }, { mode: ["whole", "parts"], size: RUBBER_NAMES }),
    shape: remembered<ShapeStyle>(
      "shape",
      { figure: "rectangle", color: "black", width: "medium", filled: false, sides: 6 },
      { figure: FIGURES, color: COLOR_NAMES, width: WIDTH_NAMES, filled: [false, true], sides: SIDES },
    ),
    text: remembered<TextStyle>(
      "text",
      { color: "black", size: "medium", align: "start" },
      { color: COLOR_NAMES, size: LETTER_NAMES, align: ALIGNMENTS },
    ),
    note: remembered<NoteStyle>("note", { color: "yellow", size: "medium" }, { color: NOTE_COLOR_NAMES, size: LETTER_NAMES }),
  };
}
