/** Compares pictures by their pixels, in the browser that shows them. */
import type { Page } from "@playwright/test";

export interface Difference {
  readonly width: number;
  readonly height: number;
  /** Mean difference of a channel, 0 to 255. */
  readonly mean: number;
  /** The share of pixels that differ by more than a quarter of the range. */
  readonly far: number;
  /** The share of pixels that are not white in the first. */
  readonly inked: number;
}

export interface Picture {
  readonly bytes: Buffer;
  readonly type: string;
}

/** Paints both in the size of the first and compares them on white. */
export function difference(page: Page, one: Picture, other: Picture): Promise<Difference> {
  return page.evaluate(
    async ([a, b]) => {
      const pixels = async ({ data, type }: { data: string; type: string }, size?: ImageData): Promise<ImageData> => {
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        const image = new Image();
        image.src = URL.createObjectURL(new Blob([bytes], { type }));
        await image.decode();
        const canvas = document.createElement("canvas");
        canvas.width = size?.width ?? image.naturalWidth;
        canvas.height = size?.height ?? image.naturalHeight;
        const ctx = canvas.getContext("2d")!;
        ctx.fillStyle = "#fff";
        ctx.fillRect(0, 0, canvas.width, canvas.height);
        ctx.drawImage(image, 0, 0, canvas.width, canvas.height);
        return ctx.getImageData(0, 0, canvas.width, canvas.height);
      };
      const first = await pixels(a);
      const second = await pixels(b, first);
      let sum = 0;
      let far = 0;
      let inked = 0;
      const count = first.data.length / 4;
      for (let i = 0; i < first.data.length; i += 4) {
        let most = 0;
        let lightest = 255;
        for (let c = i; c < i + 3; c++) {
          const by = Math.abs(first.data[c]! - second.data[c]!);
          sum += by;
          most = Math.max(most, by);
          lightest = Math.min(lightest, first.data[c]!);
        }
        if (most > 64) far++;
        if (lightest < 250) inked++;
      }
      return { width: first.width, height: first.height, mean: sum / (count * 3), far: far / count, inked: inked / count };
    },
    [one, other].map(({ bytes, type }) => ({ data: bytes.toString("base64"), type })) as [{ data: string; type: string }, { data: string; type: string }],
  );
}
