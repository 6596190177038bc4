/** Prints pages on paper: each as an SVG that fills a sheet, so lines and letters are as sharp as the printer. */
import { measurer } from "../canvas/text-layout";
import { words } from "../words";
import { type Source, titleOf } from "./make";
import { chosenPages, eachPage, PagesMissing } from "./pages";
import { imageOf, PictureBox } from "./pictures";
import { assetsOf, recordSheet } from "./sheet";
import { writeSvg } from "./svg";

export interface PrintOrder {
  readonly which: "this" | "all";
  readonly hidden: boolean;
  readonly leaveOut: boolean;
}

/** Resolves when the browser's own print dialog is closed. */
export async function printPages(source: Source, order: PrintOrder, progress: (done: number) => void, signal: AbortSignal): Promise<void> {
  const { board } = source;
  const pages = chosenPages(board, order.which, order.hidden);
  if (pages.length === 0) throw new PagesMissing([]);
  const measure = measurer();
  const pictures = new PictureBox(source.urlOf);
  const sheets = document.createElement("div");
  sheets.className = "print-sheets";
  const images: HTMLImageElement[] = [];
  try {
    await eachPage(board, pages, measure, order.leaveOut, signal, async (sheet) => {
      progress(images.length);
      await pictures.fetch(assetsOf(sheet), signal);
      const urls = await pictures.dataUrls();
      const drawing = await writeSvg(titleOf(sheet), recordSheet(sheet, pictures.image, measure, signal), (image) => urls.get(image));
      const image = await imageOf(drawing);
      image.alt = words.page(sheet.number);
      images.push(image);
      sheets.append(image);
    });
    document.body.append(sheets);
    await printed();
  } finally {
    sheets.remove();
    for (const image of images) URL.revokeObjectURL(image.src);
    pictures.forget();
  }
}

/** Tablets return from `print` before anything is printed, and say later that it is done. */
function printed(): Promise<void> {
  return new Promise((resolve) => {
    window.addEventListener("afterprint", () => resolve(), { once: true });
    window.print();
  });
}
