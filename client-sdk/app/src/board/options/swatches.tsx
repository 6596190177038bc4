/** Small pictures of colours, widths and sizes for the tools' options. */
import type { ComponentChildren } from "preact";
import {
  COLOR_NAMES,
  COLORS,
  HIGHLIGHT_NAMES,
  HIGHLIGHTS,
  LETTER_NAMES,
  NOTE_COLOR_NAMES,
  NOTE_COLORS,
  WIDTH_NAMES,
  WIDTHS,
} from "../../tools/palette";
import { type ColorName, type HighlightName, type LetterSizeName, type NoteColorName, type WidthName, words } from "../../words";
import type { Choice } from "./Choices";

export function swatch(children: ComponentChildren) {
  return (
    <svg class="swatch" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

/** Pale colours need an edge to be seen on the panel. */
function disc(color: string, pale: boolean) {
  return swatch(<circle class={pale ? "pale" : ""} cx="12" cy="12" r="9" fill={color.slice(0, 7)} />);
}

export function colorChoices(): Choice<ColorName>[] {
  return COLOR_NAMES.map((value) => ({ value, name: words.colors[value], picture: disc(COLORS[value], value === "white") }));
}

export function highlightChoices(): Choice<HighlightName>[] {
  return HIGHLIGHT_NAMES.map((value) => ({ value, name: words.colors[value], picture: disc(HIGHLIGHTS[value], true) }));
}

export function noteColorChoices(): Choice<NoteColorName>[] {
  return NOTE_COLOR_NAMES.map((value) => ({
    value,
    name: words.colors[value],
    picture: swatch(
      <>
        <path class="pale" d="M4 4h16v11l-5 5H4z" fill={NOTE_COLORS[value].slice(0, 7)} />
        <path class="pale" d="M20 15h-5v5" fill="none" />
      </>,
    ),
  }));
}

/** A dot as thick as a pen's line. */
export function widthChoices(): Choice<WidthName>[] {
  return WIDTH_NAMES.map((value) => ({
    value,
    name: words.widths[value],
    picture: swatch(<circle cx="12" cy="12" r={1.5 + WIDTHS[value] * 0.37} />),
  }));
}

/** The broad tip of a highlighter, by its height. */
export function broadWidthChoices(): Choice<WidthName>[] {
  const heights: Readonly<Record<WidthName, number>> = { thin: 4, medium: 8, thick: 13, extraThick: 19 };
  return WIDTH_NAMES.map((value) => ({
    value,
    name: words.widths[value],
    picture: swatch(<rect x="3" width="18" rx="2" y={12 - heights[value] / 2} height={heights[value]} />),
  }));
}

export function letterChoices(): Choice<LetterSizeName>[] {
  const sizes: Readonly<Record<LetterSizeName, number>> = { small: 9, medium: 13, large: 18, extraLarge: 23 };
  return LETTER_NAMES.map((value) => ({
    value,
    name: words.letterSizes[value],
    picture: swatch(
      <text x="12" y={12 + sizes[value] * 0.36} font-size={sizes[value]} text-anchor="middle">
        A
      </text>,
    ),
  }));
}
