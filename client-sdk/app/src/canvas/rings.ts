/** Circles under pointers that rub out, as large as what they take. */
import type { Point } from "./rect";

export class Rings {
  private readonly rings = new Map<number, HTMLElement>();

  constructor(private readonly parent: HTMLElement) {}

  /** `at` and `radius` are CSS pixels of the surface; null: no circle for this pointer. */
  set(pointer: number, at: Point | null, radius = 0): void {
    const ring = this.rings.get(pointer);
    if (at === null) {
      ring?.remove();
      this.rings.delete(pointer);
      return;
    }
    const { style } = ring ?? this.add(pointer);
    style.width = `${2 * radius}px`;
    style.height = `${2 * radius}px`;
    style.transform = `translate(${at.x - radius}px, ${at.y - radius}px)`;
  }

  clear(): void {
    for (const ring of this.rings.values()) ring.remove();
    this.rings.clear();
  }

  private add(pointer: number): HTMLElement {
    const ring = document.createElement("div");
    ring.className = "eraser-ring";
    this.parent.append(ring);
    this.rings.set(pointer, ring);
    return ring;
  }
}
