/**
 * What is taken of HTML from elsewhere: its text, and pictures that it carries within itself. It is parsed into
 * a document that is never shown, in which nothing runs and nothing is fetched; pictures that would have to be
 * fetched from elsewhere are left, so that no page learns who pasted it where.
 */

/** Characters of HTML that are looked at. */
const HTML_MAX = 32 * 1024 * 1024;
/** Pictures that are taken of it. */
const PICTURES_MAX = 30;
/** Elements that are lines of their own. */
const LINES = new Set(["address", "article", "blockquote", "dd", "div", "dl", "dt", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tr", "ul"]);
/** Elements whose text is not meant to be read. */
const SILENT = new Set(["head", "script", "style", "template", "noscript", "title", "svg", "math"]);

export interface PastedContent {
  readonly text: string;
  readonly pictures: readonly Blob[];
}

export function contentOfHtml(html: string): PastedContent {
  if (html.length > HTML_MAX) return { text: "", pictures: [] };
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const pictures = [...body.querySelectorAll("img")]
    .slice(0, PICTURES_MAX)
    .flatMap((image) => pictureOf(image.getAttribute("src") ?? "") ?? []);
  return { text: linesOf(textOf(body)), pictures };
}

/** The picture that a `data:` address holds. Null for any other. */
export function pictureOf(address: string): Blob | null {
  const [, type = "", data = ""] = /^\s*data:(image\/[a-z+.-]+);base64,([a-z0-9+/=\s]+)$/i.exec(address) ?? [];
  if (data === "") return null;
  try {
    const binary = atob(data.replace(/\s+/g, ""));
    return new Blob([Uint8Array.from(binary, (character) => character.charCodeAt(0))], { type });
  } catch {
    return null;
  }
}

function textOf(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.nodeValue ?? "").replace(/[ \t\r\n]+/g, " ");
  if (!(node instanceof Element)) return "";
  const name = node.localName;
  if (SILENT.has(name)) return "";
  if (name === "br") return "\n";
  const inner = [...node.childNodes].map(textOf).join("");
  if (name === "td" || name === "th") return `${inner}\t`;
  return LINES.has(name) ? `\n${inner}\n` : inner;
}

/** Without empty lines at the ends, more than one between, and spaces around. */
function linesOf(text: string): string {
  const lines = text.split("\n").map((line) => line.replace(/^ +|[ \t]+$/g, ""));
  return lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}
