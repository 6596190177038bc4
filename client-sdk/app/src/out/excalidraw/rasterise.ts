/** Pictures of a drawing as pictures that the board takes: cut and mirrored as they were shown, and never SVG. */
import { prepare, type Prepared } from "../../images/prepare";
import { imageOf } from "../pictures";
import type { PictureSource } from "./item";

/** Null: it cannot be decoded, or is more than the board takes. */
export async function rasterise(source: PictureSource): Promise<Prepared | null> {
  const { crop, flipX, flipY } = source;
  const prepared = await prepare(source.blob);
  if (typeof prepared === "string") return null;
  if (crop === null && !flipX && !flipY) return prepared;
  const image = await imageOf(new Blob([prepared.bytes], { type: prepared.type }));
  try {
    const whole = { x: 0, y: 0, width: prepared.width, height: prepared.height };
    // It may have been made smaller than the file's own, by which the cut is measured.
    const part = crop === null ? whole : cutOf(crop, prepared);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(part.width));
    canvas.height = Math.max(1, Math.round(part.height));
    const ctx = canvas.getContext("2d");
    if (ctx === null) return null;
    ctx.translate(flipX ? canvas.width : 0, flipY ? canvas.height : 0);
    ctx.scale(flipX ? -1 : 1, flipY ? -1 : 1);
    ctx.drawImage(image, part.x, part.y, part.width, part.height, 0, 0, canvas.width, canvas.height);
    const type = prepared.type === "image/jpeg" ? "image/jpeg" : "image/png";
    const made = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type));
    if (made === null) return null;
    return { bytes: new Uint8Array(await made.arrayBuffer()), type: made.type, width: canvas.width, height: canvas.height };
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** A cut within the picture, in the pixels of what it was made into. */
export function cutOf(
  crop: NonNullable<PictureSource["crop"]>,
  into: { readonly width: number; readonly height: number },
): { x: number; y: number; width: number; height: number } {
  const [across, down] = [into.width / crop.naturalWidth, into.height / crop.naturalHeight];
  const x = Math.min(crop.x * across, into.width - 1);
  const y = Math.min(crop.y * down, into.height - 1);
  return { x, y, width: Math.max(1, Math.min(crop.width * across, into.width - x)), height: Math.max(1, Math.min(crop.height * down, into.height - y)) };
}
