/**
 * Pages as a PDF: lines and shapes as vectors, writing as fine pictures with findable letters over them,
 * pictures as they are. A page is as wide as A4 lies and has the sheet's shape, so it prints without
 * being made smaller.
 */
import type { MeasureOf } from "../sheet";
import type { Painted, Written } from "../recorder";
import { Blends, contentOf, type PlacedPicture } from "./content";
import { LetterFonts } from "./letters";
import { dateString, number, PdfObjects, type Ref, textString } from "./objects";
import { PAGE } from "../../canvas/rect";

/** Points of A4's longer side. */
const PAPER_WIDTH = 841.89;
const SCALE = PAPER_WIDTH / PAGE.width;

/** Puts pictures into the file; made by the browser in `pixels.ts`. */
export interface Pixels {
  /** A line of writing, and where on the page it lies. */
  writing(objects: PdfObjects, line: Written): Promise<{ readonly ref: Ref; readonly at: Omit<PlacedPicture, "name"> } | null>;
  picture(objects: PdfObjects, image: CanvasImageSource): Promise<Ref | null>;
}

export interface About {
  readonly title: string;
  /** `en` or `ja`. */
  readonly language: string;
  readonly made: Date;
}

export class PdfWriter {
  private readonly objects = new PdfObjects();
  private readonly tree = this.objects.reserve();
  private readonly resources = this.objects.reserve();
  private readonly pages: Ref[] = [];
  private readonly letters = new LetterFonts();
  private readonly blends = new Blends();
  private readonly pictures: { readonly name: string; readonly ref: Ref }[] = [];
  private readonly known = new Map<CanvasImageSource, string | null>();

  constructor(
    private readonly pixels: Pixels,
    private readonly measure: MeasureOf,
  ) {}

  async add(shapes: AsyncIterable<readonly Painted[]>): Promise<void> {
    const content = await contentOf(shapes, SCALE, this.blends, {
      letters: this.letters,
      widthOf: (font) => {
        const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 10);
        return (character) => this.measure(font)(character) / size;
      },
      writing: async (line) => {
        const made = await this.pixels.writing(this.objects, line);
        return made === null ? null : { name: this.named(made.ref), ...made.at };
      },
      picture: async (image) => {
        const before = this.known.get(image);
        if (before !== undefined) return before;
        const ref = await this.pixels.picture(this.objects, image);
        const name = ref === null ? null : this.named(ref);
        this.known.set(image, name);
        return name;
      },
    });
    const stream = await this.objects.addStream("", content);
    this.pages.push(
      this.objects.add(
        `<< /Type /Page /Parent ${this.tree} 0 R /MediaBox [0 0 ${number(PAPER_WIDTH)} ${number(PAGE.height * SCALE)}] ` +
          `/Resources ${this.resources} 0 R /Contents ${stream} 0 R /Group << /S /Transparency /CS /DeviceRGB >> >>`,
      ),
    );
  }

  async finish({ title, language, made }: About): Promise<Blob> {
    const { objects } = this;
    const fonts = await this.letters.write(objects);
    objects.set(
      this.resources,
      `<< /Font << ${fonts} >> /ExtGState << ${this.blends.entries()} >> /XObject << ${this.pictures.map(({ name, ref }) => `/${name} ${ref} 0 R`).join(" ")} >> >>`,
    );
    objects.set(this.tree, `<< /Type /Pages /Count ${this.pages.length} /Kids [${this.pages.map((page) => `${page} 0 R`).join(" ")}] >>`);
    const root = objects.add(`<< /Type /Catalog /Pages ${this.tree} 0 R /Lang (${language}) /ViewerPreferences << /DisplayDocTitle true >> >>`);
    const info = objects.add(`<< /Title ${textString(title)} /Creator (Kakehashi) /Producer (Kakehashi) /CreationDate ${dateString(made)} >>`);
    return objects.finish(root, info);
  }

  private named(ref: Ref): string {
    const name = `P${this.pictures.length}`;
    this.pictures.push({ name, ref });
    return name;
  }
}
