/** An index of boxes by the squares of a grid they lie in: what is near a place, without asking all. */
import { intersects, type Rect } from "./rect";

/** Page units. About the size of a few handwritten characters. */
const CELL = 160;

/** A box over more squares than this is kept in a list that every query asks. */
const CELLS_MAX = 64;

export class Grid<T> {
  private readonly cells = new Map<number, Set<T>>();
  private readonly large = new Set<T>();
  private readonly boxes = new Map<T, Rect>();

  set(item: T, box: Rect): void {
    this.delete(item);
    this.boxes.set(item, box);
    const range = cellsOf(box);
    if (range.count > CELLS_MAX) {
      this.large.add(item);
      return;
    }
    forCells(range, (key) => {
      const cell = this.cells.get(key);
      if (cell === undefined) this.cells.set(key, new Set([item]));
      else cell.add(item);
    });
  }

  delete(item: T): void {
    const box = this.boxes.get(item);
    if (box === undefined) return;
    this.boxes.delete(item);
    if (this.large.delete(item)) return;
    forCells(cellsOf(box), (key) => {
      const cell = this.cells.get(key);
      if (cell === undefined) return;
      cell.delete(item);
      if (cell.size === 0) this.cells.delete(key);
    });
  }

  /** All whose box touches `rect`, in no order. */
  query(rect: Rect): Set<T> {
    const found = new Set<T>();
    const consider = (item: T): void => {
      const box = this.boxes.get(item);
      if (box !== undefined && intersects(box, rect)) found.add(item);
    };
    this.large.forEach(consider);
    const range = cellsOf(rect);
    if (range.count > this.cells.size) this.cells.forEach((cell) => cell.forEach(consider));
    else forCells(range, (key) => this.cells.get(key)?.forEach(consider));
    return found;
  }

  clear(): void {
    this.cells.clear();
    this.large.clear();
    this.boxes.clear();
  }
}

interface Cells {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly count: number;
}

function cellsOf(box: Rect): Cells {
  const left = Math.floor(box.x / CELL);
  const top = Math.floor(box.y / CELL);
  const right = Math.floor((box.x + box.width) / CELL);
  const bottom = Math.floor((box.y + box.height) / CELL);
  return { left, top, right, bottom, count: (right - left + 1) * (bottom - top + 1) };
}

function forCells(range: Cells, visit: (key: number) => void): void {
  for (let row = range.top; row <= range.bottom; row++) {
    // Two cells may share a key only if they are 2^20 columns apart; the box test above sorts them out.
    for (let column = range.left; column <= range.right; column++) visit(row * 1048576 + column);
  }
}
