/** A page as SVG: lines stay lines, letters stay letters, pictures are in it. It holds no script. */
import type { Transform } from "@kakehashi/client";
import { PAGE } from "../canvas/rect";
import { type Color, opaqueHex } from "./color";
import type { RecordedPath } from "./path";
import type { Clip, Painted, Stroked, Written } from "./recorder";

/** Where a picture's bytes come from: a `data:` address; undefined leaves it out. */
export type DataUrlOf = (image: CanvasImageSource) => string | undefined;

/** Characters after which what is written is put aside as a Blob: a full page is too long for one string. */
const PIECE = 1_000_000;

export async function writeSvg(title: string, shapes: AsyncIterable<readonly Painted[]>, dataUrl: DataUrlOf): Promise<Blob> {
  const clips = new Clips();
  const parts: BlobPart[] = [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" `,
    `width="${PAGE.width}" height="${PAGE.height}" viewBox="${PAGE.x} ${PAGE.y} ${PAGE.width} ${PAGE.height}">\n`,
    `<title>${escapeXml(title)}</title>\n`,
  ];
  let piece = "";
  for await (const painted of shapes) {
    const inside = elements(painted, dataUrl, clips);
    if (inside.length === 1) piece += `${inside[0]}\n`;
    else if (inside.length > 1) piece += `<g>${inside.join("")}</g>\n`;
    if (piece.length < PIECE) continue;
    parts.push(new Blob([piece]));
    piece = "";
  }
  return new Blob([...parts, piece, clips.defs(), "</svg>\n"], { type: "image/svg+xml" });
}

function elements(painted: readonly Painted[], dataUrl: DataUrlOf, clips: Clips): string[] {
  const found: string[] = [];
  for (let i = 0; i < painted.length; i++) {
    const item = painted[i];
    if (item === undefined) continue;
    const next = painted[i + 1];
    const put = (element: string): number => found.push(clips.around(item, element));
    switch (item.what) {
      case "fill": {
        // A shape that is filled and then outlined stays one object in drawing programs.
        const outline = next?.what === "stroke" && sameTarget(item, next) ? next : null;
        const rule = item.evenOdd ? ' fill-rule="evenodd"' : "";
        const line = outline === null ? "" : strokeAttributes(outline);
        put(`<path d="${pathData(item.path)}"${paint("fill", item.color)}${rule}${line}${common(item)}/>`);
        if (outline !== null) i++;
        break;
      }
      case "stroke": {
        let data = pathData(item.path);
        // Ruling is many lines that look alike: they are one object.
        for (let line = next; line?.what === "stroke" && item.color.alpha === 1 && samePen(item, line); line = painted[i + 1]) {
          data += pathData(line.path);
          i++;
        }
        put(`<path d="${data}" fill="none"${strokeAttributes(item)}${common(item)}/>`);
        break;
      }
      case "text": {
        const lines: Written[] = [item];
        for (let line = painted[i + 1]; line?.what === "text" && sameHand(item, line); line = painted[i + 1]) {
          lines.push(line);
          i++;
        }
        put(textElement(lines, common(item)));
        break;
      }
      case "image": {
        const href = dataUrl(item.image);
        if (href === undefined) break;
        const opacity = item.alpha < 1 ? ` opacity="${number(item.alpha, 3)}"` : "";
        put(
          `<image x="${number(item.x)}" y="${number(item.y)}" width="${number(item.width)}" height="${number(item.height)}" ` +
            `preserveAspectRatio="none" xlink:href="${escapeXml(href)}"${opacity}${common(item)}/>`,
        );
      }
    }
  }
  return found;
}

function textElement(lines: readonly Written[], rest: string): string {
  const [first] = lines;
  if (first === undefined) return "";
  const family = first.font.replace(/^.*?[\d.]+px\s*/, "");
  const spans = lines.map(
    ({ text, x, y }) => `<tspan x="${number(x)}" y="${number(y)}">${escapeXml(text)}</tspan>`,
  );
  return (
    `<text xml:space="preserve" font-family="${escapeXml(family)}" font-size="${number(first.size)}"` +
    `${paint("fill", first.color)}${rest}>${spans.join("")}</text>`
  );
}

function strokeAttributes(item: Stroked): string {
  const dash = item.dash.length > 0 ? ` stroke-dasharray="${item.dash.map((length) => number(length)).join(" ")}"` : "";
  return (
    `${paint("stroke", item.color)} stroke-width="${number(item.width)}" stroke-linecap="${item.cap}" ` +
    `stroke-linejoin="${item.join}"${item.join === "miter" ? ` stroke-miterlimit="${number(item.miter)}"` : ""}${dash}`
  );
}

function paint(what: "fill" | "stroke", color: Color): string {
  return ` ${what}="${opaqueHex(color)}"${color.alpha < 1 ? ` ${what}-opacity="${number(color.alpha, 3)}"` : ""}`;
}

function common(item: Painted): string {
  return transform(item.matrix) + (item.multiply ? ' style="mix-blend-mode:multiply"' : "");
}

function transform([a, b, c, d, e, f]: Transform): string {
  if (a !== 1 || b !== 0 || c !== 0 || d !== 1) {
    return ` transform="matrix(${[a, b, c, d].map((value) => number(value, 6)).join(" ")} ${number(e)} ${number(f)})"`;
  }
  return e === 0 && f === 0 ? "" : ` transform="translate(${number(e)} ${number(f)})"`;
}

/** Clipping paths, each written down once. The page's own edge clips everything in any case. */
class Clips {
  private readonly ids = new Map<RecordedPath, string>();
  private readonly written: string[] = [];

  /** An element, cut as it was painted. Clips lie in the page's units, whatever turns the element. */
  around(item: Painted, element: string): string {
    return item.clips
      .filter(({ path }) => !isPage(path))
      .reduceRight((inner, clip) => `<g clip-path="url(#${this.idOf(clip)})">${inner}</g>`, element);
  }

  defs(): string {
    return this.written.length === 0 ? "" : `<defs>${this.written.join("")}</defs>\n`;
  }

  private idOf({ path, matrix }: Clip): string {
    const known = this.ids.get(path);
    if (known !== undefined) return known;
    const id = `clip${this.ids.size + 1}`;
    this.ids.set(path, id);
    const place = matrix.map((value) => number(value, 6)).join(" ");
    this.written.push(`<clipPath id="${id}"><path d="${pathData(path)}" transform="matrix(${place})"/></clipPath>`);
    return id;
  }
}

const PAGE_EDGE = `M${PAGE.x} ${PAGE.y}L${PAGE.x + PAGE.width} ${PAGE.y}L${PAGE.x + PAGE.width} ${PAGE.y + PAGE.height}L${PAGE.x} ${PAGE.y + PAGE.height}Z`;

function isPage(path: RecordedPath): boolean {
  return pathData(path) === PAGE_EDGE;
}

function sameTarget(fill: Painted, stroke: Stroked): boolean {
  return fill.what === "fill" && fill.path === stroke.path && fill.matrix === stroke.matrix && fill.multiply === stroke.multiply;
}

function samePen(one: Stroked, other: Stroked): boolean {
  return one.matrix === other.matrix && one.clips === other.clips && one.multiply === other.multiply && strokeAttributes(one) === strokeAttributes(other);
}

function sameHand(one: Written, other: Written): boolean {
  return one.font === other.font && one.matrix === other.matrix && opaqueHex(one.color) === opaqueHex(other.color) && one.color.alpha === other.color.alpha;
}

/** A path as the attribute `d`. */
export function pathData(path: RecordedPath): string {
  const steps: string[] = [];
  path.read({
    moveTo: (...to) => steps.push(`M${to.map((value) => number(value)).join(" ")}`),
    lineTo: (...to) => steps.push(`L${to.map((value) => number(value)).join(" ")}`),
    quadraticCurveTo: (...to) => steps.push(`Q${to.map((value) => number(value)).join(" ")}`),
    bezierCurveTo: (...to) => steps.push(`C${to.map((value) => number(value)).join(" ")}`),
    closePath: () => steps.push("Z"),
  });
  return steps.join("");
}

function number(value: number, digits = 2): string {
  const scale = 10 ** digits;
  const rounded = Math.round(value * scale) / scale;
  return Number.isFinite(rounded) ? String(rounded === 0 ? 0 : rounded) : "0";
}

/** Text and attribute values as XML takes them; characters that XML forbids become the replacement character. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}
