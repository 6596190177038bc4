/**
 * What makes the writing of a PDF findable and copyable. The letters that are seen are pictures, since a
 * page cannot read the system's fonts and a Japanese font is too heavy to send; over them lie the same
 * letters in a font without any drawing. It is of type 3, so that nothing has to be embedded: each
 * letter has its width and its Unicode value, and no more. A font of that type has 256 letters at most.
 */
import { number, type PdfObjects, type Ref, utf16 } from "./objects";

const LETTERS_MAX = 256;

interface Letter {
  readonly character: string;
  /** Thousandths of the letters' size. */
  readonly width: number;
}

export class LetterFonts {
  private readonly places = new Map<string, { readonly font: number; readonly code: number; readonly width: number }>();
  private readonly fonts: Letter[][] = [];

  /** The operators that set a line of writing whose left end stands at the origin, one unit high. */
  line(text: string, widthOf: (character: string) => number, wanted: number): string {
    let natural = 0;
    const runs: { font: number; codes: string }[] = [];
    for (const character of text) {
      const { font, code, width } = this.place(character, widthOf);
      natural += width / 1000;
      const digits = code.toString(16).padStart(2, "0");
      const last = runs[runs.length - 1];
      if (last?.font === font) last.codes += digits;
      else runs.push({ font, codes: digits });
    }
    // Letters that stand closer together as words than one by one.
    const stretch = natural > 0 && wanted > 0 ? (wanted / natural) * 100 : 100;
    return `${number(stretch, 3)} Tz ${runs.map(({ font, codes }) => `/L${font} 1 Tf <${codes}> Tj`).join(" ")}`;
  }

  /** Writes the fonts; as entries of a page's font resources. */
  async write(objects: PdfObjects): Promise<string> {
    const procedures = new Map<number, Ref>();
    const entries: string[] = [];
    for (const [i, letters] of this.fonts.entries()) {
      for (const { width } of letters) {
        if (!procedures.has(width)) procedures.set(width, await objects.addStream("", [`${width} 0 d0`]));
      }
      const map = await objects.addStream("", [unicodeMap(letters)]);
      const names = letters.map((_, code) => `/g${code}`).join(" ");
      const drawings = letters.map(({ width }, code) => `/g${code} ${procedures.get(width)} 0 R`).join(" ");
      const font = objects.add(
        `<< /Type /Font /Subtype /Type3 /FontBBox [0 -300 1000 1000] /FontMatrix [0.001 0 0 0.001 0 0] /Resources << >> ` +
          `/FirstChar 0 /LastChar ${letters.length - 1} /Widths [${letters.map(({ width }) => width).join(" ")}] ` +
          `/Encoding << /Type /Encoding /Differences [0 ${names}] >> /CharProcs << ${drawings} >> /ToUnicode ${map} 0 R >>`,
      );
      entries.push(`/L${i} ${font} 0 R`);
    }
    return entries.join(" ");
  }

  private place(character: string, widthOf: (character: string) => number): { font: number; code: number; width: number } {
    const known = this.places.get(character);
    if (known !== undefined) return known;
    let letters = this.fonts[this.fonts.length - 1];
    if (letters === undefined || letters.length === LETTERS_MAX) this.fonts.push((letters = []));
    const width = Math.round(widthOf(character) * 1000);
    const place = { font: this.fonts.length - 1, code: letters.length, width };
    letters.push({ character, width });
    this.places.set(character, place);
    return place;
  }
}

/** Which character each code stands for (ToUnicode, ISO 32000-1, 9.10.3). */
function unicodeMap(letters: readonly Letter[]): string {
  const lines = letters.map(({ character }, code) => `<${code.toString(16).padStart(2, "0")}> <${utf16(character)}>`);
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; at += 100) {
    const block = lines.slice(at, at + 100);
    blocks.push(`${block.length} beginbfchar\n${block.join("\n")}\nendbfchar`);
  }
  return [
    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap",
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
    "/CMapName /Letters def\n/CMapType 2 def",
    "1 begincodespacerange\n<00> <ff>\nendcodespacerange",
    ...blocks,
    "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend",
  ].join("\n");
}
