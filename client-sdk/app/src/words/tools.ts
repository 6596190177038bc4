/** The tools and what they are set to. */

export type ColorName = "black" | "red" | "blue" | "green" | "orange" | "purple";
export type WidthName = "thin" | "medium" | "thick" | "extraThick";

export interface ToolsWords {
  readonly select: string;
  readonly pen: string;
  readonly eraser: string;
  readonly text: string;
  readonly hand: string;
  readonly deleteSelected: string;
  readonly color: string;
  readonly colors: Readonly<Record<ColorName, string>>;
  readonly width: string;
  readonly widths: Readonly<Record<WidthName, string>>;
  readonly editText: string;
}

export const en: ToolsWords = {
  select: "Select",
  pen: "Pen",
  eraser: "Eraser",
  text: "Text",
  hand: "Hand",
  deleteSelected: "Delete",
  color: "Colour",
  colors: { black: "Black", red: "Red", blue: "Blue", green: "Green", orange: "Orange", purple: "Purple" },
  width: "Line width",
  widths: { thin: "Thin", medium: "Medium", thick: "Thick", extraThick: "Very thick" },
  editText: "Text on the board",
};

export const ja: ToolsWords = {
  select: "選択",
  pen: "ペン",
  eraser: "消しゴム",
  text: "文字",
  hand: "手のひら",
  deleteSelected: "削除",
  color: "色",
  colors: { black: "黒", red: "赤", blue: "青", green: "緑", orange: "オレンジ", purple: "紫" },
  width: "線の太さ",
  widths: { thin: "細い", medium: "ふつう", thick: "太い", extraThick: "とても太い" },
  editText: "ボードの文字",
};
