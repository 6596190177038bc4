/** The pen's colours and widths. */
import type { ColorName, WidthName } from "../words";

/** `#rrggbbaa`, all dark enough to be read on white. */
export const COLORS: Readonly<Record<ColorName, string>> = {
  black: "#1d2429ff",
  red: "#c62828ff",
  blue: "#1560bdff",
  green: "#1b7a43ff",
  orange: "#c75b00ff",
  purple: "#7b3fa0ff",
};

/** Page units. */
export const WIDTHS: Readonly<Record<WidthName, number>> = {
  thin: 3,
  medium: 5,
  thick: 10,
  extraThick: 20,
};

export const COLOR_NAMES = Object.keys(COLORS) as readonly ColorName[];
export const WIDTH_NAMES = Object.keys(WIDTHS) as readonly WidthName[];
