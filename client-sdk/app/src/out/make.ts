/** Makes the file that was asked for, page by page. */
import type { Board } from "@kakehashi/client";
import { language, words } from "../words";
import { measurer } from "../canvas/text-layout";
import { chosenPages, eachPage, type Numbered, PagesMissing } from "./pages";
import { PictureBox } from "./pictures";
import { type PngScale, writePng } from "./png";
import { cleanName } from "./save";
import { assetsOf, recordSheet, type Sheet } from "./sheet";
import { writeSvg } from "./svg";
import type { Entry } from "./zip";

export type PageFormat = "pdf" | "png" | "svg" | "excalidraw";

/** Where pages and pictures come from. */
export interface Source {
  readonly board: Board;
  /** Where a picture is; one that is not on the server yet, on this device. */
  readonly urlOf: (asset: string) => string;
}

export interface Order {
  readonly format: PageFormat;
  readonly which: "this" | "all";
  /** With `all`: pages that are hidden from the others too. */
  readonly hidden: boolean;
  readonly scale: PngScale;
  readonly transparent: boolean;
  /** Without its ending. */
  readonly name: string;
  /** Goes on without pages that are not on this device. */
  readonly leaveOut: boolean;
}

export interface Made {
  readonly file: File;
  /** Pictures that could not be had. */
  readonly picturesMissing: number;
}

/** Rejects with {@link PagesMissing}, or {@link Stopped} once `signal` says so. */
export async function makeFile(
  source: Source,
  order: Order,
  /** How many pages are done. */
  progress: (done: number) => void,
  signal: AbortSignal,
): Promise<Made> {
  const { board } = source;
  const pages = chosenPages(board, order.which, order.hidden);
  if (pages.length === 0) throw new PagesMissing([]);
  const pictures = new PictureBox(source.urlOf);
  try {
    const make = order.format === "pdf" ? makePdf : makeEach;
    const blob = await make(board, order, pages, pictures, progress, signal);
    const ending = blob.type === "application/zip" ? "zip" : order.format;
    const file = new File([blob], `${cleanName(order.name) || words.board}.${ending}`, { type: blob.type });
    return { file, picturesMissing: pictures.missing };
  } finally {
    pictures.forget();
  }
}

/** All pages in one file. */
async function makePdf(
  board: Board,
  order: Order,
  pages: readonly Numbered[],
  pictures: PictureBox,
  tally: (done: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const [{ PdfWriter }, { CanvasPixels }] = await Promise.all([import("./pdf/write"), import("./pdf/pixels")]);
  const measure = measurer();
  const pixels = new CanvasPixels((image) => pictures.of(image)?.blob.type === "image/jpeg");
  const writer = new PdfWriter(pixels, measure);
  let done = 0;
  try {
    await eachPage(board, pages, measure, order.leaveOut, signal, async (sheet) => {
      tally(done++);
      await pictures.fetch(assetsOf(sheet), signal);
      await writer.add(recordSheet(sheet, pictures.image, measure, signal));
    });
    return await writer.finish({ title: order.name, language: language.get(), made: new Date() });
  } finally {
    pixels.close();
  }
}

/** One file a page; several are put into one. */
async function makeEach(
  board: Board,
  order: Order,
  pages: readonly Numbered[],
  pictures: PictureBox,
  tally: (done: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const made: Entry[] = [];
  const digits = String(board.pages().length).length;
  await eachPage(board, pages, measurer(), order.leaveOut, signal, async (sheet) => {
    tally(made.length);
    await pictures.fetch(assetsOf(sheet), signal);
    const title = cleanName(sheet.entry.title);
    const number = String(sheet.number).padStart(digits, "0");
    made.push({
      name: `${cleanName(order.name)} ${number}${title === "" ? "" : ` ${title}`}.${order.format}`.trim(),
      blob: await makeOne(sheet, order, pictures, signal),
    });
  });
  const [only] = made;
  if (only !== undefined && pages.length === 1) return only.blob;
  const { zip } = await import("./zip");
  return zip(made, new Date(), signal);
}

async function makeOne(sheet: Sheet, order: Order, pictures: PictureBox, signal: AbortSignal): Promise<Blob> {
  switch (order.format) {
    case "png":
      return writePng(sheet, pictures.image, order.scale, order.transparent, signal);
    case "excalidraw": {
      const { writeExcalidraw } = await import("./excalidraw/write");
      const text = await writeExcalidraw(sheet, (asset) => pictures.dataUrlOf(asset), new Date());
      return new Blob([text], { type: "application/vnd.excalidraw+json" });
    }
    default: {
      const urls = await pictures.dataUrls();
      return writeSvg(titleOf(sheet), recordSheet(sheet, pictures.image, measurer(), signal), (image) => urls.get(image));
    }
  }
}

export function titleOf(sheet: { entry: { title: string }; number: number }): string {
  return sheet.entry.title === "" ? words.page(sheet.number) : sheet.entry.title;
}
