/**
 * A canvas that keeps what is painted on it as paths, letters and pictures. The same functions paint
 * the screen and, through this, the files: so an SVG or a PDF shows what the board shows.
 */
import type { Measure } from "../canvas/text-layout";
import type { Transform } from "@kakehashi/client";
import { BLACK, type Color, readColor } from "./color";
import { RecordedPath } from "./path";

/** What all painted things have. */
interface Base {
  readonly matrix: Transform;
  readonly multiply: boolean;
  /** Only what lies in all of these is seen. */
  readonly clips: readonly Clip[];
}

export interface Clip {
  readonly path: RecordedPath;
  readonly matrix: Transform;
}

export interface Filled extends Base {
  readonly what: "fill";
  readonly path: RecordedPath;
  readonly color: Color;
  readonly evenOdd: boolean;
}

export interface Stroked extends Base {
  readonly what: "stroke";
  readonly path: RecordedPath;
  readonly color: Color;
  readonly width: number;
  readonly cap: CanvasLineCap;
  readonly join: CanvasLineJoin;
  readonly miter: number;
  readonly dash: readonly number[];
}

/** One line of writing; `x` and `y` are the left end of its baseline. */
export interface Written extends Base {
  readonly what: "text";
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly font: string;
  readonly size: number;
  readonly color: Color;
}

export interface Pictured extends Base {
  readonly what: "image";
  readonly image: CanvasImageSource;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly alpha: number;
}

export type Painted = Filled | Stroked | Written | Pictured;

interface State {
  matrix: Transform;
  clips: readonly Clip[];
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  lineCap: CanvasLineCap;
  lineJoin: CanvasLineJoin;
  miterLimit: number;
  dash: readonly number[];
  globalAlpha: number;
  globalCompositeOperation: string;
  font: string;
  textAlign: CanvasTextAlign;
  textBaseline: CanvasTextBaseline;
}

const FRESH: State = {
  matrix: [1, 0, 0, 1, 0, 0],
  clips: [],
  fillStyle: "#000000",
  strokeStyle: "#000000",
  lineWidth: 1,
  lineCap: "butt",
  lineJoin: "miter",
  miterLimit: 10,
  dash: [],
  globalAlpha: 1,
  globalCompositeOperation: "source-over",
  font: "10px sans-serif",
  textAlign: "start",
  textBaseline: "alphabetic",
};

export class Recorder implements State {
  readonly painted: Painted[] = [];
  matrix = FRESH.matrix;
  clips = FRESH.clips;
  fillStyle = FRESH.fillStyle;
  strokeStyle = FRESH.strokeStyle;
  lineWidth = FRESH.lineWidth;
  lineCap = FRESH.lineCap;
  lineJoin = FRESH.lineJoin;
  miterLimit = FRESH.miterLimit;
  dash = FRESH.dash;
  globalAlpha = FRESH.globalAlpha;
  globalCompositeOperation = FRESH.globalCompositeOperation;
  font = FRESH.font;
  textAlign = FRESH.textAlign;
  textBaseline = FRESH.textBaseline;
  private readonly saved: State[] = [];
  private path = new RecordedPath();

  constructor(private readonly measure: (font: string) => Measure) {}

  /** For functions that paint on a canvas. What they call and this has not, throws: the tests paint everything. */
  get context(): CanvasRenderingContext2D {
    return this as unknown as CanvasRenderingContext2D;
  }

  save(): void {
    const state = { ...FRESH };
    copyState(this, state);
    this.saved.push(state);
  }

  restore(): void {
    const state = this.saved.pop();
    if (state !== undefined) copyState(state, this);
  }

  transform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    this.matrix = multiplied(this.matrix, [a, b, c, d, e, f]);
  }

  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void {
    this.matrix = [a, b, c, d, e, f];
  }

  translate(x: number, y: number): void {
    this.transform(1, 0, 0, 1, x, y);
  }

  scale(x: number, y: number): void {
    this.transform(x, 0, 0, y, 0, 0);
  }

  rotate(angle: number): void {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.transform(cos, sin, -sin, cos, 0, 0);
  }

  setLineDash(dash: readonly number[]): void {
    this.dash = [...dash];
  }

  beginPath(): void {
    this.path = new RecordedPath();
  }

  closePath(): void {
    this.path.closePath();
  }

  moveTo(x: number, y: number): void {
    this.path.moveTo(x, y);
  }

  lineTo(x: number, y: number): void {
    this.path.lineTo(x, y);
  }

  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void {
    this.path.quadraticCurveTo(cx, cy, x, y);
  }

  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    this.path.bezierCurveTo(ax, ay, bx, by, x, y);
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.path.rect(x, y, width, height);
  }

  arc(...arc: Parameters<RecordedPath["arc"]>): void {
    this.path.arc(...arc);
  }

  arcTo(...arc: Parameters<RecordedPath["arcTo"]>): void {
    this.path.arcTo(...arc);
  }

  ellipse(...ellipse: Parameters<RecordedPath["ellipse"]>): void {
    this.path.ellipse(...ellipse);
  }

  clip(path?: unknown): void {
    this.clips = [...this.clips, { path: this.pathOf(path), matrix: this.matrix }];
  }

  fill(path?: unknown, rule?: CanvasFillRule): void {
    const evenOdd = rule === "evenodd" || path === "evenodd";
    this.painted.push({ what: "fill", path: this.pathOf(path), color: this.colored(this.fillStyle), evenOdd, ...this.base() });
  }

  stroke(path?: unknown): void {
    this.painted.push({
      what: "stroke",
      path: this.pathOf(path),
      color: this.colored(this.strokeStyle),
      width: this.lineWidth,
      cap: this.lineCap,
      join: this.lineJoin,
      miter: this.miterLimit,
      dash: this.dash,
      ...this.base(),
    });
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const path = new RecordedPath();
    path.rect(x, y, width, height);
    this.fill(path);
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    const path = new RecordedPath();
    path.rect(x, y, width, height);
    this.stroke(path);
  }

  /** Paper is blank already. */
  clearRect(): void {}

  measureText(text: string): { width: number } {
    return { width: this.measure(this.font)(text) };
  }

  fillText(text: string, x: number, y: number): void {
    if (text === "") return;
    const { width } = this.measureText(text);
    const size = Number(/([\d.]+)px/.exec(this.font)?.[1] ?? 10);
    const left = this.textAlign === "center" ? x - width / 2 : this.textAlign === "right" || this.textAlign === "end" ? x - width : x;
    this.painted.push({
      what: "text",
      text,
      x: left,
      y: y + size * baselineShift(this.textBaseline),
      width,
      font: this.font,
      size,
      color: this.colored(this.fillStyle),
      ...this.base(),
    });
  }

  drawImage(image: CanvasImageSource, x: number, y: number, width: number, height: number): void {
    this.painted.push({ what: "image", image, x, y, width, height, alpha: this.globalAlpha, ...this.base() });
  }

  private base(): Base {
    return { matrix: this.matrix, multiply: this.globalCompositeOperation === "multiply", clips: this.clips };
  }

  private colored(style: string): Color {
    const color = readColor(style) ?? BLACK;
    return { ...color, alpha: color.alpha * this.globalAlpha };
  }

  private pathOf(path: unknown): RecordedPath {
    if (path instanceof RecordedPath) return path;
    if (path === undefined || typeof path === "string") return this.path;
    throw new TypeError("a Path2D cannot be written into a file; it must be recorded");
  }
}

function copyState(from: State, to: State): void {
  to.matrix = from.matrix;
  to.clips = from.clips;
  to.fillStyle = from.fillStyle;
  to.strokeStyle = from.strokeStyle;
  to.lineWidth = from.lineWidth;
  to.lineCap = from.lineCap;
  to.lineJoin = from.lineJoin;
  to.miterLimit = from.miterLimit;
  to.dash = from.dash;
  to.globalAlpha = from.globalAlpha;
  to.globalCompositeOperation = from.globalCompositeOperation;
  to.font = from.font;
  to.textAlign = from.textAlign;
  to.textBaseline = from.textBaseline;
}

/** First `then`, after it `first`: as a canvas multiplies what it has with what it is given. */
export function multiplied(first: Transform, then: Transform): Transform {
  const [a, b, c, d, e, f] = first;
  const [g, h, i, j, k, l] = then;
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** How far below the given line letters stand, in parts of their size. */
function baselineShift(baseline: CanvasTextBaseline): number {
  if (baseline === "middle") return 0.36;
  return baseline === "top" || baseline === "hanging" ? 0.86 : baseline === "bottom" ? -0.2 : 0;
}
