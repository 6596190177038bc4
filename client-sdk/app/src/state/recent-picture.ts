/** The small picture by which a board is known again: its current page. */
import type { Board } from "@kakehashi/client";
import { type Images, paintPage } from "../canvas/picture";
import { PAGE } from "../canvas/rect";
import type { RecentPicture } from "./recent";

/** Pixels; sharp on a wall, and some ten kilobytes. */
const WIDTH = 640;
const HEIGHT = 360;
const TYPE = "image/webp";
const QUALITY = 0.85;
/** Shapes. Painting more takes longer than a writing hand would excuse; then the screen is copied. */
export const PAINT_MAX = 3000;

/** Takes it at once; the bytes come later. Null if there is nothing to be seen. */
export function pictureOf(board: Board, images: Images): Promise<RecentPicture | null> {
  const page = board.page();
  const entry = board.pages().find(({ id }) => id === page);
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const ctx = canvas.getContext("2d", { alpha: false });
  if (page === null || entry === undefined || ctx === null) return Promise.resolve(null);
  if (board.order().length <= PAINT_MAX) paintPage(ctx, board.reader(page), entry, WIDTH / PAGE.width, images);
  else if (!copyScreen(ctx)) return Promise.resolve(null);
  return bytesOf(canvas);
}

/** What is in sight now, cut to the picture's shape. */
function copyScreen(ctx: CanvasRenderingContext2D): boolean {
  const surface = document.querySelector<HTMLCanvasElement>(".stage canvas");
  if (surface === null || surface.width === 0 || surface.height === 0) return false;
  const scale = Math.max(WIDTH / surface.width, HEIGHT / surface.height);
  const width = WIDTH / scale;
  const height = HEIGHT / scale;
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(surface, (surface.width - width) / 2, (surface.height - height) / 2, width, height, 0, 0, WIDTH, HEIGHT);
  return true;
}

function bytesOf(canvas: HTMLCanvasElement): Promise<RecentPicture | null> {
  return new Promise((resolve) => {
    // Browsers that cannot write WebP give PNG.
    canvas.toBlob(
      (blob) => {
        if (blob === null) resolve(null);
        else blob.arrayBuffer().then((bytes) => resolve({ bytes, type: blob.type }), () => resolve(null));
      },
      TYPE,
      QUALITY,
    );
  });
}
