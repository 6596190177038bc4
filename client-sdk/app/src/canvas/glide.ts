/** A place that comes in steps, shown as a movement. It never runs ahead: what is shown is always on the way to what is known. */
import type { Point } from "./rect";

/** Milliseconds in which two thirds of the way are gone: two steps of the presence, so that a steady hand looks steady. */
const PACE = 45;
/** Page units that cannot be seen. */
const NEAR = 0.25;

export class Glide {
  private shown: Point | null = null;
  private goal: Point | null = null;

  /** Null: nowhere. What was nowhere does not come from anywhere. */
  to(goal: Point | null): void {
    this.goal = goal;
    if (goal === null || this.shown === null) this.shown = goal;
  }

  /** Where it is after so many more milliseconds; Infinity for the goal itself. */
  step(ms: number): Point | null {
    const { goal, shown } = this;
    if (goal === null || shown === null) return null;
    const share = 1 - Math.exp(-Math.max(0, ms) / PACE);
    const next = { x: shown.x + (goal.x - shown.x) * share, y: shown.y + (goal.y - shown.y) * share };
    this.shown = Math.hypot(goal.x - next.x, goal.y - next.y) < NEAR ? goal : next;
    return this.shown;
  }

  get there(): boolean {
    return this.shown === this.goal;
  }
}
