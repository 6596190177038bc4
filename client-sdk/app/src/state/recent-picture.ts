/** The small picture by which a board is known again: the page as it is on the screen now. */
import type { RecentPicture } from "./recent";

/** Pixels; sharp on a wall, and some ten kilobytes. */
const WIDTH = 640;
const HEIGHT = 360;
const TYPE = "image/webp";
const QUALITY = 0.85;

/** Takes it at once, from the surface; the bytes come later. Null if there is nothing to be seen. */
export function pictureOf(): Promise<RecentPicture | null> {
  const surface = document.querySelector<HTMLCanvasElement>(".stage canvas");
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const ctx = canvas.getContext("2d", { alpha: false });
  if (surface === null || ctx === null || surface.width === 0 || surface.height === 0) return Promise.resolve(null);
  const scale = Math.max(WIDTH / surface.width, HEIGHT / surface.height);
  const width = WIDTH / scale;
  const height = HEIGHT / scale;
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(surface, (surface.width - width) / 2, (surface.height - height) / 2, width, height, 0, 0, WIDTH, HEIGHT);
  return bytesOf(canvas);
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
