/** Colours of people come from other devices, and may be any. */

/** What a person's colour is where theirs cannot be read. */
const UNKNOWN = "#455a64";

/** `#rrggbb` of a colour with or without its opacity. */
export function opaque(color: string): string {
  return /^#[0-9a-f]{6}/i.test(color) ? color.slice(0, 7) : UNKNOWN;
}

/** White or nearly black letters, whichever can be read better on it (WCAG 2.2, relative luminance). */
export function lettersOn(color: string): string {
  const value = Number.parseInt(opaque(color).slice(1), 16);
  const [red = 0, green = 0, blue = 0] = [value >> 16, (value >> 8) & 255, value & 255].map(linear);
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / (DARK_LUMINANCE + 0.05) ? "#ffffff" : DARK;
}

const DARK = "#1f232b";
const DARK_LUMINANCE = 0.0168;

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
