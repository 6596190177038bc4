/** What of the page has to be painted again: a few rectangles in page units, joined where that is cheaper. */
import { intersects, type Rect, union } from "./rect";

/** Each rectangle costs a clip and a query, so there are never more than this. */
const RECTS_MAX = 12;

export class Dirty {
  private rects: Rect[] = [];
  private everything = false;

  get empty(): boolean {
    return !this.everything && this.rects.length === 0;
  }

  /** All that is in sight. */
  all(): void {
    this.everything = true;
    this.rects = [];
  }

  add(rect: Rect): void {
    if (this.everything || !(rect.width >= 0) || !(rect.height >= 0)) return;
    let joined = rect;
    for (let again = true; again; ) {
      again = false;
      for (let i = 0; i < this.rects.length; i++) {
        const other = this.rects[i];
        if (other === undefined || !worthJoining(joined, other)) continue;
        joined = union(joined, other);
        this.rects.splice(i, 1);
        again = true;
        break;
      }
    }
    this.rects.push(joined);
    if (this.rects.length > RECTS_MAX) this.joinClosest();
  }

  /** Hands out what is dirty and starts anew. `null` means all of it. */
  take(): readonly Rect[] | null {
    const taken = this.everything ? null : this.rects;
    this.everything = false;
    this.rects = [];
    return taken;
  }

  private joinClosest(): void {
    let best = { i: 0, j: 1, growth: Infinity };
    for (let i = 0; i < this.rects.length; i++) {
      for (let j = i + 1; j < this.rects.length; j++) {
        const a = this.rects[i] as Rect;
        const b = this.rects[j] as Rect;
        const growth = area(union(a, b)) - area(a) - area(b);
        if (growth < best.growth) best = { i, j, growth };
      }
    }
    const [taken] = this.rects.splice(best.j, 1);
    this.rects[best.i] = union(this.rects[best.i] as Rect, taken as Rect);
  }
}

function area(rect: Rect): number {
  return rect.width * rect.height;
}

/** Painting one joined rectangle is cheaper when it is hardly larger than both. */
function worthJoining(a: Rect, b: Rect): boolean {
  return intersects(a, b) && area(union(a, b)) <= 1.3 * (area(a) + area(b)) + 1;
}
