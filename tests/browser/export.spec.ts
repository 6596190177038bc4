/** Files of pages, made as a person makes them: with the dialog, and looked into after the download. */
import { readFile } from "node:fs/promises";
import { agreed, type BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import type { Point } from "./support/ink.mjs";
import { difference } from "./support/pixels";

interface Saved {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Opens the dialog, chooses a kind of file and whatever `choose` adds, and saves. */
async function exported(board: BoardPage, format: RegExp, choose: () => Promise<void> = async () => undefined): Promise<Saved> {
  await board.button("Export").click();
  const dialog = board.page.getByRole("dialog", { name: "Export" });
  await dialog.getByRole("radio", { name: format }).check();
  await choose();
  const [download] = await Promise.all([board.page.waitForEvent("download"), dialog.getByRole("button", { name: "Save file" }).click()]);
  await expect(dialog.getByRole("status")).toContainText("Done");
  await board.page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(board.button("Export")).toBeFocused();
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

async function wave(board: BoardPage, y: number): Promise<void> {
  const { x, y: top, width, height } = await board.area(0.2, y, 0.6, 0.1);
  await board.mouse().stroke(Array.from({ length: 40 }, (_, i): Point => ({ x: x + (width * i) / 39, y: top + height * (0.5 + 0.5 * Math.sin(i / 3)) })));
}

async function write(board: BoardPage, text: string, x: number, y: number): Promise<void> {
  await board.tool("Text");
  await board.click(await board.place(x, y));
  await board.page.keyboard.type(text);
  await board.page.keyboard.press("Escape");
}

const HOSTILE = `</text><script>alert(1)</script> & "quotes" 'も' <b>`;

test("an SVG looks like the PNG of the same page, and nothing written on the board becomes markup", async ({ people }) => {
  const board = await people.join();
  await wave(board, 0.2);
  await wave(board, 0.6);
  await write(board, HOSTILE, 0.2, 0.45);
  await agreed([board]);
  const png = await exported(board, /PNG/);
  expect(png.name).toMatch(/^Board \d{4}-\d\d-\d\d Page 1\.png$/);
  const svg = await exported(board, /SVG/);
  expect(svg.name).toMatch(/\.svg$/);
  const found = await difference(board.page, { bytes: png.bytes, type: "image/png" }, { bytes: svg.bytes, type: "image/svg+xml" });
  expect(found).toMatchObject({ width: 3840, height: 2160 });
  expect(found.inked).toBeGreaterThan(0.005);
  expect(found.mean).toBeLessThan(0.5);
  expect(found.far).toBeLessThan(0.002);
  // Lines break where they break on the screen; the space at a break is not drawn.
  const seen = await board.page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    return {
      broken: parsed.querySelector("parsererror") !== null,
      kinds: [...new Set([...parsed.querySelectorAll("*")].map((element) => element.localName))].sort(),
      text: parsed.querySelector("text")?.textContent?.replace(/\s/g, ""),
    };
  }, svg.bytes.toString("utf8"));
  expect(seen).toEqual({ broken: false, kinds: ["path", "svg", "text", "title", "tspan"], text: HOSTILE.replace(/\s/g, "") });
});

test("a PNG in each size, and without its sheet", async ({ people }) => {
  const board = await people.join();
  await wave(board, 0.4);
  await agreed([board]);
  const sizes: string[] = [];
  for (const size of ["1920 × 1080", "3840 × 2160", "7680 × 4320"]) {
    const { bytes } = await exported(board, /PNG/, () => board.page.getByRole("radio", { name: size }).check());
    sizes.push(`${bytes.readUInt32BE(16)} × ${bytes.readUInt32BE(20)}`);
    const picture = { bytes, type: "image/png" };
    if (size === "7680 × 4320") expect((await difference(board.page, { ...picture }, picture)).inked).toBeGreaterThan(0.002);
  }
  expect(sizes).toEqual(["1920 × 1080", "3840 × 2160", "7680 × 4320"]);
  const { bytes } = await exported(board, /PNG/, () => board.page.getByRole("switch", { name: "Without the white sheet" }).click());
  const alpha = await board.page.evaluate(async (data) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type: "image/png" }));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.width, image.height];
    const ctx = canvas.getContext("2d")!;
    ctx.drawImage(image, 0, 0);
    const { data: pixels } = ctx.getImageData(0, 0, image.width, image.height);
    return { corner: pixels[3], solid: pixels.some((value, i) => i % 4 === 3 && value === 255) };
  }, bytes.toString("base64"));
  expect(alpha).toEqual({ corner: 0, solid: true });
});
