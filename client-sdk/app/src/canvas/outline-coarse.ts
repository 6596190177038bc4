/**
 * The outline of a strip of thin ink: no finer than pixels show. The line is followed as far as one straight
 * piece stays near enough to it, and the pieces get their width as a pen's stroke does: at a gentle bend both
 * sides meet in one corner, at a tight one the outer side goes around and the inner side through the middle.
 * So a whole strip is one contour of few straight steps, and goes around whatever it covers the same way.
 */
import type { PathSink } from "./ink";
import type { Cut, Place } from "./outline-strip";

/** Device pixels by which the middle of the ink, and its edge besides, may be away from where they are. */
const AWAY = 0.2;
const AWAY_WIDTH = 0.12;
/** Device pixels by which the corners of a round end cut into it. */
const ROUND = 0.12;
/** Cosine of the largest bend that is one corner. */
const GENTLE = 0.8;

/** The corners of the line in the making, three numbers each: x, y and half the width. */
const corners: number[] = [];
/** The right side of the strip, for the way back: x and y. */
const back: number[] = [];

export class CoarseStrip {
  private readonly away: number;
  private readonly awayWidth: number;
  private readonly step: number;
  private begun: Cut | null = null;
  /** Where the straight piece begins. */
  private fromX = 0;
  private fromY = 0;
  private fromR = 0;
  /** The last place on it, and how far from its beginning it came. */
  private x = 0;
  private y = 0;
  private r = 0;
  private reach = 0;
  /** Between these directions it may go on: (x, y) each, `free` while any will do. */
  private free = true;
  private lowX = 0;
  private lowY = 0;
  private highX = 0;
  private highY = 0;
  /** How much wider it may get on its way. */
  private least = -Infinity;
  private most = Infinity;

  constructor(
    private readonly sink: PathSink,
    pixel: number,
    widest: number,
  ) {
    this.away = AWAY * pixel;
    this.awayWidth = AWAY_WIDTH * pixel;
    // A chord of this angle cuts so much into a circle of the greatest width.
    this.step = 2 * Math.acos(1 - Math.min(0.5, (ROUND * pixel) / Math.max(widest, ROUND * pixel)));
  }

  /** At the stroke's first point, or at a cut. */
  begin(at: Place, cut: Cut | null): void {
    this.begun = cut;
    corners.length = 0;
    this.turn(at.x, at.y, at.r);
    this.x = at.x;
    this.y = at.y;
    this.r = at.r;
  }

  /** Goes around a point until the middle between it and the next one. */
  bend(around: Place, next: Place): void {
    this.curve(around, (around.x + next.x) / 2, (around.y + next.y) / 2, (around.r + next.r) / 2);
  }

  /** Goes around a point to the end, which is round or, at a cut, straight across the line. */
  end(around: Place | null, goal: Place, cut: Cut | null): void {
    if (around !== null) this.curve(around, goal.x, goal.y, goal.r);
    else this.go(goal.x, goal.y, goal.r);
    if (this.reach > 0 || corners.length === 3) corners.push(this.x, this.y, this.r);
    this.trace(cut);
  }

  private curve(around: Place, x: number, y: number, r: number): void {
    const { x: ax, y: ay, r: ar } = this;
    const sag = lengthOf(2 * around.x - ax - x, 2 * around.y - ay - y) / 4;
    const pieces = 2 * sag <= this.away ? 1 : Math.ceil(Math.sqrt((2 * sag) / this.away));
    for (let i = 1; i < pieces; i++) {
      const t = i / pieces;
      const u = 1 - t;
      this.go(u * u * ax + 2 * u * t * around.x + t * t * x, u * u * ay + 2 * u * t * around.y + t * t * y, ar + (r - ar) * t);
    }
    this.go(x, y, r);
  }

  /** Goes on to a place, on the same straight piece if that passes by all places between near enough. */
  private go(x: number, y: number, r: number): void {
    let dx = x - this.fromX;
    let dy = y - this.fromY;
    let way = lengthOf(dx, dy);
    if (this.reach > 0 && !this.allows(dx, dy, way, r - this.fromR)) {
      this.turn(this.x, this.y, this.r);
      dx = x - this.fromX;
      dy = y - this.fromY;
      way = lengthOf(dx, dy);
    }
    if (way > 0) this.narrow(dx, dy, way, r - this.fromR);
    this.x = x;
    this.y = y;
    this.r = r;
  }

  /** Another straight piece begins. */
  private turn(x: number, y: number, r: number): void {
    corners.push(x, y, r);
    this.fromX = x;
    this.fromY = y;
    this.fromR = r;
    this.reach = 0;
    this.free = true;
    this.least = -Infinity;
    this.most = Infinity;
  }

  private allows(dx: number, dy: number, way: number, wider: number): boolean {
    // A line that turns back keeps its tip.
    if (way < this.reach - this.away) return false;
    if (wider < this.least * way || wider > this.most * way) return false;
    return this.free || (this.lowX * dy - this.lowY * dx >= 0 && dx * this.highY - dy * this.highX >= 0);
  }

  /** From now on the piece has to pass by this place too. */
  private narrow(dx: number, dy: number, way: number, wider: number): void {
    if (way > this.reach) this.reach = way;
    const share = 1 / way;
    this.least = Math.max(this.least, (wider - this.awayWidth) * share);
    this.most = Math.min(this.most, (wider + this.awayWidth) * share);
    const sine = this.away * share;
    if (sine >= 1) return;
    const cosine = Math.sqrt(1 - sine * sine);
    const lowX = dx * cosine + dy * sine;
    const lowY = dy * cosine - dx * sine;
    if (this.free || this.lowX * lowY - this.lowY * lowX > 0) {
      this.lowX = lowX;
      this.lowY = lowY;
    }
    const highX = dx * cosine - dy * sine;
    const highY = dy * cosine + dx * sine;
    if (this.free || highX * this.highY - highY * this.highX > 0) {
      this.highX = highX;
      this.highY = highY;
    }
    this.free = false;
  }

  /** Goes around the corners: along the left side, and back on the right. */
  private trace(cut: Cut | null): void {
    const { sink } = this;
    back.length = 0;
    let x = at(0);
    let y = at(1);
    let r = at(2);
    let started = false;
    // The direction of the piece before, as long as 1, and its length.
    let alongX = 0;
    let alongY = 0;
    let length = 0;
    for (let i = 3; i < corners.length; i += 3) {
      const dx = at(i) - x;
      const dy = at(i + 1) - y;
      const next = lengthOf(dx, dy);
      if (next === 0) continue;
      const toX = dx / next;
      const toY = dy / next;
      if (started) this.corner(x, y, r, alongX, alongY, toX, toY, Math.min(length, next));
      else this.start(x, y, r, toX, toY, next);
      started = true;
      alongX = toX;
      alongY = toY;
      length = next;
      x = at(i);
      y = at(i + 1);
      r = at(i + 2);
    }
    if (!started) {
      if (this.begun === null || cut === null) this.disc(x, y, r);
      return;
    }
    if (cut !== null && runsAcross(cut, r, alongX, alongY, length)) {
      sink.lineTo(x + cut.nx * r, y + cut.ny * r);
      sink.lineTo(x - cut.nx * r, y - cut.ny * r);
    } else {
      sink.lineTo(x + alongY * r, y - alongX * r);
      this.around(x, y, r, alongY, -alongX, Math.PI);
      sink.lineTo(x - alongY * r, y + alongX * r);
    }
    for (let i = back.length - 2; i >= 0; i -= 2) sink.lineTo(back[i] ?? 0, back[i + 1] ?? 0);
    sink.closePath();
  }

  private start(x: number, y: number, r: number, toX: number, toY: number, length: number): void {
    const { sink, begun } = this;
    if (begun !== null && runsAcross(begun, r, toX, toY, length)) {
      sink.moveTo(x - begun.nx * r, y - begun.ny * r);
      sink.lineTo(x + begun.nx * r, y + begun.ny * r);
      return;
    }
    sink.moveTo(x - toY * r, y + toX * r);
    this.around(x, y, r, -toY, toX, Math.PI);
    sink.lineTo(x + toY * r, y - toX * r);
  }

  /** From the direction (ax, ay) to (bx, by). `length`: of the shorter piece. */
  private corner(x: number, y: number, r: number, ax: number, ay: number, bx: number, by: number, length: number): void {
    const { sink } = this;
    const cosine = ax * bx + ay * by;
    const sine = ax * by - ay * bx;
    if (cosine > GENTLE && 2 * r * Math.abs(sine) < length) {
      const far = r / (1 + cosine);
      const outX = (ay + by) * far;
      const outY = -(ax + bx) * far;
      sink.lineTo(x + outX, y + outY);
      back.push(x - outX, y - outY);
      return;
    }
    const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
    if (sine >= 0) {
      // To the right: the left side is the outer one.
      sink.lineTo(x + ay * r, y - ax * r);
      this.around(x, y, r, ay, -ax, angle);
      sink.lineTo(x + by * r, y - bx * r);
      back.push(x - ay * r, y + ax * r, x, y, x - by * r, y + bx * r);
    } else {
      sink.lineTo(x + ay * r, y - ax * r);
      sink.lineTo(x, y);
      sink.lineTo(x + by * r, y - bx * r);
      back.push(x - ay * r, y + ax * r);
      const steps = Math.ceil(angle / this.step);
      for (let i = 1; i < steps; i++) {
        const turned = (-angle * i) / steps;
        const c = Math.cos(turned) * r;
        const s = Math.sin(turned) * r;
        back.push(x - ay * c - ax * s, y + ax * c - ay * s);
      }
      back.push(x - by * r, y + bx * r);
    }
  }

  /** The corners between (nx, ny) and what is `angle` farther clockwise. */
  private around(x: number, y: number, r: number, nx: number, ny: number, angle: number): void {
    const steps = Math.ceil(angle / this.step);
    for (let i = 1; i < steps; i++) {
      const turned = (angle * i) / steps;
      const c = Math.cos(turned) * r;
      const s = Math.sin(turned) * r;
      this.sink.lineTo(x + nx * c - ny * s, y + ny * c + nx * s);
    }
  }

  private disc(x: number, y: number, r: number): void {
    this.sink.moveTo(x + r, y);
    this.around(x, y, r, 1, 0, 2 * Math.PI);
    this.sink.closePath();
  }
}

/** `Math.hypot` takes many times as long, for numbers that do not come here. */
function lengthOf(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

function at(i: number): number {
  return corners[i] ?? 0;
}

/** Whether a piece may end at a cut as it is: its sides must not run backwards there. */
function runsAcross(cut: Cut, r: number, alongX: number, alongY: number, length: number): boolean {
  const across = alongY * cut.nx - alongX * cut.ny;
  const slant = Math.abs(alongX * cut.nx + alongY * cut.ny);
  return across > GENTLE && 2 * r * slant < length;
}
