/**
 * The outline of a strip of ink, with curves: what is seen close by, and what goes into files. Where the line
 * bends more tightly than its width allows, discs and short bars take the place of the strip.
 */
import type { PathSink } from "./ink";
import { number } from "./outline-line";

/** Device pixels: a curve that leaves its chord by less is painted straight. */
const FLAT = 0.12;
/** Cosine of the largest turn that a strip makes from one segment to the next. */
const TURN_MAX = 0.64;

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** A place on the line, and the direction across it: to the left of the way, as long as 1. */
export interface Cut extends Place {
  readonly nx: number;
  readonly ny: number;
}

/** One strip in the making: its left side goes to the sink at once, its right side is kept for the way back. */
export class Strip {
  private readonly tolerance: number;
  /** Where the line is, and its normal there: to the left of the way, as long as 1. */
  private x = 0;
  private y = 0;
  private r = 0;
  private nx = 0;
  private ny = 0;
  /** The end of a straight run that is not painted yet. */
  private waiting = false;
  /** The last painted place, from which a straight run is measured. */
  private fromX = 0;
  private fromY = 0;
  private fromR = 0;
  private fromNx = 0;
  private fromNy = 0;
  private open = false;
  private round = false;
  private directed = true;

  constructor(
    private readonly sink: PathSink,
    private readonly flat: boolean,
    pixel: number,
  ) {
    this.tolerance = FLAT * pixel;
  }

  /** At the stroke's first point, where it is not yet known where it goes, or at a cut. */
  begin(at: Place, cut: Cut | null): void {
    this.place(at.x, at.y, at.r, cut?.nx ?? 0, cut?.ny ?? 0);
    this.directed = cut !== null;
    this.round = cut === null && !this.flat;
  }

  /** Goes around a point until the middle between it and the next one. */
  bend(around: Place, next: Place): void {
    const dx = next.x - around.x;
    const dy = next.y - around.y;
    const length = Math.hypot(dx, dy);
    this.curve(around.x, around.y, (around.x + next.x) / 2, (around.y + next.y) / 2, (around.r + next.r) / 2, dy / length, -dx / length);
  }

  /** Goes around a point to the end, which is round or, at a cut, straight across the line. */
  end(around: Place | null, goal: Place, cut: Cut | null): void {
    const control = around ?? { x: (this.x + goal.x) / 2, y: (this.y + goal.y) / 2 };
    const dx = goal.x - (around?.x ?? this.x);
    const dy = goal.y - (around?.y ?? this.y);
    const length = Math.hypot(dx, dy);
    if (cut !== null) this.curve(control.x, control.y, cut.x, cut.y, cut.r, cut.nx, cut.ny);
    else if (length > 0) this.curve(control.x, control.y, goal.x, goal.y, goal.r, dy / length, -dx / length);
    if (!this.directed) {
      dot(this.sink, this.x, this.y, this.r, this.flat);
      return;
    }
    if (cut !== null && !this.open) return;
    this.start();
    this.settle();
    if (cut === null && !this.flat) {
      const angle = Math.atan2(this.ny, this.nx);
      this.sink.arc(this.x, this.y, this.r, angle, angle + Math.PI);
    }
    this.goBack();
  }

  private place(x: number, y: number, r: number, nx: number, ny: number): void {
    this.x = x;
    this.y = y;
    this.r = r;
    this.nx = nx;
    this.ny = ny;
  }

  private curve(cx: number, cy: number, x: number, y: number, r: number, nx: number, ny: number): void {
    if (!this.directed) {
      this.nx = nx;
      this.ny = ny;
      this.directed = true;
    }
    const dx = x - this.x;
    const dy = y - this.y;
    const way = dx * dx + dy * dy;
    if (way === 0) return;
    if (!this.fits(dx, dy, r, nx, ny)) {
      this.tight(cx, cy, x, y, r, nx, ny);
      return;
    }
    const sag = Math.abs(dx * (cy - this.y) - dy * (cx - this.x)) / 2;
    if (sag * sag < this.tolerance * this.tolerance * way) {
      this.straight(x, y, r, nx, ny);
      return;
    }
    this.start();
    this.settle();
    const reach = (this.r + r) / 2 / (1 + this.nx * nx + this.ny * ny);
    const mx = (this.nx + nx) * reach;
    const my = (this.ny + ny) * reach;
    this.sink.quadraticCurveTo(cx + mx, cy + my, x + nx * r, y + ny * r);
    keepBack(cx - mx, cy - my, x - nx * r, y - ny * r);
    this.place(x, y, r, nx, ny);
    this.remember();
  }

  /** Whether a strip can go on by (dx, dy) and be cut there: its inner side must not run backwards. */
  private fits(dx: number, dy: number, r: number, nx: number, ny: number): boolean {
    const drift = dx * (nx * r - this.nx * this.r) + dy * (ny * r - this.ny * this.r);
    return this.nx * nx + this.ny * ny >= TURN_MAX && Math.abs(drift) < 0.95 * (dx * dx + dy * dy);
  }

  private straight(x: number, y: number, r: number, nx: number, ny: number): void {
    this.start();
    if (!this.onTheWay(x, y, r)) this.settle();
    this.place(x, y, r, nx, ny);
    this.waiting = true;
  }

  /** Whether a place still lies on the straight run that was begun. */
  private onTheWay(x: number, y: number, r: number): boolean {
    const away = (x - this.fromX) * this.fromNx + (y - this.fromY) * this.fromNy;
    return Math.abs(away) < this.tolerance && Math.abs(r - this.fromR) < this.tolerance;
  }

  private start(): void {
    if (this.open) return;
    this.open = true;
    backLength = 0;
    const { sink, x, y, r, nx, ny } = this;
    sink.moveTo(x - nx * r, y - ny * r);
    if (this.round) {
      const angle = Math.atan2(ny, nx);
      sink.arc(x, y, r, angle + Math.PI, angle + 2 * Math.PI);
    } else {
      sink.lineTo(x + nx * r, y + ny * r);
    }
    this.round = false;
    keepBack(NaN, NaN, x - nx * r, y - ny * r);
    this.remember();
  }

  private settle(): void {
    if (!this.waiting) return;
    const { x, y, r, nx, ny } = this;
    this.sink.lineTo(x + nx * r, y + ny * r);
    keepBack(NaN, NaN, x - nx * r, y - ny * r);
    this.remember();
  }

  private remember(): void {
    this.waiting = false;
    this.fromX = this.x;
    this.fromY = this.y;
    this.fromR = this.r;
    this.fromNx = this.nx;
    this.fromNy = this.ny;
  }

  private goBack(): void {
    this.open = false;
    const { sink } = this;
    sink.lineTo(number(back, backLength - 2), number(back, backLength - 1));
    // The first entry is where the path began, and closing goes there.
    for (let at = backLength - 4; at >= 4; at -= 4) {
      const cx = number(back, at);
      const x = number(back, at - 2);
      const y = number(back, at - 1);
      if (cx === cx) sink.quadraticCurveTo(cx, number(back, at + 1), x, y);
      else if (at > 4) sink.lineTo(x, y);
    }
    sink.closePath();
  }

  /** A bend that one strip cannot make: it ends at the apex, and another begins there, with a disc between them. */
  private tight(cx: number, cy: number, x: number, y: number, r: number, nx: number, ny: number): void {
    const ax = (this.x + 2 * cx + x) / 4;
    const ay = (this.y + 2 * cy + y) / 4;
    const ar = (this.r + r) / 2;
    this.half(ax, ay, ar, null);
    if (this.open) {
      this.settle();
      this.goBack();
    }
    disc(this.sink, ax, ay, ar);
    const length = Math.hypot(x - ax, y - ay);
    if (length > 0) this.place(ax, ay, ar, (y - ay) / length, (ax - x) / length);
    this.half(x, y, r, { nx, ny });
  }

  /** One arm of a tight bend: a strip where that fits, else a bar with discs at its ends. */
  private half(x: number, y: number, r: number, across: { nx: number; ny: number } | null): void {
    const dx = x - this.x;
    const dy = y - this.y;
    const length = Math.hypot(dx, dy);
    const nx = across?.nx ?? (length > 0 ? dy / length : this.nx);
    const ny = across?.ny ?? (length > 0 ? -dx / length : this.ny);
    if (length > 0 && this.fits(dx, dy, r, nx, ny)) {
      this.straight(x, y, r, nx, ny);
      return;
    }
    if (this.open) {
      this.settle();
      this.goBack();
    }
    disc(this.sink, this.x, this.y, this.r);
    bar(this.sink, this.x, this.y, this.r, x, y, r);
    disc(this.sink, x, y, r);
    this.round = false;
    this.place(x, y, r, nx, ny);
  }
}

/** The right side of the strip in the making: control point (NaN: straight) and place, four numbers each. */
const back: number[] = [];
let backLength = 0;

function keepBack(cx: number, cy: number, x: number, y: number): void {
  back[backLength++] = cx;
  back[backLength++] = cy;
  back[backLength++] = x;
  back[backLength++] = y;
}

export function dot(sink: PathSink, x: number, y: number, r: number, flat: boolean): void {
  if (!flat) {
    disc(sink, x, y, r);
    return;
  }
  sink.moveTo(x - r, y - r);
  sink.lineTo(x + r, y - r);
  sink.lineTo(x + r, y + r);
  sink.lineTo(x - r, y + r);
  sink.closePath();
}

function disc(sink: PathSink, x: number, y: number, radius: number): void {
  sink.moveTo(x + radius, y);
  sink.arc(x, y, radius, 0, 2 * Math.PI);
  sink.closePath();
}

function bar(sink: PathSink, ax: number, ay: number, ar: number, bx: number, by: number, br: number): void {
  const dx = bx - ax;
  const dy = by - ay;
  const length = Math.hypot(dx, dy);
  if (length === 0) return;
  const nx = dy / length;
  const ny = -dx / length;
  sink.moveTo(ax + nx * ar, ay + ny * ar);
  sink.lineTo(bx + nx * br, by + ny * br);
  sink.lineTo(bx - nx * br, by - ny * br);
  sink.lineTo(ax - nx * ar, ay - ny * ar);
  sink.closePath();
}
