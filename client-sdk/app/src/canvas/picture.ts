/** A whole page painted at once and in small: what a page and a board are known again by. */
import type { PageEntry, PageReader } from "@kakehashi/client";
import { paintSheet, paintShape } from "./paint";
import { PAGE } from "./rect";
import { linesFrom, shapeOf } from "./shape";
import { measurer } from "./text-layout";

/** The picture, or null while it is not here; its place is left grey then. */
export type Images = (asset: string) => CanvasImageSource | null;

/** Page units by which pen lines are thicker: as fine as they are, they would be lost in small. */
const THICKER = 3;

/**
 * Paints a page with its sheet so that the page's corner is the context's origin and a page unit is
 * `scale` of its units. What stands beyond the sheet's edge is left to the caller's clip.
 */
export function paintPage(ctx: CanvasRenderingContext2D, reader: PageReader, entry: PageEntry, scale: number, images: Images): void {
  const measure = measurer();
  const line = linesFrom((id) => reader.ink(id));
  ctx.save();
  ctx.scale(scale, scale);
  paintSheet(ctx, entry.background, PAGE);
  reader.records().forEach((record, z) => {
    paintShape(ctx, shapeOf(record, z, line, measure), { line, image: images, thicker: THICKER }, 1 / scale);
  });
  ctx.restore();
}
