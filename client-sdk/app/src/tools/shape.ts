/** Draws figures: a drag from corner to corner, a tap for one of the usual size, or a polygon corner by corner. */
import type { PageId } from "@kakehashi/client";
import type { Point } from "../canvas/rect";
import { belongsToComposition } from "../ui/composing";
import { figureBetween, type FigureDraft, sketchOf, throughCorners, usualFigure } from "./figures";
import { MAIN_HAND } from "./hands";
import type { ShapeStyle } from "./styles";
import type { Desk, Pointer, Sample, Tool } from "./tool";

/** CSS pixels on a laptop that a pointer goes before a tap becomes a drag. */
const DRAG_START = 5;
/** Likewise, around a polygon's first corner. */
const CLOSING = 14;
/** Corners of a polygon; the board takes 2,000, and nobody taps as many. */
const CORNERS_MAX = 500;
const POLYGON = "polygon";

interface Drawing {
  readonly pointer: Pointer;
  readonly style: ShapeStyle;
  readonly start: Sample;
  now: Sample;
  dragged: boolean;
}

/** A polygon whose corners are being tapped; there is one at a time. */
interface Polygon {
  readonly style: ShapeStyle;
  readonly corners: Point[];
  /** Where they are; it may be deleted while they are tapped. */
  readonly page: PageId | null;
}

export class ShapeTool implements Tool {
  readonly name = "shape";
  private readonly drawings = new Map<number, Drawing>();
  private polygon: Polygon | null = null;
  private readonly onKey = (event: KeyboardEvent): void => this.key(event);

  constructor(private readonly desk: Desk) {
    desk.styles.shape.on((style) => {
      if (style.figure !== "corners") this.closePolygon();
    });
  }

  down(pointer: Pointer, at: Sample): void {
    const style = this.desk.styles.shape.get();
    this.drawings.set(pointer.id, { pointer, style, start: at, now: at, dragged: false });
    if (style.figure === "corners") this.showPolygon(at.page);
  }

  move(pointer: Pointer, samples: readonly Sample[]): void {
    const drawing = this.drawings.get(pointer.id);
    const at = samples[samples.length - 1];
    if (drawing === undefined || at === undefined) return;
    drawing.now = at;
    drawing.dragged ||= distance(at.screen, drawing.start.screen) >= this.desk.reach(DRAG_START, pointer);
    if (drawing.style.figure === "corners") {
      this.showPolygon(at.page);
    } else if (drawing.dragged) {
      this.desk.sketches.set(keyOf(pointer), { record: sketchOf(this.draft(drawing)) });
    }
  }

  up(pointer: Pointer, at: Sample): void {
    this.move(pointer, [at]);
    const drawing = this.drawings.get(pointer.id);
    if (drawing === undefined) return;
    this.drop(pointer);
    if (drawing.style.figure === "corners") this.addCorner(pointer, at);
    else this.make(pointer.hand, this.draft(drawing));
  }

  cancel(pointer: Pointer): void {
    if (!this.drawings.has(pointer.id)) return;
    this.drop(pointer);
    this.showPolygon(null);
  }

  hover(_pointer: Pointer, at: Sample | null): void {
    if (this.polygon !== null && this.drawings.size === 0) this.showPolygon(at?.page ?? null);
  }

  finish(): void {
    for (const { pointer } of [...this.drawings.values()]) this.drop(pointer);
    this.closePolygon();
  }

  private draft(drawing: Drawing): FigureDraft {
    const { style, start, now, pointer } = drawing;
    if (!drawing.dragged) return usualFigure(style, start.page);
    return figureBetween(style, start.page, now.page, pointer.shift || now.shift === true);
  }

  private drop(pointer: Pointer): void {
    this.drawings.delete(pointer.id);
    this.desk.sketches.set(keyOf(pointer), null);
  }

  private make(hand: number, draft: FigureDraft): void {
    this.desk.write(hand, this.desk.board.gesture(), (edit) => edit.create(draft));
  }

  private addCorner(pointer: Pointer, at: Sample): void {
    const style = this.desk.styles.shape.get();
    if (this.polygon === null) {
      this.polygon = { style, corners: [at.page], page: this.desk.board.page() };
      window.addEventListener("keydown", this.onKey, true);
    } else {
      const { corners } = this.polygon;
      const [first] = corners;
      const reach = this.desk.reach(CLOSING, pointer) / this.desk.view().scale;
      if (first !== undefined && distance(first, at.page) <= reach) {
        this.closePolygon(pointer.hand);
        return;
      }
      corners.push(at.page);
      if (corners.length >= CORNERS_MAX) this.closePolygon(pointer.hand);
    }
    this.showPolygon(null);
  }

  /** Writes the polygon; two corners are a line, and one is nothing. */
  private closePolygon(hand = MAIN_HAND): void {
    const { polygon } = this;
    this.dropPolygon();
    if (polygon === null || polygon.corners.length < 2 || polygon.page !== this.desk.board.page()) return;
    this.make(hand, throughCorners(polygon.style, polygon.corners, polygon.corners.length > 2));
  }

  private dropPolygon(): void {
    this.polygon = null;
    window.removeEventListener("keydown", this.onKey, true);
    this.desk.sketches.set(POLYGON, null);
  }

  /** `next`: where a pointer is that would set the next corner. */
  private showPolygon(next: Point | null): void {
    const { polygon } = this;
    const style = polygon?.style ?? this.desk.styles.shape.get();
    const corners = [...(polygon?.corners ?? []), ...(next === null ? [] : [next])];
    const [first] = corners;
    if (first === undefined) {
      this.desk.sketches.set(POLYGON, null);
      return;
    }
    const record = sketchOf(throughCorners(style, corners, false));
    this.desk.sketches.set(POLYGON, polygon === null ? { record } : { record, spot: first });
  }

  /** Enter closes the polygon, Escape drops it, Backspace takes back its last corner. */
  private key(event: KeyboardEvent): void {
    if (this.polygon === null || belongsToComposition(event)) return;
    if (event.key === "Enter") this.closePolygon();
    else if (event.key === "Escape") this.dropPolygon();
    else if (event.key === "Backspace") this.takeCornerBack(this.polygon);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private takeCornerBack(polygon: Polygon): void {
    polygon.corners.pop();
    if (polygon.corners.length === 0) this.dropPolygon();
    else this.showPolygon(null);
  }
}

function keyOf(pointer: Pointer): string {
  return `shape ${pointer.id}`;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
