/** Colours as the board and canvases write them, in parts. */

export interface Color {
  /** 0 to 255. */
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** 0 to 1. */
  readonly alpha: number;
}

export const BLACK: Color = { red: 0, green: 0, blue: 0, alpha: 1 };

/** Reads `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`, `rgb(…)` and `rgba(…)`; anything else is undefined. */
export function readColor(text: string): Color | undefined {
  const hex = /^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.exec(text.trim())?.[1];
  if (hex !== undefined) {
    const long = hex.length < 6 ? [...hex].map((digit) => digit + digit).join("") : hex;
    const part = (at: number): number => Number.parseInt(long.slice(at, at + 2), 16);
    return { red: part(0), green: part(2), blue: part(4), alpha: long.length === 8 ? part(6) / 255 : 1 };
  }
  const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+)(%?))?\s*\)$/i.exec(text.trim());
  if (parts === null) return undefined;
  const byte = (value: string | undefined): number => Math.round(Math.min(255, Number(value)));
  const alpha = parts[4] === undefined ? 1 : Number(parts[4]) / (parts[5] === "%" ? 100 : 1);
  const color = { red: byte(parts[1]), green: byte(parts[2]), blue: byte(parts[3]), alpha: Math.min(1, alpha) };
  return Object.values(color).some(Number.isNaN) ? undefined : color;
}

/** `#rrggbb`, its opacity left out. */
export function opaqueHex({ red, green, blue }: Color): string {
  return `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** `#rrggbbaa`, as the board keeps it. */
export function boardHex(color: Color): string {
  return opaqueHex(color) + Math.round(color.alpha * 255).toString(16).padStart(2, "0");
}
