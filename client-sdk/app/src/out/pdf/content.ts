/** What is painted on a page, as operators of a PDF's content stream. */
import type { Transform } from "@kakehashi/client";
import { PAGE } from "../../canvas/rect";
import type { Color } from "../color";
import type { RecordedPath } from "../path";
import type { Painted, Stroked, Written } from "../recorder";
import type { LetterFonts } from "./letters";
import { number } from "./objects";

/** Where a picture lies, and under which name the page knows it. */
export interface PlacedPicture {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a page's operators need from outside. */
export interface ContentSources {
  /** A line of writing as a picture; null if nothing of it is seen. */
  readonly writing: (line: Written) => Promise<PlacedPicture | null>;
  /** The name of a picture; null if there is none. */
  readonly picture: (image: CanvasImageSource) => Promise<string | null>;
  readonly widthOf: (font: string) => (character: string) => number;
  readonly letters: LetterFonts;
}

const CAPS: Readonly<Record<CanvasLineCap, number>> = { butt: 0, round: 1, square: 2 };
const JOINS: Readonly<Record<CanvasLineJoin, number>> = { miter: 0, round: 1, bevel: 2 };

/** Ways to blend, by what they do; written once for the whole file. */
export class Blends {
  private readonly names = new Map<string, string>();

  name(alpha: number, multiply: boolean): string {
    const key = `/ca ${number(alpha, 3)} /CA ${number(alpha, 3)} /BM ${multiply ? "/Multiply" : "/Normal"}`;
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const name = `B${this.names.size}`;
    this.names.set(key, name);
    return name;
  }

  entries(): string {
    return [...this.names].map(([key, name]) => `/${name} << /Type /ExtGState ${key} >>`).join(" ");
  }
}

/** Characters after which what is written is put aside as a Blob. */
const PIECE = 1_000_000;

/** `scale`: points of the paper for a page unit. Page units count downwards, points upwards. */
export async function contentOf(shapes: AsyncIterable<readonly Painted[]>, scale: number, blends: Blends, sources: ContentSources): Promise<BlobPart[]> {
  const parts: BlobPart[] = [
    `${number(scale, 6)} 0 0 ${number(-scale, 6)} 0 ${number(PAGE.height * scale, 4)} cm\n`,
    `${PAGE.x} ${PAGE.y} ${PAGE.width} ${PAGE.height} re W n\n`,
  ];
  let piece = "";
  for await (const shape of shapes) {
    for (const item of shape) piece += await operators(item, blends, sources);
    if (piece.length < PIECE) continue;
    parts.push(new Blob([piece]));
    piece = "";
  }
  return [...parts, piece];
}

async function operators(item: Painted, blends: Blends, sources: ContentSources): Promise<string> {
  const clips = item.clips.map(({ path, matrix }) => `${change(matrix)}${pathOperators(path)}W n ${change(inverted(matrix))}`).join("");
  const inside = await painting(item, blends, sources);
  return inside === "" ? "" : `q ${clips}${change(item.matrix)}${inside}Q\n`;
}

async function painting(item: Painted, blends: Blends, sources: ContentSources): Promise<string> {
  const blend = (alpha: number): string => `/${blends.name(alpha, item.multiply)} gs `;
  switch (item.what) {
    case "fill":
      return `${blend(item.color.alpha)}${rgb(item.color)} rg ${pathOperators(item.path)}${item.evenOdd ? "f*" : "f"} `;
    case "stroke":
      return `${blend(item.color.alpha)}${rgb(item.color)} RG ${pen(item)}${pathOperators(item.path)}S `;
    case "image": {
      const name = await sources.picture(item.image);
      return name === null ? "" : blend(item.alpha) + drawing({ name, x: item.x, y: item.y, width: item.width, height: item.height });
    }
    case "text": {
      const seen = await sources.writing(item);
      const line = sources.letters.line(item.text, sources.widthOf(item.font), item.width / item.size);
      // 3 Tr: neither filled nor stroked. The letters have no drawing in any case.
      const found = `BT 3 Tr ${number(item.size)} 0 0 ${number(-item.size)} ${number(item.x)} ${number(item.y)} Tm ${line} ET `;
      return (seen === null ? "" : `q ${blend(item.color.alpha)}${drawing(seen)}Q `) + found;
    }
  }
}

function drawing({ name, x, y, width, height }: PlacedPicture): string {
  return `${number(width, 4)} 0 0 ${number(-height, 4)} ${number(x, 3)} ${number(y + height, 3)} cm /${name} Do `;
}

function pen(item: Stroked): string {
  const dash = item.dash.length > 0 ? `[${item.dash.map((length) => number(length)).join(" ")}] 0 d ` : "";
  const miter = item.join === "miter" ? `${number(item.miter)} M ` : "";
  return `${number(item.width)} w ${CAPS[item.cap]} J ${JOINS[item.join]} j ${miter}${dash}`;
}

function rgb({ red, green, blue }: Color): string {
  return [red, green, blue].map((part) => number(part / 255, 4)).join(" ");
}

function change(matrix: Transform): string {
  const [a, b, c, d, e, f] = matrix;
  if (a === 1 && b === 0 && c === 0 && d === 1 && e === 0 && f === 0) return "";
  return `${[a, b, c, d].map((value) => number(value, 6)).join(" ")} ${number(e, 4)} ${number(f, 4)} cm `;
}

function inverted([a, b, c, d, e, f]: Transform): Transform {
  const determinant = a * d - b * c || 1;
  return [d / determinant, -b / determinant, -c / determinant, a / determinant, (c * f - d * e) / determinant, (b * e - a * f) / determinant];
}

function pathOperators(path: RecordedPath): string {
  const steps: string[] = [];
  let [x, y] = [0, 0];
  const put = (operator: string, ...values: number[]): void => {
    steps.push(`${values.map((value) => number(value)).join(" ")} ${operator}\n`);
    [x, y] = values.slice(-2) as [number, number];
  };
  path.read({
    moveTo: (toX, toY) => put("m", toX, toY),
    lineTo: (toX, toY) => put("l", toX, toY),
    // PDF knows cubic curves alone.
    quadraticCurveTo: (cx, cy, toX, toY) =>
      put("c", x + ((cx - x) * 2) / 3, y + ((cy - y) * 2) / 3, toX + ((cx - toX) * 2) / 3, toY + ((cy - toY) * 2) / 3, toX, toY),
    bezierCurveTo: (ax, ay, bx, by, toX, toY) => put("c", ax, ay, bx, by, toX, toY),
    closePath: () => steps.push("h\n"),
  });
  return steps.join("");
}
