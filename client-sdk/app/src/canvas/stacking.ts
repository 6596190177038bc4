/** Which of a page's shapes lies above which. */
import type { RecordId } from "@kakehashi/client";
import { Calm } from "../state/calm";
import { outOfOrder } from "./order";
import type { Shape } from "./shape";

/** Above so many records their order is read again only when there is a pause. */
const AT_ONCE_MAX = 2000;
/** Milliseconds without a change, and the longest time that it is put off. */
const PAUSE = 250;
const RESTLESS = 3000;

export class Stacking {
  private count = 0;
  /** New records are put on top at once; where they really stand is read when it costs nobody anything. */
  private readonly reading = new Calm(
    () => this.read(),
    () => (this.shapes.size > AT_ONCE_MAX ? PAUSE : 0),
    RESTLESS,
  );

  constructor(
    private readonly order: () => readonly RecordId[],
    private readonly shapes: ReadonlyMap<RecordId, Shape>,
    private readonly moved: (shapes: readonly Shape[]) => void,
  ) {}

  /** The place above all others. */
  next(): number {
    return this.count++;
  }

  isTopmost(shape: Shape): boolean {
    return shape.z === this.count - 1;
  }

  /** Something changed; `differs`: perhaps the order too. */
  change(differs: boolean): void {
    if (differs) this.reading.ask();
    else this.reading.disturb();
  }

  clear(): void {
    this.reading.stop();
    this.count = 0;
  }

  private read(): void {
    const shapes = this.order().flatMap((id) => this.shapes.get(id) ?? []);
    const moved = outOfOrder(shapes.map((shape) => shape.z));
    this.count = shapes.length;
    shapes.forEach((shape, z) => {
      shape.z = z;
    });
    if (moved.length > 0) this.moved(moved.flatMap((i) => shapes[i] ?? []));
  }
}
