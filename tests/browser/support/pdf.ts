/** Reads PDFs with another program than the one that wrote them (pdf.js), in a page of their own. */
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";

const require = createRequire(import.meta.url);

export interface PdfPage {
  /** Points. */
  readonly width: number;
  readonly height: number;
  readonly text: string;
  /** Painted at `scale`, as a PNG. */
  readonly png: Buffer;
}

export interface Pdf {
  readonly title: string;
  readonly pages: readonly PdfPage[];
}

/** What is used of pdf.js here. */
interface PdfJs {
  GlobalWorkerOptions: { workerSrc: string };
  getDocument(source: { data: Uint8Array }): { promise: Promise<PdfDocument> };
}

interface PdfDocument {
  numPages: number;
  getMetadata(): Promise<{ info: { Title?: string } }>;
  getPage(number: number): Promise<{
    getViewport(options: { scale: number }): { width: number; height: number };
    getTextContent(): Promise<{ items: { str?: string; hasEOL?: boolean }[] }>;
    render(options: object): { promise: Promise<void> };
  }>;
}

/** `page` is a page of a browser that nothing else is shown on. */
export async function readPdf(page: Page, bytes: Buffer, scale: number): Promise<Pdf> {
  await page.route("http://pdf.test/**", (route) => {
    const file = new URL(route.request().url()).pathname.slice(1);
    return file === "" ? route.fulfill({ contentType: "text/html", body: "" }) : route.fulfill({ path: require.resolve(`pdfjs-dist/legacy/build/${file}`), contentType: "text/javascript" });
  });
  await page.goto("http://pdf.test/");
  const read = await page.evaluate(
    async ([base64, zoom]) => {
      const address = "http://pdf.test/pdf.min.mjs";
      const pdf = (await import(address)) as PdfJs;
      pdf.GlobalWorkerOptions.workerSrc = "http://pdf.test/pdf.worker.min.mjs";
      const file = await pdf.getDocument({ data: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) }).promise;
      const pages: { width: number; height: number; text: string; png: string }[] = [];
      for (let number = 1; number <= file.numPages; number++) {
        const shown = await file.getPage(number);
        const { width, height } = shown.getViewport({ scale: 1 });
        const viewport = shown.getViewport({ scale: zoom });
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [Math.round(viewport.width), Math.round(viewport.height)];
        await shown.render({ canvas, viewport }).promise;
        const { items } = await shown.getTextContent();
        pages.push({ width, height, text: items.map(({ str = "", hasEOL = false }) => str + (hasEOL ? "\n" : "")).join(""), png: canvas.toDataURL().split(",")[1] ?? "" });
      }
      return { title: (await file.getMetadata()).info.Title ?? "", pages };
    },
    [bytes.toString("base64"), scale] as const,
  );
  return { ...read, pages: read.pages.map((shown) => ({ ...shown, png: Buffer.from(shown.png, "base64") })) };
}
