/** Points of a stroke that are known by their place in it, some of them perhaps missing in between. */
import type { WetPart } from "../api.js";
import { STRIDE } from "./lane-bytes.js";

interface Run {
  first: number;
  readonly points: number[];
}

export class Runs {
  /** In order; between two of them at least one point is missing. */
  #runs: Run[] = [];
  /** How many of the stroke's points the log has. */
  #dry = 0;

  get points(): number {
    return this.#runs.reduce((sum, { points }) => sum + points.length / STRIDE, 0);
  }

  parts(): readonly WetPart[] {
    return this.#runs.map(({ first, points }) => ({ first, points }));
  }

  /** Takes in points from `first` on, {@link STRIDE} numbers each. What is known already stays as it is. */
  put(first: number, points: readonly number[]): void {
    const skip = Math.max(0, this.#dry - first);
    let fresh: Run = { first: first + skip, points: points.slice(skip * STRIDE) };
    if (fresh.points.length === 0) return;
    const from = this.#runs.findIndex((run) => endOf(run) >= fresh.first);
    const after = this.#runs.findIndex((run) => run.first > endOf(fresh));
    const until = after < 0 ? this.#runs.length : after;
    if (from < 0) {
      this.#runs.push(fresh);
      return;
    }
    const met = this.#runs.slice(from, until);
    const [earliest] = met;
    if (earliest !== undefined && earliest.first <= fresh.first) fresh = append(earliest, fresh);
    for (const run of met) if (run !== fresh) fresh = weave(fresh, run);
    this.#runs.splice(from, met.length, fresh);
  }

  /** The log has so many points. Says whether that is more than it had. */
  dry(points: number): boolean {
    if (points <= this.#dry) return false;
    this.#dry = points;
    this.#runs = this.#runs.filter((run) => endOf(run) > points);
    const [earliest] = this.#runs;
    if (earliest !== undefined && earliest.first < points) {
      earliest.points.splice(0, (points - earliest.first) * STRIDE);
      earliest.first = points;
    }
    return true;
  }

  /** Lets go of all points; says whether there were any. */
  clear(): boolean {
    const any = this.#runs.length > 0;
    this.#runs = [];
    return any;
  }
}

function endOf({ first, points }: Run): number {
  return first + points.length / STRIDE;
}

/** What `more` has beyond the end of a run that it meets. */
function append(run: Run, more: Run): Run {
  for (let i = (endOf(run) - more.first) * STRIDE; i < more.points.length; i += 1) run.points.push(more.points[i] ?? 0);
  return run;
}

/** Both as one; where both have a point, that of `known` stays. They meet, and `known` begins no earlier. */
function weave(fresh: Run, known: Run): Run {
  const before = fresh.points.slice(0, (known.first - fresh.first) * STRIDE);
  const after = fresh.points.slice((endOf(known) - fresh.first) * STRIDE);
  return { first: fresh.first, points: [...before, ...known.points, ...after] };
}
