/** The bones of a PDF (ISO 32000-1): numbered objects, the table of where they are, and the trailer. */
import { Breath } from "../breath";
import { feed, zlib } from "../deflate";

export type Ref = number;

export class PdfObjects {
  /** Bytes of each object, its number first; numbers begin with 1. */
  private readonly bodies: (readonly BlobPart[])[] = [];

  /** A number for an object that is written later. */
  reserve(): Ref {
    this.bodies.push([]);
    return this.bodies.length;
  }

  add(body: string): Ref {
    const ref = this.reserve();
    this.set(ref, body);
    return ref;
  }

  set(ref: Ref, body: string): void {
    this.bodies[ref - 1] = [body];
  }

  /** `entries` of its dictionary, but for length and filter. */
  async addStream(entries: string, parts: readonly BlobPart[]): Promise<Ref> {
    const packed: BlobPart[] = [];
    const bytes = new Uint8Array(await new Blob([...parts]).arrayBuffer());
    await feed(zlib((part) => packed.push(part)), bytes, true, new Breath());
    return this.addRaw(`${entries} /Filter /FlateDecode`, new Blob(packed));
  }

  /** As it is: a JPEG is compressed already. */
  addRaw(entries: string, bytes: Blob): Ref {
    const ref = this.reserve();
    this.bodies[ref - 1] = [`<< ${entries} /Length ${bytes.size} >>\nstream\n`, bytes, "\nendstream"];
    return ref;
  }

  finish(root: Ref, info: Ref): Blob {
    // The second line tells programs that this is not text.
    const parts: BlobPart[] = ["%PDF-1.5\n%", new Uint8Array([0xe2, 0xe3, 0xcf, 0xd3]), "\n"];
    let at = 15;
    const places: string[] = [];
    this.bodies.forEach((body, i) => {
      const head = `${i + 1} 0 obj\n`;
      places.push(`${String(at).padStart(10, "0")} 00000 n \n`);
      parts.push(head, ...body, "\nendobj\n");
      at += head.length + body.reduce((sum, part) => sum + lengthOf(part), 0) + 8;
    });
    const size = this.bodies.length + 1;
    parts.push(`xref\n0 ${size}\n0000000000 65535 f \n`, ...places);
    parts.push(`trailer\n<< /Size ${size} /Root ${root} 0 R /Info ${info} 0 R >>\nstartxref\n${at}\n%%EOF\n`);
    return new Blob(parts, { type: "application/pdf" });
  }
}

/** Strings of these files are ASCII alone: a character is a byte. */
function lengthOf(part: BlobPart): number {
  if (typeof part === "string") return part.length;
  return part instanceof Blob ? part.size : part.byteLength;
}

/** Text of any script, for titles. */
export function textString(text: string): string {
  return `<FEFF${utf16(text)}>`;
}

/** UTF-16, the higher byte first, as hexadecimal digits. */
export function utf16(text: string): string {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).toUpperCase().padStart(4, "0")).join("");
}

export function dateString(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const offset = -at.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}'${two(Math.abs(offset) % 60)}'`;
  return `(D:${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}${zone})`;
}

export function number(value: number, digits = 2): string {
  const scale = 10 ** digits;
  const rounded = Math.round(value * scale) / scale;
  if (!Number.isFinite(rounded) || rounded === 0) return "0";
  // Never in powers of ten, which PDF does not know.
  return Math.abs(rounded) < 1e-6 ? "0" : Math.abs(rounded) >= 1e21 ? "0" : String(rounded);
}
