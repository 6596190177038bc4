/**
 * The current page as the renderer sees it: every record's shape, an index of where they lie, and
 * what became dirty. It follows the board's events and never changes the board.
 *
 * Most shapes are still: they are painted into tiles. Those that change with every frame are afloat,
 * painted over the tiles: strokes that others are writing, what a gesture moves, and what a gesture
 * has just left until the tiles show it.
 */
import type { Board, Preview, RecordId, ShapeRecord, Transform } from "@kakehashi/client";
import { Dirty } from "./dirty";
import { Grid } from "./grid";
import { erased, inBox, touches } from "./hit";
import { LineCache } from "./line-cache";
import { between, inflate, intersects, type Point, type Rect, union } from "./rect";
import { grownPart } from "./same-look";
import { grownBounds, inkBox, type InkOf, type LineOf, type Shape, shapeOf } from "./shape";
import { Stacking } from "./stacking";
import type { Measure } from "./text-layout";
import { mapRect, moves, sameTransform } from "./transform";

/** Of more records that are moved at once it is not asked what lies over them. */
const LOOKED_UNDER_MAX = 60;
/** Milliseconds without new points, after which somebody's stroke is taken for written. */
const WRITTEN = 700;

export class Scene {
  /** What tiles have to paint anew. */
  readonly dirty = new Dirty();
  /** What only has to be put together anew. */
  readonly shown = new Dirty();
  readonly ink: InkOf;
  readonly line: LineOf;
  /** Counts the pages that were turned to. */
  turns = 0;
  private readonly lines: LineCache;
  private readonly shapes = new Map<RecordId, Shape>();
  private readonly grid = new Grid<Shape>();
  private readonly hidden = new Set<RecordId>();
  private transforms = new Map<RecordId, Transform>();
  private drafts = new Map<RecordId, ShapeRecord>();
  /** Strokes that grow, and when they last did. */
  private readonly growing = new Map<RecordId, number>();
  /** Left by a gesture; the tiles are still to show them. */
  private readonly settling = new Set<RecordId>();
  /** Came on top of everything and are to be added to the tiles. */
  private added: RecordId[] = [];
  private readonly stacking: Stacking;

  constructor(
    private readonly board: Board,
    private readonly measure: (font: string) => Measure,
    private readonly changed: () => void,
  ) {
    this.ink = (id) => board.ink(id);
    const lines = new LineCache(this.ink);
    this.lines = lines;
    this.line = (record) => lines.get(record);
    this.stacking = new Stacking(
      () => board.order(),
      this.shapes,
      (moved) => {
        for (const { record, bounds } of moved) this.touch(record.id, bounds);
        this.changed();
      },
    );
  }

  /** Forgets what was hidden and moved on another page. */
  turnPage(): void {
    this.turns++;
    this.hidden.clear();
    this.transforms = new Map();
    this.drafts = new Map();
    this.reload();
  }

  /** Reads the whole page anew. */
  reload(): void {
    this.stacking.clear();
    this.shapes.clear();
    this.lines.clear();
    this.grid.clear();
    this.growing.clear();
    this.settling.clear();
    this.added = [];
    // Measuring the ink of all strokes here would hold up a full page; their lines are read when they are painted.
    const boxes = this.board.inkBoxes();
    this.board.records().forEach((record, i) => {
      const draft = this.drafts.get(record.id);
      this.put(draft ?? record, this.stacking.next(), draft === undefined ? inkBox(record, boxes, i) : null);
    });
    this.dirty.all();
    this.changed();
  }

  /** Follows a `records` event. */
  update(ids: readonly RecordId[]): void {
    let orderMayDiffer = false;
    for (const id of ids) {
      const before = this.shapes.get(id);
      const kept = this.board.record(id);
      const record = kept && (this.drafts.get(id) ?? kept);
      if (record === undefined) {
        if (before !== undefined) this.remove(before);
        continue;
      }
      const after = this.put(record, before?.z ?? this.stacking.next());
      if (before === undefined) {
        orderMayDiffer = true;
        if (record.kind === "stroke") this.grow(after);
        else this.addOnTop(after);
        continue;
      }
      const grown = grownPart(before.record, record);
      if (grown === null) {
        orderMayDiffer = true;
        this.touch(id, before.bounds);
        this.touch(id, after.bounds);
      } else if (record.kind === "stroke" && record.points > grown) {
        this.grow(after, before, grownBounds(record, grown, this.line));
      } else {
        // Nothing to be seen: it was saved, or it is in another place among the others.
        orderMayDiffer ||= !before.record.unsaved || record.unsaved;
      }
    }
    this.stacking.change(orderMayDiffer);
    this.changed();
  }

  get(id: RecordId): Shape | undefined {
    return this.shapes.get(id);
  }

  /** What is painted in `region`, the lowest first. */
  within(region: Rect): Shape[] {
    const found = this.grid.query(region);
    for (const id of this.transforms.keys()) {
      const shape = this.shapes.get(id);
      if (shape !== undefined) found.add(shape);
    }
    return [...found].filter((shape) => !this.hidden.has(shape.record.id)).sort(byHeight);
  }

  /** What tiles show in `region`, the lowest first. */
  still(region: Rect): Shape[] {
    const found: Shape[] = [];
    for (const shape of this.grid.query(region)) if (this.isStill(shape.record.id)) found.push(shape);
    return found.sort(byHeight);
  }

  /** What is painted over the tiles in `region`, the lowest first. */
  afloat(region: Rect): Shape[] {
    const ids = new Set([...this.growing.keys(), ...this.transforms.keys(), ...this.drafts.keys(), ...this.settling]);
    const found: Shape[] = [];
    for (const id of ids) {
      const shape = this.shapes.get(id);
      if (shape !== undefined && !this.hidden.has(id) && intersects(this.boundsNow(shape), region)) found.push(shape);
    }
    return found.sort(byHeight);
  }

  /** Whether something is moved there below something still. */
  liesUnder(region: Rect): boolean {
    const moved = new Set([...this.transforms.keys(), ...this.drafts.keys()]);
    if (moved.size > LOOKED_UNDER_MAX) return false;
    for (const id of moved) {
      const shape = this.shapes.get(id);
      if (shape === undefined || this.hidden.has(id)) continue;
      const bounds = this.boundsNow(shape);
      if (!intersects(bounds, region)) continue;
      for (const other of this.grid.query(bounds)) if (other.z > shape.z && this.isStill(other.record.id)) return true;
    }
    return false;
  }

  /** All that is painted in a region, the lowest first; null if that is more than `most`. */
  everything(region: Rect, most: number): Shape[] | null {
    const still = this.still(region);
    const afloat = this.afloat(region);
    return still.length + afloat.length > most ? null : [...new Set([...still, ...afloat])].sort(byHeight);
  }

  /** What came on top of all else since this was last asked, and is still there. */
  takeAdded(): Shape[] {
    if (this.added.length === 0) return [];
    const shapes = [...new Set(this.added)].flatMap((id) => (this.isStill(id) ? (this.shapes.get(id) ?? []) : []));
    this.added = [];
    return shapes;
  }

  /** Lets strokes that no longer grow dry. Returns when to ask again, if there are others. */
  dryStrokes(now: number): number | null {
    let next: number | null = null;
    for (const [id, since] of this.growing) {
      if (now - since < WRITTEN) {
        next = Math.min(next ?? Infinity, since + WRITTEN - now);
        continue;
      }
      this.growing.delete(id);
      const shape = this.shapes.get(id);
      if (shape !== undefined) this.addOnTop(shape);
    }
    return next;
  }

  /** The tiles show everything as it is now. */
  tilesAreUpToDate(): void {
    for (const id of this.settling) {
      const shape = this.shapes.get(id);
      if (shape !== undefined) this.shown.add(shape.bounds);
    }
    this.settling.clear();
  }

  get unsettled(): boolean {
    return this.settling.size > 0;
  }

  /** How a record is moved, resized or turned for the time being. */
  transform(id: RecordId): Transform | undefined {
    return this.transforms.get(id);
  }

  /** The topmost shape at a place. */
  at(point: Point, reach: number, wanted: (record: ShapeRecord) => boolean = () => true): Shape | undefined {
    const near = this.within({ x: point.x - reach, y: point.y - reach, width: 2 * reach, height: 2 * reach });
    return near
      .reverse()
      .find((shape) => wanted(shape.record) && touches(shape, point, reach, this.line));
  }

  inBox(box: Rect): Shape[] {
    return this.within(box).filter((shape) => inBox(shape, box, this.line));
  }

  /** The strokes an eraser meets on its way. */
  underEraser(from: Point, to: Point, radius: number): Shape[] {
    return this.within(inflate(between(from, to), radius)).filter((shape) =>
      erased(shape, from, to, radius, this.line),
    );
  }

  /** The box around these records, moves in progress included; null if none is here. */
  boundsOf(ids: readonly RecordId[]): Rect | null {
    let all: Rect | null = null;
    for (const id of ids) {
      const shape = this.shapes.get(id);
      if (shape === undefined) continue;
      const bounds = this.boundsNow(shape);
      all = all === null ? bounds : union(all, bounds);
    }
    return all;
  }

  /** Leaves a record unpainted: it is wet, or stands in the text editor. */
  hide(id: RecordId): void {
    if (this.hidden.has(id)) return;
    const shape = this.shapes.get(id);
    if (shape !== undefined) this.touch(id, shape.bounds);
    this.growing.delete(id);
    this.hidden.add(id);
    this.changed();
  }

  show(id: RecordId): void {
    if (!this.hidden.delete(id)) return;
    const shape = this.shapes.get(id);
    if (shape !== undefined) this.addOnTop(shape);
    this.changed();
  }

  /** Paints records as a gesture, one's own or another's, has moved, resized or turned them for the time being. */
  setPreviews(previews: readonly Preview[]): void {
    const before = this.transforms;
    const after = new Map<RecordId, Transform>();
    for (const { records, transform } of previews) {
      if (!moves(transform)) continue;
      for (const id of records) after.set(id, transform);
    }
    const moved = [...new Set([...before.keys(), ...after.keys()])].filter((id) => !sameTransform(before.get(id), after.get(id)));
    if (moved.length === 0) return;
    // Where they were painted, and where they will be.
    for (const id of moved) this.lift(id, before.has(id));
    this.transforms = after;
    for (const id of moved) this.place(id);
    this.changed();
  }

  /** Shows records as a gesture will leave them; none when it is over. */
  setDrafts(drafts: readonly ShapeRecord[]): void {
    if (drafts.length === 0 && this.drafts.size === 0) return;
    const before = this.drafts;
    const after = new Map(drafts.map((draft) => [draft.id, draft]));
    for (const id of after.keys()) this.lift(id, before.has(id));
    this.drafts = after;
    for (const id of before.keys()) if (!after.has(id)) this.settling.add(id);
    this.update([...new Set([...before.keys(), ...after.keys()])]);
    for (const id of before.keys()) if (!after.has(id)) this.place(id);
  }

  /** How a record would be laid out. */
  shaped(record: ShapeRecord): Shape {
    return shapeOf(record, 0, this.line, this.measure);
  }

  /** Paints again what shows a picture that has arrived. */
  imageArrived(asset: string): void {
    for (const shape of this.shapes.values()) {
      if (shape.record.kind === "image" && shape.record.asset === asset) this.touch(shape.record.id, shape.bounds);
    }
    this.changed();
  }

  close(): void {
    this.stacking.clear();
  }

  private put(record: ShapeRecord, z: number, known: Rect | null = null): Shape {
    const before = this.shapes.get(record.id);
    const shape = shapeOf(record, z, this.line, this.measure, known);
    if (before !== undefined) this.grid.delete(before);
    this.shapes.set(record.id, shape);
    this.grid.set(shape, shape.bounds);
    return shape;
  }

  private remove(shape: Shape): void {
    const { id } = shape.record;
    this.touch(id, shape.bounds);
    this.growing.delete(id);
    this.settling.delete(id);
    this.shapes.delete(id);
    this.lines.delete(id);
    this.grid.delete(shape);
  }

  /** Neither hidden nor afloat. */
  private isStill(id: RecordId): boolean {
    return !this.hidden.has(id) && !this.growing.has(id) && !this.transforms.has(id) && !this.drafts.has(id);
  }

  private boundsNow(shape: Shape): Rect {
    const transform = this.transforms.get(shape.record.id);
    return transform === undefined ? shape.bounds : mapRect(transform, shape.bounds);
  }

  /** What `bounds` of a record show has changed. */
  private touch(id: RecordId, bounds: Rect): void {
    if (this.hidden.has(id)) return;
    const transform = this.transforms.get(id);
    const painted = transform === undefined ? bounds : mapRect(transform, bounds);
    if (this.isStill(id)) this.dirty.add(painted);
    else this.shown.add(painted);
  }

  /** Takes a record out of the tiles, before it is moved. */
  private lift(id: RecordId, lifted: boolean): void {
    const shape = this.shapes.get(id);
    if (shape === undefined || this.hidden.has(id)) return;
    if (!lifted && this.isStill(id)) this.dirty.add(shape.bounds);
    this.shown.add(this.boundsNow(shape));
  }

  /** Shows a record where a gesture has it now, or has left it. */
  private place(id: RecordId): void {
    const shape = this.shapes.get(id);
    if (shape === undefined || this.hidden.has(id)) return;
    this.shown.add(this.boundsNow(shape));
    if (!this.isStill(id)) return;
    this.settling.add(id);
    this.dirty.add(shape.bounds);
  }

  /** A stroke that somebody writes floats above the tiles, so that its new points cost no more on a full page. */
  private grow(shape: Shape, before?: Shape, grown?: Rect): void {
    const { id } = shape.record;
    if (this.hidden.has(id)) return;
    const floats = !this.isStill(id);
    if (!floats && !this.isOnTop(shape)) {
      if (grown !== undefined) this.dirty.add(grown);
      else this.dirty.add(shape.bounds);
      return;
    }
    if (!floats && before !== undefined) this.dirty.add(before.bounds);
    if (!floats || this.growing.has(id)) this.growing.set(id, performance.now());
    this.touch(id, grown ?? shape.bounds);
  }

  private addOnTop(shape: Shape): void {
    const { id } = shape.record;
    if (!this.isStill(id)) {
      this.touch(id, shape.bounds);
    } else if (this.isOnTop(shape)) {
      this.added.push(id);
      this.shown.add(shape.bounds);
    } else {
      this.dirty.add(shape.bounds);
    }
  }

  private isOnTop(shape: Shape): boolean {
    if (this.stacking.isTopmost(shape)) return true;
    for (const other of this.grid.query(shape.bounds)) {
      if (other.z > shape.z && this.isStill(other.record.id)) return false;
    }
    return true;
  }
}

function byHeight(a: Shape, b: Shape): number {
  return a.z - b.z;
}
