/**
 * How wide ink is at each of a stroke's points.
 *
 * With pressure it follows the pressure. Without, it follows the speed of the hand, as a felt pen or a
 * brush does: ink is fuller where the hand is slow or rests (起筆, とめ) and thinner where it is fast,
 * and the end of a stroke that leaves the board in full motion runs out thin (はね, はらい). Where a
 * device gives no times, and for the highlighter, it is even.
 *
 * The width at a point depends on the points before it alone, so ink that is being written does not
 * change behind the pen. Only the run-out is taken back as the pen goes on; it is `TAIL_POINTS` long at
 * most.
 */
import { hasPressure, type InkStyle, type Points, STRIDE } from "./ink";

/** Of the pen's width, at rest and in the fastest motion. */
const FULL = 1.12;
const THIN = 0.56;
/** Page units a millisecond at which the width is halfway between them: brisk writing at a wall. */
const BRISK = 0.85;
/** Milliseconds over which the speed is measured: the samples of a panel come in bursts. */
const SPEED_MS = 36;
/** How soon the width follows: within so many widths of way, or so many milliseconds. */
const FOLLOW_WIDTHS = 1.4;
const FOLLOW_MS = 90;
/** Of the full width, where the pen comes down. */
const TOUCH = 0.82;

/** Points from the end within which ink may still run out. */
export const TAIL_POINTS = 24;
/** Milliseconds before the end at which it begins to. */
const TAIL_MS = 75;
/** Page units a millisecond: below the first a stroke ends full, above the second as thin as it gets. */
const STOPS = 0.45;
const FLIES = 1.9;
/** Of its width, what a stroke that flies off loses at its tip. */
const TIP_LOSS = 0.7;

/** Half the width of a pen of `width` under `pressure` (0 to 1). */
export function radiusUnder(pressure: number, width: number): number {
  return (width / 2) * (0.35 + 1.1 * Math.min(1, pressure));
}

/** Half the width of a pen of `width` at `speed`, in page units a millisecond. */
export function radiusAtSpeed(speed: number, width: number): number {
  const share = speed / BRISK;
  return (width / 2) * (THIN + (FULL - THIN) / (1 + share * share));
}

/** Half the width that ink of a pen has at most. */
export function widest(style: InkStyle, pressed: boolean): number {
  if (style.tool === "highlighter") return style.width / 2;
  return pressed ? radiusUnder(1, style.width) : radiusAtSpeed(0, style.width);
}

export class Nib {
  /** Page units a millisecond, of the last moments. */
  speed = 0;
  private way = 0;
  private time = SPEED_MS;
  private x = 0;
  private y = 0;
  private ms = 0;
  private radius = -1;

  constructor(
    private readonly style: InkStyle,
    private readonly pressed: boolean,
  ) {}

  static of(points: Points, style: InkStyle): Nib {
    return new Nib(style, hasPressure(points));
  }

  /** Half the width at the next point. */
  next(x: number, y: number, pressure: number, ms: number): number {
    const { width } = this.style;
    if (this.style.tool === "highlighter") return width / 2;
    const first = this.radius < 0;
    const way = first ? 0 : Math.sqrt((x - this.x) ** 2 + (y - this.y) ** 2);
    const passed = first ? 0 : Math.max(0, ms - this.ms);
    this.x = x;
    this.y = y;
    this.ms = ms;
    if (this.pressed) {
      const wanted = radiusUnder(pressure, width);
      this.radius = first ? wanted : this.radius + (wanted - this.radius) * 0.6;
      return this.radius;
    }
    if (first) {
      this.radius = width / 2;
      return this.radius;
    }
    // A device without a clock: as if the pen had always the same speed.
    if (ms === 0) return this.follow(width / 2, way, 0);
    const fade = Math.exp(-passed / SPEED_MS);
    this.way = this.way * fade + way;
    this.time = this.time * fade + passed;
    this.speed = this.way / this.time;
    return this.follow(radiusAtSpeed(this.speed, width), way, passed);
  }

  private follow(wanted: number, way: number, passed: number): number {
    const share = 1 - Math.exp(-way / (FOLLOW_WIDTHS * this.style.width) - passed / FOLLOW_MS);
    this.radius += (wanted - this.radius) * share;
    return this.radius;
  }

  /** Of its width, what the ink loses at the very end if the stroke ended here. */
  get loss(): number {
    if (this.pressed || this.style.tool === "highlighter") return 0;
    const share = Math.min(1, Math.max(0, (this.speed - STOPS) / (FLIES - STOPS)));
    return TIP_LOSS * share * share * (3 - 2 * share);
  }
}

/** What is left of the width at the first point of a stroke of several: the pen comes down on its tip. */
export function touchOf(points: Points, style: InkStyle): number {
  const timed = (points[STRIDE + 3] ?? 0) > 0;
  return timed && style.tool === "pen" && !hasPressure(points) ? TOUCH : 1;
}

/** What is left of the width `age` milliseconds before the end of a stroke that loses `loss` there. */
export function runOut(loss: number, age: number): number {
  const share = Math.max(0, 1 - age / TAIL_MS);
  return 1 - loss * share * share;
}

/** Milliseconds from point `i` to the last one. */
export function ageOf(points: Points, i: number): number {
  return (points[points.length - 1] ?? 0) - (points[i * STRIDE + STRIDE - 1] ?? 0);
}
