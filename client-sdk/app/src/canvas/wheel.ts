/** What a turn of a wheel, or two fingers on a touch pad, mean for the view. */

export interface WheelMove {
  /** A factor; 1: it moves the page instead. */
  readonly zoom: number;
  /** CSS pixels. */
  readonly dx: number;
  readonly dy: number;
}

/** CSS pixels. */
const LINE = 20;
/** A wheel turns in steps at least as large as this; fingers on a touch pad glide. */
const WHEEL_STEP = 40;

export function wheelMove(event: {
  readonly deltaX: number;
  readonly deltaY: number;
  readonly deltaMode: number;
  readonly ctrlKey: boolean;
  readonly shiftKey: boolean;
}): WheelMove {
  const unit = event.deltaMode === 0 ? 1 : LINE;
  const dx = event.deltaX * unit;
  const dy = event.deltaY * unit;
  // Browsers report a pinch on a touch pad as a wheel with the control key.
  if (event.ctrlKey) return { zoom: Math.exp(-dy * (Math.abs(dy) < WHEEL_STEP ? 0.01 : 0.002)), dx: 0, dy: 0 };
  if (event.shiftKey && dx === 0) return { zoom: 1, dx: dy, dy: 0 };
  if (dx === 0 && Math.abs(dy) >= WHEEL_STEP) return { zoom: Math.exp(-dy * 0.0015), dx: 0, dy: 0 };
  return { zoom: 1, dx, dy };
}
