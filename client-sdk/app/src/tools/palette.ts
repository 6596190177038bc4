/** The colours and sizes that tools can be set to. Lengths are page units, colours `#rrggbbaa`. */
import type { ColorName, HighlightName, LetterSizeName, NoteColorName, RubberSizeName, WidthName } from "../words";

/** Ink, lines and letters. All but white can be read on white; white is for dark pictures and filled shapes. */
export const COLORS: Readonly<Record<ColorName, string>> = {
  black: "#1d2429ff",
  grey: "#66727bff",
  red: "#c62828ff",
  orange: "#c75b00ff",
  brown: "#7a4a21ff",
  green: "#1b7a43ff",
  blue: "#1560bdff",
  purple: "#7b3fa0ff",
  pink: "#c2397fff",
  white: "#ffffffff",
};

/** Light enough that black ink under them stays black. */
export const HIGHLIGHTS: Readonly<Record<HighlightName, string>> = {
  yellow: "#ffe23fa6",
  green: "#7fe08aa6",
  blue: "#7cc7ffa6",
  pink: "#ff9cc4a6",
  orange: "#ffbf66a6",
  purple: "#cdb0ffa6",
};

/** Cards that black letters stand well on. */
export const NOTE_COLORS: Readonly<Record<NoteColorName, string>> = {
  yellow: "#fff0a8ff",
  green: "#cdeecbff",
  blue: "#cfe6fbff",
  pink: "#fcd6e2ff",
  orange: "#ffe0bdff",
  grey: "#e6eaedff",
};

/** Pens and the lines of shapes. */
export const WIDTHS: Readonly<Record<WidthName, number>> = {
  thin: 3,
  medium: 5,
  thick: 10,
  extraThick: 20,
};

export const HIGHLIGHT_WIDTHS: Readonly<Record<WidthName, number>> = {
  thin: 16,
  medium: 28,
  thick: 44,
  extraThick: 64,
};

/** The eraser's radius in CSS pixels on a laptop: it covers the same of the screen however far one has zoomed. */
export const RUBBER_RADII: Readonly<Record<RubberSizeName, number>> = {
  small: 6,
  medium: 12,
  large: 26,
  extraLarge: 52,
};

/** A page fills a wall panel that is some two metres wide, so that a unit is about a millimetre there. */
export const LETTER_SIZES: Readonly<Record<LetterSizeName, number>> = {
  small: 24,
  medium: 36,
  large: 56,
  extraLarge: 88,
};

export const COLOR_NAMES = Object.keys(COLORS) as readonly ColorName[];
export const HIGHLIGHT_NAMES = Object.keys(HIGHLIGHTS) as readonly HighlightName[];
export const NOTE_COLOR_NAMES = Object.keys(NOTE_COLORS) as readonly NoteColorName[];
export const WIDTH_NAMES = Object.keys(WIDTHS) as readonly WidthName[];
export const RUBBER_NAMES = Object.keys(RUBBER_RADII) as readonly RubberSizeName[];
export const LETTER_NAMES = Object.keys(LETTER_SIZES) as readonly LetterSizeName[];
