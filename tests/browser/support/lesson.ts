/** A lesson that two schools have together, with everything in it that a board holds: what the screens are looked at with. */
import type { Page } from "@playwright/test";
import { BoardPage } from "./board-page";
import { boundsOf, fitInto, handwriting, type Rect } from "./ink.mjs";
import type { Server } from "./server.mjs";

const INK = "#1d2429";
const RED = "#c62828";
const BLUE = "#1560bd";
const GREEN = "#1b7a43";

type Element = Readonly<Record<string, unknown>>;

/** Where things lie on the sheet that somebody is going to press, in page units. */
export const ON_SHEET = {
  note: { x: 1610, y: 330 },
  /** On the frame of the rectangle that is drawn around the formula. */
  frame: { x: 1240, y: 800 },
  free: { x: 1210, y: 690 },
} as const;

function written(text: string, seed: number, box: Rect, color: string, width: number): Element[] {
  return fitInto(handwriting(text, seed, { rate: 40 }), box).map((stroke) => {
    const { x, y } = boundsOf(stroke);
    const points = stroke.map((point) => [point.x - x, point.y - y]);
    return { type: "freedraw", x, y, points, simulatePressure: true, strokeColor: color, strokeWidth: width };
  });
}

function typed(text: string, x: number, y: number, width: number, size: number, color: string): Element {
  return { type: "text", x, y, width, height: size * 1.3, text, originalText: text, fontSize: size, strokeColor: color, autoResize: true };
}

function note(id: string, x: number, y: number, color: string, text: string): Element[] {
  return [
    { type: "rectangle", id, x, y, width: 320, height: 200, strokeColor: "transparent", backgroundColor: color, customData: { kakehashi: { kind: "note" } }, boundElements: [{ type: "text", id: `${id}-words` }] },
    { type: "text", id: `${id}-words`, containerId: id, x: x + 16, y: y + 16, width: 288, height: 170, text, originalText: text, fontSize: 34, strokeColor: INK },
  ];
}

function drawing(picture: string): string {
  const marker = Array.from({ length: 54 }, (_, i) => [i * 12, 3 * Math.sin(i / 9)]);
  const elements: Element[] = [
    { type: "freedraw", x: 118, y: 214, points: marker, strokeColor: INK, strokeWidth: 7, customData: { kakehashi: { tool: "highlighter", color: "#ffe23fa6", felt: false } } },
    ...written("光と音", 31, { x: 110, y: 70, width: 620, height: 170 }, INK, 2.6),
    ...written("理科", 32, { x: 1600, y: 84, width: 190, height: 90 }, INK, 1.5),
    typed("壱岐 ⇄ 大村  How fast is sound?", 112, 262, 800, 46, BLUE),
    { type: "image", x: 110, y: 400, width: 620, height: 350, fileId: "picture" },
    { type: "arrow", x: 760, y: 560, points: [[0, 0], [415, -18]], strokeColor: RED, strokeWidth: 6, endArrowhead: "arrow" },
    ...written("遠い", 34, { x: 850, y: 410, width: 230, height: 110 }, RED, 2.2),
    { type: "ellipse", x: 1190, y: 430, width: 260, height: 190, strokeColor: GREEN, backgroundColor: "#cdeecb", strokeWidth: 5 },
    ...written("耳", 35, { x: 1265, y: 465, width: 110, height: 120 }, GREEN, 2.4),
    ...note("first", 1530, 250, "#fff0a8", "花火は、光が先。\n音は後。なぜ？"),
    ...note("second", 1530, 500, "#cfe6fb", "Count the seconds, then multiply."),
    ...written("先に光", 36, { x: 140, y: 815, width: 520, height: 150 }, BLUE, 2.4),
    ...written("後に音", 37, { x: 810, y: 820, width: 480, height: 140 }, BLUE, 2.4),
    { type: "rectangle", x: 740, y: 800, width: 620, height: 180, strokeColor: RED, strokeWidth: 5 },
    ...written("耳と目", 38, { x: 1440, y: 835, width: 400, height: 110 }, GREEN, 1.8),
  ];
  const files = { picture: { id: "picture", mimeType: "image/jpeg", dataURL: picture } };
  return JSON.stringify({ type: "excalidraw", version: 2, elements, appState: {}, files });
}

/** Fireworks over the sea, painted by the browser: a picture as one would take it from a book. */
function fireworks(page: Page): Promise<string> {
  return page.evaluate(() => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1240, 700];
    const ctx = canvas.getContext("2d")!;
    const sky = ctx.createLinearGradient(0, 0, 0, 700);
    for (const [at, color] of [[0, "#0d1b3d"], [0.68, "#3b4a7a"], [0.7, "#16233f"], [1, "#0b1428"]] as const) sky.addColorStop(at, color);
    ctx.fillStyle = sky;
    ctx.fillRect(0, 0, 1240, 700);
    ctx.lineCap = "round";
    for (const [x, y, size, color] of [[360, 220, 170, "#ffd479"], [760, 170, 130, "#ff8f8f"], [1000, 290, 100, "#9fd8ff"]] as const) {
      ctx.strokeStyle = color;
      for (let ray = 0; ray < 28; ray++) {
        const angle = (ray / 28) * 2 * Math.PI;
        const far = size * (ray % 2 === 0 ? 1 : 0.66);
        ctx.lineWidth = ray % 2 === 0 ? 5 : 3;
        ctx.beginPath();
        ctx.moveTo(x + Math.cos(angle) * far * 0.3, y + Math.sin(angle) * far * 0.3);
        ctx.lineTo(x + Math.cos(angle) * far, y + Math.sin(angle) * far);
        ctx.stroke();
      }
    }
    ctx.fillStyle = "#070d1a";
    ctx.beginPath();
    ctx.moveTo(0, 500);
    ctx.quadraticCurveTo(240, 420, 460, 490);
    ctx.lineTo(0, 500);
    ctx.moveTo(1240, 492);
    ctx.quadraticCurveTo(1080, 440, 900, 490);
    ctx.fill();
    ctx.fillRect(0, 488, 1240, 4);
    return canvas.toDataURL("image/jpeg", 0.85);
  });
}

/** A board with the lesson on its first page and three more pages, as `page` makes it from a file on the front door. */
export async function makeLesson(page: Page, server: Server): Promise<string> {
  await page.goto(`${server.url}/?lang=en`);
  const picture = await fireworks(page);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open a file" }).click()]);
  await chooser.setFiles({ name: "lesson.excalidraw", mimeType: "application/json", buffer: Buffer.from(drawing(picture)) });
  const board = await BoardPage.of(page);
  for (const [background, text, seed] of [["Kanji squares", "橋", 41], ["Graph axes", "学校", 42], ["Music staves", "音楽", 43]] as const) {
    await board.button("Add page").click();
    await board.button("Background").click();
    await page.getByRole("dialog", { name: "Background" }).getByRole("button", { name: background }).click();
    await page.keyboard.press("Escape");
    await board.write(fitInto(handwriting(text, seed, { rate: 30 }), await board.area(0.25, 0.2, 0.5, 0.5)));
  }
  await board.button("Page 1").click();
  return /\/b\/([^/?]+)/.exec(page.url())?.[1] ?? "";
}
