/** The pictures that a drawing carries. */
import { Fields, Unreadable } from "./fields";
import type { PictureSource } from "./item";
import { PICTURE_BYTES_MAX } from "./limits";

/** Bytes of a picture, as they stand in the file. */
export interface PictureFile {
  readonly type: string;
  readonly base64: string;
}

/** SVG is painted once and stored as pixels; it never reaches the board as markup. */
const HEAD = /^data:(image\/(?:png|jpeg|gif|webp|svg\+xml));base64$/;

export function readFiles(files: Fields | null): Map<string, PictureFile> {
  const found = new Map<string, PictureFile>();
  for (const [id, value] of files?.entries() ?? []) {
    if (typeof value !== "object" || value === null) continue;
    const url = Fields.of(value).raw("dataURL");
    // Base64 takes four characters for three bytes.
    if (typeof url !== "string" || url.length > (PICTURE_BYTES_MAX * 4) / 3 + 100) continue;
    const comma = url.indexOf(",");
    const type = HEAD.exec(url.slice(0, Math.max(0, comma)))?.[1];
    if (type !== undefined) found.set(id, { type, base64: url.slice(comma + 1) });
  }
  return found;
}

export function pictureOf(element: Fields, files: ReadonlyMap<string, PictureFile>): PictureSource {
  const file = files.get(element.text("fileId", 200));
  if (file === undefined) throw new Unreadable("a picture that is not in the file");
  const [scaleX, scaleY] = element.list("scale");
  const crop = element.fields("crop");
  return {
    blob: new Blob([bytesOf(file.base64)], { type: file.type }),
    flipX: scaleX === -1,
    flipY: scaleY === -1,
    crop:
      crop === null
        ? null
        : {
            x: crop.number("x", 0, 100_000),
            y: crop.number("y", 0, 100_000),
            width: crop.number("width", 1, 100_000),
            height: crop.number("height", 1, 100_000),
            naturalWidth: crop.number("naturalWidth", 1, 100_000),
            naturalHeight: crop.number("naturalHeight", 1, 100_000),
          },
  };
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(base64);
  } catch {
    throw new Unreadable("a damaged picture");
  }
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
