/** Files of pages, made as a person makes them: with the dialog, and looked into after the download. */
import { strFromU8, unzipSync } from "fflate";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { violations } from "./support/axe";
import { agreed, BoardPage } from "./support/board-page";
import { expect, test } from "./support/fixtures";
import type { Point } from "./support/ink.mjs";
import { fullDrawing, HOSTILE, JAPANESE } from "./support/drawing";
import { readPdf } from "./support/pdf";
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

/** Brings a drawing in with the dialog, as a file that was chosen. */
async function broughtIn(board: BoardPage, name: string, text: string): Promise<void> {
  await board.button("Export").click();
  const dialog = board.page.getByRole("dialog", { name: "Export" });
  const [chooser] = await Promise.all([board.page.waitForEvent("filechooser"), dialog.getByRole("button", { name: "Choose a file…" }).click()]);
  await chooser.setFiles({ name, mimeType: "application/json", buffer: Buffer.from(text) });
}

/** Brings in everything that a page can hold. */
async function filled(board: BoardPage): Promise<void> {
  const { name, text, count } = fullDrawing();
  await broughtIn(board, name, text);
  await expect(board.page.getByRole("dialog")).toHaveCount(0);
  await expect.poll(() => board.records()).toHaveLength(count);
  await agreed([board]);
}

test("an SVG and a PDF look like the PNG of the same page; words stay words, and none becomes markup", async ({ people }) => {
  const board = await people.join();
  await filled(board);
  const png = await exported(board, /PNG/);
  expect(png.name).toMatch(/^Board \d{4}-\d\d-\d\d Page 1\.png$/);
  const picture = { bytes: png.bytes, type: "image/png" };

  const svg = await exported(board, /SVG/);
  const asSvg = await difference(board.page, picture, { bytes: svg.bytes, type: "image/svg+xml" });
  expect(asSvg).toMatchObject({ width: 3840, height: 2160 });
  expect(asSvg.inked).toBeGreaterThan(0.05);
  expect(asSvg.mean).toBeLessThan(0.5);
  expect(asSvg.far).toBeLessThan(0.002);
  const seen = await board.page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    const all = [...parsed.querySelectorAll("*")];
    return {
      kinds: [...new Set(all.map((element) => element.localName))].sort(),
      handlers: all.flatMap((element) => element.getAttributeNames()).filter((name) => name.startsWith("on")),
      outside: all.flatMap((element) => element.getAttribute("xlink:href") ?? []).filter((address) => !address.startsWith("data:image/png;base64,")),
      text: [...parsed.querySelectorAll("text")].map((element) => [...element.children].map((line) => line.textContent).join(" ")),
    };
  }, svg.bytes.toString("utf8"));
  expect(seen).toMatchObject({ kinds: ["g", "image", "path", "svg", "text", "title", "tspan"], handlers: [], outside: [] });
  expect(seen.text).toContain(JAPANESE);
  expect(seen.text).toContain(HOSTILE);

  const pdf = await exported(board, /PDF/);
  const read = await readPdf(await people.page(), pdf.bytes, 3840 / 841.89);
  expect(read.title).toBe(pdf.name.replace(/\.pdf$/, ""));
  expect(read.pages).toHaveLength(1);
  const [page] = read.pages;
  expect(page!.width).toBeCloseTo(841.89, 1);
  expect(page!.width / page!.height).toBeCloseTo(16 / 9, 3);
  expect(page!.text).toContain(JAPANESE);
  expect(page!.text.replace(/\n/g, " ")).toContain(HOSTILE);
  const asPdf = await difference(board.page, picture, { bytes: page!.png, type: "image/png" });
  expect(asPdf.mean).toBeLessThan(1);
  expect(asPdf.far).toBeLessThan(0.005);
});

test("an Excalidraw file comes back as it was", async ({ people }) => {
  const board = await people.join();
  await filled(board);
  const file = await exported(board, /Excalidraw/);
  expect(file.name).toMatch(/\.excalidraw$/);
  const drawing = JSON.parse(file.bytes.toString("utf8")) as { type: string; version: number; files: Record<string, unknown>; elements: { type: string }[] };
  expect(drawing).toMatchObject({ type: "excalidraw", version: 2 });
  expect(Object.keys(drawing.files)).toHaveLength(1);
  const before = await board.records();
  await board.button("Add page").click();
  await expect.poll(() => board.records()).toHaveLength(0);
  await broughtIn(board, file.name, file.bytes.toString("utf8"));
  await expect.poll(() => board.records()).toHaveLength(before.length);
  const after = await board.records();
  after.forEach((record, i) => {
    const old = before[i]!;
    expect({ kind: record.kind, text: record.text }).toEqual({ kind: old.kind, text: old.text });
    expect(Math.abs(record.x - old.x) + Math.abs(record.y - old.y)).toBeLessThan(0.3);
    const moved = (one: typeof record): number[] => (one.points ?? []).flatMap(([x = 0, y = 0]) => [x + one.x, y + one.y]);
    const places = moved(old);
    moved(record).forEach((value, at) => expect(Math.abs(value - places[at]!)).toBeLessThanOrEqual(0.125));
  });
  // One undo takes all of it back, also what came locked.
  await board.button("Undo").click();
  await expect.poll(() => board.records()).toHaveLength(0);
  await agreed([board]);
});

test("a drawing dropped on the board is taken; what is none is refused with a sentence, and nothing is added", async ({ people }) => {
  const board = await people.join();
  const drop = (name: string, text: string): Promise<void> =>
    board.page.evaluate(
      ([file, content]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content!], file!));
        const target = document.querySelector('[role="application"]')!;
        for (const type of ["dragover", "drop"]) target.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
      },
      [name, text],
    );
  for (const [text, sentence] of [
    ["no drawing", "damaged or not an Excalidraw drawing"],
    [JSON.stringify({ type: "excalidrawlib", libraryItems: [] }), "another kind of Excalidraw file"],
    [JSON.stringify({ type: "excalidraw", elements: [{ type: "rectangle", x: "1", y: {} }] }), "nothing in this drawing"],
  ] as const) {
    await drop("a.excalidraw", text);
    const dialog = board.page.getByRole("dialog", { name: "Bring in a drawing" });
    await expect(dialog.getByRole("alert")).toContainText(sentence);
    await board.page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
  }
  expect(await board.records()).toEqual([]);
  const { text, count } = fullDrawing();
  await drop("all.excalidraw", text);
  await expect.poll(() => board.records()).toHaveLength(count);
  await agreed([board]);
});

test("all pages: one PDF, or a ZIP; a hidden page only if it is wanted", async ({ people }) => {
  const board = await people.join();
  await wave(board, 0.3);
  await board.button("Add page").click();
  await expect(board.button("Page 2")).toHaveAttribute("aria-current", "page");
  await wave(board, 0.5);
  await agreed([board]);
  const all = (): Promise<void> => board.page.getByRole("radio", { name: "All pages (2)" }).check();
  const pdf = await exported(board, /PDF/, all);
  expect(pdf.name).toMatch(/^Board \d{4}-\d\d-\d\d\.pdf$/);
  expect((await readPdf(await people.page(), pdf.bytes, 0.2)).pages).toHaveLength(2);
  const zip = await exported(board, /SVG/, all);
  expect(zip.name).toMatch(/\.zip$/);
  const drawings = Object.entries(unzipSync(zip.bytes));
  expect(drawings.map(([name]) => name.replace(/^.*(?=\d\.)/, ""))).toEqual(["1.svg", "2.svg"]);
  for (const [, bytes] of drawings) expect(strFromU8(bytes)).toContain("<svg ");
});

test("the whole board leaves as a .kakehashi file, which makes the same board again", async ({ people, server }) => {
  const board = await people.join();
  await wave(board, 0.4);
  const digest = await agreed([board]);
  await board.button("Export").click();
  const dialog = board.page.getByRole("dialog", { name: "Export" });
  await dialog.getByRole("radio", { name: /Whole board/ }).check();
  const [download] = await Promise.all([board.page.waitForEvent("download"), dialog.getByRole("button", { name: "Save file" }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.kakehashi$/);
  await expect(dialog.getByRole("status")).toContainText("on its way");
  const made = await fetch(`${server.url}/api/v1/boards/import`, { method: "POST", body: await readFile(await download.path()) });
  expect(made.status).toBeLessThan(300);
  const page = await people.page();
  await page.goto(`${server.url}/b/${((await made.json()) as { board: string }).board}?lang=en`);
  expect((await (await BoardPage.of(page)).digest())).toBe(digest);
});

test("without the server: pages that are here leave all the same, and the whole board says what it needs", async ({ people, server }) => {
  const board = await people.join();
  await wave(board, 0.4);
  await agreed([board]);
  // What makes files is loaded when it is first wanted.
  await exported(board, /PDF/);
  await exported(board, /SVG/);
  await server.kill();
  await wave(board, 0.6);
  await expect.poll(() => board.status(), { timeout: 20_000 }).toBe("offline");
  // A picture that only this device has leaves in the files too.
  await board.tool("Image");
  const [chooser] = await Promise.all([board.page.waitForEvent("filechooser"), board.button("Choose pictures").click()]);
  await chooser.setFiles(fileURLToPath(new URL("../../client-sdk/app/public/icon-192.png", import.meta.url)));
  await expect.poll(async () => (await board.records()).filter(({ kind }) => kind === "image").length).toBe(1);
  const svg = (await exported(board, /SVG/)).bytes.toString("utf8");
  expect(svg.match(/<path /g)!.length).toBeGreaterThanOrEqual(3);
  expect(svg.match(/<image [^>]*href="data:image\/png;base64,[^"]{1000}/g)).toHaveLength(1);
  await exported(board, /PDF/);
  await board.button("Export").click();
  const dialog = board.page.getByRole("dialog", { name: "Export" });
  await dialog.getByRole("radio", { name: /Whole board/ }).check();
  await dialog.getByRole("button", { name: "Save file" }).click();
  await expect(dialog.getByRole("alert")).toContainText("cannot be reached");
});

test("no control of the dialog lacks a name, a contrast or a way to it by keyboard", async ({ people }) => {
  const board = await people.join({ screen: "phone" });
  await board.button("Export").click();
  const dialog = board.page.getByRole("dialog", { name: "Export" });
  await dialog.getByRole("radio", { name: /PNG/ }).check();
  // Colours on their way from one to another are neither.
  await board.page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  expect(await violations(board.page)).toEqual([]);
  // The name, then Enter: no mouse is needed.
  await dialog.getByRole("textbox", { name: "File name" }).fill("片仮名/カタカナ");
  const [download] = await Promise.all([board.page.waitForEvent("download"), board.page.keyboard.press("Enter")]);
  expect(download.suggestedFilename()).toBe("片仮名 カタカナ.png");
});

test("printing puts the chosen pages on paper, one on a sheet", async ({ people }) => {
  const board = await people.join();
  await wave(board, 0.3);
  await board.button("Add page").click();
  await wave(board, 0.5);
  await agreed([board]);
  // As a print dialog does: it stays open until somebody closes it.
  await board.page.evaluate(() => (window.print = () => document.body.setAttribute("data-printing", "")));
  await board.button("Export").click();
  const dialog = board.page.getByRole("dialog", { name: "Export" });
  await dialog.getByRole("radio", { name: /All pages/ }).check();
  await dialog.getByRole("button", { name: "Print…" }).click();
  await expect(board.page.locator("body")).toHaveAttribute("data-printing", "");
  const paper = await board.page.pdf({ preferCSSPageSize: true, printBackground: true });
  const read = await readPdf(await people.page(), paper, 1);
  expect(read.pages).toHaveLength(2);
  expect(read.pages[0]!.width).toBeGreaterThan(read.pages[0]!.height);
  for (const { png } of read.pages) {
    const found = await difference(board.page, { bytes: png, type: "image/png" }, { bytes: png, type: "image/png" });
    expect(found.inked).toBeGreaterThan(0.001);
  }
  await board.page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await expect(board.page.locator(".print-sheets")).toHaveCount(0);
});

test("a PNG in each size, and without its sheet", async ({ people }) => {
  const board = await people.join();
  await wave(board, 0.4);
  await agreed([board]);
  const sized = async (size: string): Promise<{ bytes: Buffer; type: string }> => {
    const { bytes } = await exported(board, /PNG/, () => board.page.getByRole("radio", { name: size }).check());
    expect(`${bytes.readUInt32BE(16)} × ${bytes.readUInt32BE(20)}`).toBe(size);
    return { bytes, type: "image/png" };
  };
  // The largest is painted in bands and written by the app itself; made smaller, it is the smallest.
  const found = await difference(board.page, await sized("1920 × 1080"), await sized("7680 × 4320"));
  expect(found.inked).toBeGreaterThan(0.001);
  expect(found.mean).toBeLessThan(0.5);
  expect(found.far).toBeLessThan(0.002);
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
