/**
 * The current page as the renderer sees it: every record's shape, an index of where they lie, and
 * what became dirty. It follows the board's events and never changes the board.
 */
import type { Board, Preview, RecordId, ShapeRecord, Transform } from "@kakehashi/client";
import { Dirty } from "./dirty";
import { Grid } from "./grid";
import { erased, inBox, touches } from "./hit";
import { between, inflate, type Point, type Rect, union } from "./rect";
import { LineCache } from "./line-cache";
import { grownBounds, type InkOf, type LineOf, type Shape, shapeOf } from "./shape";
import type { Measure } from "./text-layout";
import { mapRect, moves, sameTransform } from "./transform";

/** Above so many records their order is read again only when there is a pause. */
const ORDER_AT_ONCE_MAX = 2000;
/** Milliseconds. */
const ORDER_PAUSE = 250;

export class Scene {
  readonly dirty = new Dirty();
  readonly ink: InkOf;
  readonly line: LineOf;
  private readonly lines: LineCache;
  private readonly shapes = new Map<RecordId, Shape>();
  private readonly grid = new Grid<Shape>();
  private readonly hidden = new Set<RecordId>();
  private transforms = new Map<RecordId, Transform>();
  private drafts = new Map<RecordId, ShapeRecord>();
  private top = 0;
  private orderTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly board: Board,
    private readonly measure: (font: string) => Measure,
    private readonly changed: () => void,
  ) {
    this.ink = (id) => board.ink(id);
    const lines = new LineCache(this.ink);
    this.lines = lines;
    this.line = (record) => lines.get(record);
  }

  /** Forgets what was hidden and moved on another page. */
  turnPage(): void {
    this.hidden.clear();
    this.transforms = new Map();
    this.drafts = new Map();
    this.reload();
  }

  /** Reads the whole page anew. */
  reload(): void {
    clearTimeout(this.orderTimer);
    this.shapes.clear();
    this.lines.clear();
    this.grid.clear();
    this.top = 0;
    for (const record of this.board.records()) this.put(this.drafts.get(record.id) ?? record, this.top++);
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
      const grown = before === undefined ? null : grownPart(before.record, record);
      const after = this.put(record, before?.z ?? this.top++);
      orderMayDiffer ||= grown === null;
      if (grown !== null && record.kind === "stroke") {
        this.touch(id, grownBounds(record, grown, this.line));
      } else {
        if (before !== undefined) this.touch(id, before.bounds);
        this.touch(id, after.bounds);
      }
    }
    if (orderMayDiffer) this.readOrderSoon();
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
    return [...found]
      .filter((shape) => !this.hidden.has(shape.record.id))
      .sort((a, b) => a.z - b.z);
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
      const transform = this.transforms.get(id);
      const bounds = transform === undefined ? shape.bounds : mapRect(transform, shape.bounds);
      all = all === null ? bounds : union(all, bounds);
    }
    return all;
  }

  /** Leaves a record unpainted: it is wet, or stands in the text editor. */
  hide(id: RecordId): void {
    if (this.hidden.has(id)) return;
    this.repaint(id);
    this.hidden.add(id);
  }

  show(id: RecordId): void {
    if (this.hidden.delete(id)) this.repaint(id);
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
    // Where they were painted, and where they will be.
    for (const id of moved) this.repaint(id);
    this.transforms = after;
    for (const id of moved) this.repaint(id);
  }

  /** Shows records as a gesture will leave them; none when it is over. */
  setDrafts(drafts: readonly ShapeRecord[]): void {
    if (drafts.length === 0 && this.drafts.size === 0) return;
    const before = this.drafts;
    this.drafts = new Map(drafts.map((draft) => [draft.id, draft]));
    this.update([...new Set([...before.keys(), ...this.drafts.keys()])]);
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
    clearTimeout(this.orderTimer);
  }

  private put(record: ShapeRecord, z: number): Shape {
    const before = this.shapes.get(record.id);
    const shape = shapeOf(record, z, this.line, this.measure);
    if (before !== undefined) this.grid.delete(before);
    this.shapes.set(record.id, shape);
    this.grid.set(shape, shape.bounds);
    return shape;
  }

  private remove(shape: Shape): void {
    this.touch(shape.record.id, shape.bounds);
    this.shapes.delete(shape.record.id);
    this.lines.delete(shape.record.id);
    this.grid.delete(shape);
  }

  private repaint(id: RecordId): void {
    const shape = this.shapes.get(id);
    if (shape === undefined) return;
    this.touch(id, shape.bounds);
    this.changed();
  }

  private touch(id: RecordId, bounds: Rect): void {
    if (this.hidden.has(id)) return;
    const transform = this.transforms.get(id);
    this.dirty.add(transform === undefined ? bounds : mapRect(transform, bounds));
  }

  /** New records are put on top at once; where they really stand is read when it costs nobody anything. */
  private readOrderSoon(): void {
    clearTimeout(this.orderTimer);
    const pause = this.shapes.size > ORDER_AT_ONCE_MAX ? ORDER_PAUSE : 0;
    this.orderTimer = setTimeout(() => this.readOrder(), pause);
  }

  private readOrder(): void {
    let last = -1;
    let inOrder = true;
    const order = this.board.order();
    for (const id of order) {
      const z = this.shapes.get(id)?.z ?? Infinity;
      if (z <= last) inOrder = false;
      last = z;
    }
    this.top = order.length;
    order.forEach((id, z) => {
      const shape = this.shapes.get(id);
      if (shape === undefined) return;
      if (!inOrder && shape.z !== z) this.touch(id, shape.bounds);
      shape.z = z;
    });
    if (!inOrder) this.changed();
  }
}

/** How many points a stroke had before, if it only gained some; else null. */
function grownPart(before: ShapeRecord, after: ShapeRecord): number | null {
  if (before.kind !== "stroke" || after.kind !== "stroke") return null;
  const same =
    sameLook(before, after) &&
    before.x === after.x &&
    before.y === after.y &&
    before.rotation === 0 &&
    after.rotation === 0 &&
    before.color === after.color;
  return same && after.points >= before.points ? before.points : null;
}

function sameLook(
  before: { strokeWidth: number; scaleX: number; scaleY: number },
  after: { strokeWidth: number; scaleX: number; scaleY: number },
): boolean {
  return (
    before.strokeWidth === after.strokeWidth && before.scaleX === after.scaleX && before.scaleY === after.scaleY
  );
}
