/**
 * Drawings in SVG: cleaned, so that nothing in them can run, load or multiply, and turned into pixels through
 * an <img>, in which browsers run no scripts in any case. Only the pixels reach the board.
 */

/** Bytes of a drawing; larger ones take a browser too long. */
export const SVG_BYTES_MAX = 2 * 1024 * 1024;
/** Elements that it may have once all that it uses again is counted again. */
const ELEMENTS_MAX = 50_000;
/** The size of one that says none, in pixels. */
const USUAL = { width: 800, height: 600 } as const;

const SVG = "http://www.w3.org/2000/svg";
/** What may run, load, or hold pages. */
const FORBIDDEN = new Set(["script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "listener", "set", "animate", "animatemotion", "animatetransform", "animatecolor", "discard"]);

export interface Drawing {
  /** The cleaned text, with a size of so many pixels. */
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

/** Cleans a drawing and makes it as large as fits into a square of `side` pixels. Null: it is none, or one that must not be painted. */
export function cleanSvg(source: string, side: number): Drawing | null {
  // Entities can be nested until they fill the memory, and no drawing program needs them.
  if (/<!ENTITY/i.test(source)) return null;
  const parsed = new DOMParser().parseFromString(source, "image/svg+xml");
  const root = parsed.documentElement;
  if (root.localName !== "svg" || root.namespaceURI !== SVG || parsed.querySelector("parsererror") !== null) return null;
  for (const element of [root, ...root.querySelectorAll("*")]) {
    if (FORBIDDEN.has(element.localName.toLowerCase()) || (element.namespaceURI !== SVG && element !== root)) element.remove();
    else cleanElement(element);
  }
  if (weightOf(root) > ELEMENTS_MAX) return null;
  const size = sizeOf(root);
  const scale = Math.min(4, side / Math.max(size.width, size.height));
  const width = Math.max(1, Math.round(size.width * scale));
  const height = Math.max(1, Math.round(size.height * scale));
  if (!root.hasAttribute("viewBox")) root.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  root.setAttribute("width", String(width));
  root.setAttribute("height", String(height));
  const doc = parsed.implementation.createDocument(SVG, "svg");
  doc.replaceChild(doc.importNode(root, true), doc.documentElement);
  return { text: new XMLSerializer().serializeToString(doc), width, height };
}

function cleanElement(element: Element): void {
  for (const { name, localName, value } of [...element.attributes]) {
    const lower = localName.toLowerCase();
    const address = lower === "href" || lower === "src" || lower === "base";
    if (lower.startsWith("on") || (address && !harmless(value)) || loads(value)) element.removeAttribute(name);
  }
  if (element.localName === "style" && (loads(element.textContent ?? "") || /@import/i.test(element.textContent ?? ""))) element.remove();
}

/** A place in the drawing itself, or a picture within it. */
function harmless(address: string): boolean {
  return /^\s*(#|data:image\/(png|jpeg|gif|webp)[;,])/i.test(address);
}

/** Whether a style asks for anything from elsewhere; backslashes can hide what they mean. */
function loads(style: string): boolean {
  if (/\\/.test(style) && /url|import|u/i.test(style)) return true;
  return [...style.matchAll(/url\(\s*["']?([^)"']*)/gi)].some(([, address = ""]) => !harmless(address));
}

/** How many elements are painted, what is used again counted again; Infinity if something uses itself. */
function weightOf(root: Element): number {
  const known = new Map<Element, number>();
  const open = new Set<Element>();
  const byId = new Map([...root.querySelectorAll("[id]")].map((element) => [element.id, element]));
  const weigh = (element: Element): number => {
    const before = known.get(element);
    if (before !== undefined) return before;
    if (open.has(element)) return Infinity;
    open.add(element);
    let weight = 1;
    for (const child of element.children) weight += weigh(child);
    for (const { value, localName } of element.attributes) {
      const used = [...value.matchAll(/url\(\s*["']?#([^)"']*)/gi)].map(([, id = ""]) => id);
      if (localName === "href" && value.trim().startsWith("#")) used.push(value.trim().slice(1));
      for (const target of used.flatMap((id) => byId.get(id) ?? [])) weight += weigh(target);
    }
    open.delete(element);
    known.set(element, weight);
    return weight;
  };
  return weigh(root);
}

function sizeOf(root: Element): { width: number; height: number } {
  const box = (root.getAttribute("viewBox") ?? "").trim().split(/[\s,]+/).map(Number);
  const [, , boxWidth = 0, boxHeight = 0] = box.length === 4 && box.every(Number.isFinite) ? box : [];
  const ratio = boxWidth > 0 && boxHeight > 0 ? boxWidth / boxHeight : null;
  const width = pixels(root.getAttribute("width"));
  const height = pixels(root.getAttribute("height"));
  if (width !== null && height !== null) return { width, height };
  if (width !== null) return { width, height: width / (ratio ?? USUAL.width / USUAL.height) };
  if (height !== null) return { width: height * (ratio ?? USUAL.width / USUAL.height), height };
  return ratio === null ? USUAL : { width: boxWidth, height: boxHeight };
}

const UNITS: Readonly<Record<string, number>> = { "": 1, px: 1, pt: 96 / 72, pc: 16, mm: 96 / 25.4, cm: 96 / 2.54, in: 96 };

function pixels(length: string | null): number | null {
  const [, number = "", unit = ""] = /^\s*([\d.]+(?:e[+-]?\d+)?)\s*(px|pt|pc|mm|cm|in)?\s*$/i.exec(length ?? "") ?? [];
  const value = Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
  return number !== "" && value > 0 && Number.isFinite(value) ? value : null;
}
