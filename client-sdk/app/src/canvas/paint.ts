/** Paints one shape in page units; the caller has set the transform and the clip. */
import type { Background, BoxRecord, PathRecord, StrokeRecord, TextRecord } from "@kakehashi/client";
import { traceOutline } from "./outline";
import { centre, PAGE, type Rect } from "./rect";
import { cornersOf, fontOf, headLength, type LineOf, NOTE_PADDING, type Shape, styleOf } from "./shape";
import { BASELINE, LINE_HEIGHT } from "./text-layout";

/** What painting needs from outside. */
export interface Paints {
  readonly line: LineOf;
  /** The picture, or null while it is being fetched. */
  readonly image: (asset: string) => CanvasImageSource | null;
  /** Page units by which a pen's line is painted thicker than it is. */
  readonly thicker?: number;
}

/** Page units of a device pixel, where nothing else is said: fine enough for paper. */
const FINE_PIXEL = 0.25;

const SHEET = "#ffffff";
const RULE = "#bfd0d9";
const RULE_STRONG = "#94afbd";
const AXIS = "#5f7684";
/** Page units. */
const AXIS_WIDTH = 3;
const AXIS_HEAD = 14;
const WAITING = "#e6ebee";

/** `pixel`: page units of a device pixel; ink is painted no finer than that shows. */
export function paintShape(ctx: CanvasRenderingContext2D, shape: Shape, paints: Paints, pixel = FINE_PIXEL): void {
  const { record } = shape;
  if (record.kind === "unknown") return;
  ctx.save();
  if (record.rotation !== 0) {
    const about = centre(shape.box);
    ctx.translate(about.x, about.y);
    ctx.rotate((record.rotation * Math.PI) / 180);
    ctx.translate(-about.x, -about.y);
  }
  ctx.lineCap = "round";
  ctx.lineJoin = "round";
  switch (record.kind) {
    case "stroke":
      paintStroke(ctx, record, paints, pixel);
      break;
    case "rectangle":
    case "ellipse":
      paintBox(ctx, record);
      break;
    case "line":
    case "arrow":
    case "polygon":
      paintPath(ctx, record);
      break;
    case "text":
    case "note":
      paintText(ctx, shape, record);
      break;
    case "image": {
      const picture = paints.image(record.asset);
      ctx.fillStyle = WAITING;
      if (picture === null) ctx.fillRect(record.x, record.y, record.width, record.height);
      else ctx.drawImage(picture, record.x, record.y, record.width, record.height);
    }
  }
  ctx.restore();
}

/** The white sheet with its ruling, as far as `region` needs it. */
export function paintSheet(ctx: CanvasRenderingContext2D, background: Background, region: Rect): void {
  ctx.fillStyle = SHEET;
  ctx.fillRect(PAGE.x, PAGE.y, PAGE.width, PAGE.height);
  ctx.save();
  ctx.beginPath();
  ctx.rect(PAGE.x, PAGE.y, PAGE.width, PAGE.height);
  ctx.clip();
  paintRuling(ctx, background, region);
  ctx.restore();
}

function paintStroke(ctx: CanvasRenderingContext2D, record: StrokeRecord, { line, thicker = 0 }: Paints, pixel: number): void {
  ctx.translate(record.x, record.y);
  if (record.tool === "highlighter") ctx.globalCompositeOperation = "multiply";
  ctx.fillStyle = record.color;
  ctx.beginPath();
  traceOutline(line(record), styleOf(record), ctx, pixel);
  ctx.fill();
  if (thicker === 0 || record.tool === "highlighter") return;
  ctx.strokeStyle = record.color;
  ctx.lineWidth = thicker;
  ctx.stroke();
}

function paintBox(ctx: CanvasRenderingContext2D, record: BoxRecord): void {
  ctx.beginPath();
  if (record.kind === "rectangle") {
    ctx.rect(record.x, record.y, record.width, record.height);
  } else {
    const rx = record.width / 2;
    const ry = record.height / 2;
    ctx.ellipse(record.x + rx, record.y + ry, Math.abs(rx), Math.abs(ry), 0, 0, 2 * Math.PI);
  }
  fillAndStroke(ctx, record);
}

function paintPath(ctx: CanvasRenderingContext2D, record: PathRecord): void {
  const corners = cornersOf(record);
  ctx.beginPath();
  corners.forEach((corner, i) => {
    if (i === 0) ctx.moveTo(corner.x, corner.y);
    else ctx.lineTo(corner.x, corner.y);
  });
  if (record.kind === "polygon") ctx.closePath();
  if (record.kind === "arrow") {
    const tip = corners[corners.length - 1];
    const before = corners[corners.length - 2];
    if (tip !== undefined && before !== undefined) {
      const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
      const length = headLength(record.strokeWidth);
      for (const side of [-0.45, 0.45]) {
        ctx.moveTo(tip.x, tip.y);
        ctx.lineTo(tip.x - length * Math.cos(angle + side), tip.y - length * Math.sin(angle + side));
      }
    }
  }
  fillAndStroke(ctx, record);
}

function fillAndStroke(
  ctx: CanvasRenderingContext2D,
  record: { kind: string; fill: string | null; color: string; strokeWidth: number },
): void {
  if (record.fill !== null && record.kind !== "line" && record.kind !== "arrow") {
    ctx.fillStyle = record.fill;
    ctx.fill();
  }
  if (record.strokeWidth > 0) {
    ctx.strokeStyle = record.color;
    ctx.lineWidth = record.strokeWidth;
    ctx.stroke();
  }
}

function paintText(ctx: CanvasRenderingContext2D, shape: Shape, record: TextRecord): void {
  const padding = record.kind === "note" ? NOTE_PADDING : 0;
  if (record.fill !== null) {
    ctx.fillStyle = record.fill;
    ctx.fillRect(shape.box.x, shape.box.y, shape.box.width, shape.box.height);
  }
  ctx.font = fontOf(record.fontSize);
  ctx.fillStyle = record.color;
  ctx.textBaseline = "alphabetic";
  ctx.textAlign = "left";
  const inner = record.width - 2 * padding;
  const advance = record.fontSize * LINE_HEIGHT;
  const lines = shape.lines ?? [];
  // The writing on a note stands in its middle, from top to bottom.
  const top = record.kind === "note" ? shape.box.y + (shape.box.height - lines.length * advance) / 2 : record.y;
  let baseline = top + advance / 2 + record.fontSize * BASELINE;
  for (const line of lines) {
    const free = inner - line.width;
    const indent = record.align === "center" ? free / 2 : record.align === "end" ? free : 0;
    ctx.fillText(line.text, record.x + padding + indent, baseline);
    baseline += advance;
  }
}

function paintRuling(ctx: CanvasRenderingContext2D, background: Background, region: Rect): void {
  switch (background) {
    case "plain":
      return;
    case "grid":
      return lines(ctx, region, 60, 60, RULE);
    case "graph":
      // So that lines cross in the middle of the sheet, where the axes do.
      lines(ctx, region, 24, 0, RULE);
      lines(ctx, region, 0, 24, RULE, 12);
      lines(ctx, region, 120, 0, RULE_STRONG);
      lines(ctx, region, 0, 120, RULE_STRONG, 60);
      return axes(ctx);
    case "ruled":
      return lines(ctx, region, 0, 72, RULE_STRONG);
    case "dots": {
      ctx.fillStyle = RULE_STRONG;
      forSteps(region.y, region.height, 48, (y) =>
        forSteps(region.x, region.width, 48, (x) => ctx.fillRect(x - 1.5, y - 1.5, 3, 3)),
      );
      return;
    }
    case "kanji":
      lines(ctx, region, 120, 120, RULE_STRONG);
      ctx.setLineDash([6, 6]);
      lines(ctx, region, 120, 120, RULE, 60);
      ctx.setLineDash([]);
      return;
    case "staves":
      for (let top = 96; top < PAGE.height; top += 216) {
        for (let line = 0; line < 5; line++) rule(ctx, 0, top + line * 24, PAGE.width, 0, RULE_STRONG);
      }
  }
}

/** Through the middle of the sheet, with heads where numbers grow. */
function axes(ctx: CanvasRenderingContext2D): void {
  const x = PAGE.width / 2;
  const y = PAGE.height / 2;
  ctx.strokeStyle = AXIS;
  ctx.lineWidth = AXIS_WIDTH;
  ctx.beginPath();
  ctx.moveTo(0, y);
  ctx.lineTo(PAGE.width, y);
  ctx.moveTo(PAGE.width - AXIS_HEAD, y - AXIS_HEAD / 2);
  ctx.lineTo(PAGE.width, y);
  ctx.lineTo(PAGE.width - AXIS_HEAD, y + AXIS_HEAD / 2);
  ctx.moveTo(x, PAGE.height);
  ctx.lineTo(x, 0);
  ctx.moveTo(x - AXIS_HEAD / 2, AXIS_HEAD);
  ctx.lineTo(x, 0);
  ctx.lineTo(x + AXIS_HEAD / 2, AXIS_HEAD);
  ctx.stroke();
}

function lines(
  ctx: CanvasRenderingContext2D,
  region: Rect,
  columns: number,
  rows: number,
  color: string,
  offset = 0,
): void {
  if (columns > 0) forSteps(region.x - offset, region.width, columns, (x) => rule(ctx, x + offset, 0, 0, PAGE.height, color));
  if (rows > 0) forSteps(region.y - offset, region.height, rows, (y) => rule(ctx, 0, y + offset, PAGE.width, 0, color));
}

function forSteps(start: number, length: number, step: number, visit: (at: number) => void): void {
  for (let at = Math.floor(start / step) * step; at <= start + length + step; at += step) visit(at);
}

function rule(ctx: CanvasRenderingContext2D, x: number, y: number, dx: number, dy: number, color: string): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + dx, y + dy);
  ctx.stroke();
}
