/** A path that can be read again, unlike Path2D: what is painted on the screen becomes lines in a file. */
import type { PathSink } from "../canvas/ink";

/** How a step is told apart in the list of numbers, each followed by its coordinates. */
export const MOVE = 0;
export const LINE = 1;
export const QUADRATIC = 2;
export const CUBIC = 3;
export const CLOSE = 4;

export interface PathReader {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void;
  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void;
  closePath(): void;
}

/** Takes the calls of Path2D; arcs become cubic curves, which every kind of file knows. */
export class RecordedPath implements PathSink {
  private readonly steps: number[] = [];
  private x = 0;
  private y = 0;
  private startX = 0;
  private startY = 0;

  get empty(): boolean {
    return this.steps.length === 0;
  }

  moveTo(x: number, y: number): void {
    this.steps.push(MOVE, x, y);
    this.x = this.startX = x;
    this.y = this.startY = y;
  }

  lineTo(x: number, y: number): void {
    if (this.empty) {
      this.moveTo(x, y);
      return;
    }
    this.steps.push(LINE, x, y);
    this.x = x;
    this.y = y;
  }

  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void {
    if (this.empty) this.moveTo(cx, cy);
    this.steps.push(QUADRATIC, cx, cy, x, y);
    this.x = x;
    this.y = y;
  }

  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    if (this.empty) this.moveTo(ax, ay);
    this.steps.push(CUBIC, ax, ay, bx, by, x, y);
    this.x = x;
    this.y = y;
  }

  closePath(): void {
    if (this.empty) return;
    this.steps.push(CLOSE);
    this.x = this.startX;
    this.y = this.startY;
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y);
    this.lineTo(x + width, y);
    this.lineTo(x + width, y + height);
    this.lineTo(x, y + height);
    this.closePath();
  }

  arc(x: number, y: number, radius: number, start: number, end: number, counterClockwise = false): void {
    this.ellipse(x, y, radius, radius, 0, start, end, counterClockwise);
  }

  ellipse(
    x: number,
    y: number,
    radiusX: number,
    radiusY: number,
    rotation: number,
    start: number,
    end: number,
    counterClockwise = false,
  ): void {
    const cos = Math.cos(rotation);
    const sin = Math.sin(rotation);
    const at = (u: number, v: number): [number, number] => [
      x + radiusX * u * cos - radiusY * v * sin,
      y + radiusX * u * sin + radiusY * v * cos,
    ];
    const sweep = sweepOf(start, end, counterClockwise);
    const pieces = Math.max(1, Math.ceil(Math.abs(sweep) / (Math.PI / 2) - 1e-9));
    const step = sweep / pieces;
    // How far the control points of a cubic stand off, so that it follows the arc.
    const reach = (4 / 3) * Math.tan(step / 4);
    const [startX, startY] = at(Math.cos(start), Math.sin(start));
    if (this.empty || Math.hypot(startX - this.x, startY - this.y) > 1e-6) this.lineTo(startX, startY);
    for (let i = 0; i < pieces; i++) {
      const a = start + i * step;
      const b = a + step;
      const [ca, sa, cb, sb] = [Math.cos(a), Math.sin(a), Math.cos(b), Math.sin(b)];
      this.bezierCurveTo(...at(ca - reach * sa, sa + reach * ca), ...at(cb + reach * sb, sb - reach * cb), ...at(cb, sb));
    }
  }

  /** The arc that rounds the corner at (`ax`, `ay`) on the way to (`bx`, `by`). */
  arcTo(ax: number, ay: number, bx: number, by: number, radius: number): void {
    if (this.empty) this.moveTo(ax, ay);
    const [ux, uy] = direction(ax, ay, this.x, this.y);
    const [vx, vy] = direction(ax, ay, bx, by);
    const cross = ux * vy - uy * vx;
    if (radius === 0 || Math.abs(cross) < 1e-9) {
      this.lineTo(ax, ay);
      return;
    }
    const half = Math.acos(Math.max(-1, Math.min(1, ux * vx + uy * vy))) / 2;
    const along = radius / Math.tan(half);
    const [fromX, fromY] = [ax + ux * along, ay + uy * along];
    const [toX, toY] = [ax + vx * along, ay + vy * along];
    const away = radius / Math.sin(half);
    const [mx, my] = direction(0, 0, ux + vx, uy + vy);
    const [cx, cy] = [ax + mx * away, ay + my * away];
    this.arc(cx, cy, radius, Math.atan2(fromY - cy, fromX - cx), Math.atan2(toY - cy, toX - cx), cross > 0);
  }

  /** Goes through it again, for whoever writes it down. */
  read(reader: PathReader): void {
    const n = (i: number): number => this.steps[i] ?? 0;
    for (let i = 0; i < this.steps.length; ) {
      switch (this.steps[i]) {
        case MOVE:
          reader.moveTo(n(i + 1), n(i + 2));
          i += 3;
          break;
        case LINE:
          reader.lineTo(n(i + 1), n(i + 2));
          i += 3;
          break;
        case QUADRATIC:
          reader.quadraticCurveTo(n(i + 1), n(i + 2), n(i + 3), n(i + 4));
          i += 5;
          break;
        case CUBIC:
          reader.bezierCurveTo(n(i + 1), n(i + 2), n(i + 3), n(i + 4), n(i + 5), n(i + 6));
          i += 7;
          break;
        default:
          reader.closePath();
          i += 1;
      }
    }
  }
}

/** How far an arc goes, as a canvas counts it: a whole turn at most. */
function sweepOf(start: number, end: number, counterClockwise: boolean): number {
  const turn = 2 * Math.PI;
  const sweep = counterClockwise ? start - end : end - start;
  const length = sweep >= turn ? turn : ((sweep % turn) + turn) % turn;
  return counterClockwise ? -length : length;
}

/** The unit vector from one place towards another. */
function direction(fromX: number, fromY: number, toX: number, toY: number): [number, number] {
  const length = Math.hypot(toX - fromX, toY - fromY) || 1;
  return [(toX - fromX) / length, (toY - fromY) / length];
}
