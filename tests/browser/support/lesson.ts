/** A lesson that two schools have together, with everything in it that a board holds: what the screens are looked at with. */
import type { Page } from "@playwright/test";
import { BoardPage } from "./board-page";
import { boundsOf, fitInto, handwriting, type Point, type Rect } from "./ink.mjs";
import type { Server } from "./server.mjs";

const INK = "#1d2429";
const RED = "#c62828";
const BLUE = "#1560bd";
const GREEN = "#1b7a43";

type Element = Readonly<Record<string, unknown>>;

/** Where things lie on the sheet that somebody is going to press, in page units. */
export const ON_SHEET = {
  note: { x: 1610, y: 330 },
  /** On the edge of the ellipse, away from everything else. */
  ellipse: { x: 1430, y: 515 },
  picture: { x: 300, y: 560 },
  free: { x: 1210, y: 716 },
} as const;

function written(text: string, seed: number, box: Rect, color: string, width: number): Element[] {
  return fitInto(handwriting(text, seed, { rate: 40, size: 150 }), box).map((stroke) => {
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

/** What the pupils measured: how far away, after so many seconds. */
function graph(): Element[] {
  const [left, foot] = [150, 985];
  const points = [[130, 56], [260, 112], [390, 168]] as const;
  const line = (points: readonly (readonly number[])[], color: string, width: number, head: "arrow" | null): Element => ({
    type: head === null ? "line" : "arrow",
    x: left,
    y: foot,
    points,
    strokeColor: color,
    strokeWidth: width,
    endArrowhead: head,
  });
  return [
    line([[0, 0], [490, 0]], INK, 4, "arrow"),
    line([[0, 0], [0, -205]], INK, 4, "arrow"),
    line([[0, 0], [455, -196]], BLUE, 5, null),
    ...points.map(([right, up]) => ({
      type: "ellipse",
      x: left + right - 11,
      y: foot - up - 11,
      width: 22,
      height: 22,
      strokeColor: BLUE,
      backgroundColor: "#ffffff",
      strokeWidth: 5,
    })),
    ...written("時", 51, { x: 650, y: 940, width: 70, height: 58 }, INK, 0.9),
    ...written("遠", 52, { x: 72, y: 780, width: 64, height: 62 }, INK, 0.9),
    ...["1", "2", "3"].map((second, i) => typed(second, left + 122 + 130 * i, 992, 40, 34, INK)),
  ];
}

function drawing(picture: string): string {
  const marker = Array.from({ length: 44 }, (_, i) => [i * 12, 3 * Math.sin(i / 9)]);
  const elements: Element[] = [
    { type: "freedraw", x: 108, y: 196, points: marker, strokeColor: INK, strokeWidth: 7, customData: { kakehashi: { tool: "highlighter", color: "#ffe23fa6", felt: false } } },
    ...written("光と音", 31, { x: 104, y: 64, width: 560, height: 150 }, INK, 2.6),
    { type: "rectangle", x: 760, y: 76, width: 690, height: 124, strokeColor: BLUE, strokeWidth: 4 },
    typed("めあて", 790, 112, 160, 42, BLUE),
    ...written("遠い花火の音", 39, { x: 960, y: 96, width: 470, height: 84 }, INK, 1.4),
    ...written("理科", 32, { x: 1660, y: 84, width: 170, height: 84 }, INK, 1.5),
    typed("壱岐 ⇄ 大村  How fast is sound?", 112, 262, 800, 46, BLUE),
    { type: "image", x: 110, y: 370, width: 600, height: 339, fileId: "picture" },
    { type: "arrow", x: 740, y: 545, points: [[0, 0], [430, -14]], strokeColor: RED, strokeWidth: 6, endArrowhead: "arrow" },
    ...written("遠い", 34, { x: 850, y: 400, width: 220, height: 104 }, RED, 2),
    ...written("長い時間", 33, { x: 790, y: 580, width: 300, height: 76 }, INK, 1.3),
    { type: "ellipse", x: 1190, y: 420, width: 240, height: 190, strokeColor: GREEN, backgroundColor: "#cdeecb", strokeWidth: 5 },
    ...written("耳", 35, { x: 1255, y: 455, width: 110, height: 120 }, GREEN, 2.4),
    ...note("first", 1530, 236, "#fff0a8", "花火は、光が先。\n音は後。なぜ？"),
    ...note("second", 1530, 466, "#cfe6fb", "Count the seconds, then multiply."),
    ...note("third", 1530, 786, "#fcd6e2", "かみなりでも\n同じかな？\n大村・3班"),
    ...graph(),
    { type: "rectangle", x: 780, y: 800, width: 680, height: 212, strokeColor: RED, strokeWidth: 5 },
    typed("まとめ", 808, 822, 160, 42, RED),
    typed("340 m × 3 = 1020 m", 1000, 820, 440, 44, INK),
    ...written("先に光 後に音", 36, { x: 812, y: 896, width: 616, height: 92 }, BLUE, 1.8),
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

/** The heads and stems of a tune's first notes, on five lines: how far along and how high, as shares of the box. */
function tune({ x, y, width, height }: Rect): Point[][] {
  return [0.7, 0.6, 0.5, 0.4, 0.5, 0.6, 0.7].flatMap((up, i) => {
    const at = { x: x + (width * (i + 0.5)) / 7, y: y + height * up };
    const size = height * 0.06;
    const head = Array.from({ length: 26 }, (_, k) => ({ x: at.x + size * 1.3 * (k / 26) * Math.cos(k / 2), y: at.y + size * (k / 26) * Math.sin(k / 2) }));
    const stem = [0, 1, 2, 3].map((k) => ({ x: at.x + size * 1.3, y: at.y - (k / 3) * height * 0.42 }));
    return [head, stem];
  });
}

/** A board with the lesson on its first page and three more pages, as `page` makes it from a file on the front door. */
export async function makeLesson(page: Page, server: Server): Promise<string> {
  await page.goto(`${server.url}/?lang=en`);
  const picture = await fireworks(page);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open a file" }).click()]);
  await chooser.setFiles({ name: "lesson.excalidraw", mimeType: "application/json", buffer: Buffer.from(drawing(picture)) });
  const board = await BoardPage.of(page);
  await board.button("Very thick").click();
  const row = async (text: string, seed: number, ...[x, y, width, height]: readonly [number, number, number, number]): Promise<Point[][]> =>
    fitInto(handwriting(text, seed, { rate: 30 }), await board.area(x, y, width, height));
  const pages: readonly (readonly [string, () => Promise<Point[][]>])[] = [
    ["Kanji squares", async () => [...(await row("光音耳", 41, 0.1, 0.12, 0.8, 0.3)), ...(await row("橋学校", 44, 0.1, 0.54, 0.8, 0.3))]],
    ["Graph axes", async () => [[await board.place(0.24, 0.84), await board.place(0.5, 0.5), await board.place(0.76, 0.16)], ...(await row("高い", 42, 0.58, 0.62, 0.24, 0.2))]],
    ["Music staves", async () => [...(await row("春の歌", 43, 0.06, 0.02, 0.3, 0.13)), ...tune(await board.area(0.12, 0.2, 0.76, 0.2))]],
  ];
  for (const [background, strokes] of pages) {
    await board.button("Add page").click();
    await board.button("Background").click();
    await page.getByRole("dialog", { name: "Background" }).getByRole("button", { name: background }).click();
    await page.keyboard.press("Escape");
    await board.write(await strokes());
  }
  await board.button("Page 1").click();
  return /\/b\/([^/?]+)/.exec(page.url())?.[1] ?? "";
}
