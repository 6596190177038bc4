/** Puts a drawing on the page: where it is, if it fits there; else in the middle, made smaller if need be. */
import { contains, PAGE, type Rect, turnedBox, union } from "../../canvas/rect";
import type { Item } from "./item";

/** Left free around a drawing that had to be moved, in page units. */
const MARGIN = 40;

export function placed(items: readonly Item[]): Item[] {
  const all = items.map(boundsOf).reduce(union);
  if (contains(PAGE, all)) return [...items];
  const scale = Math.min(1, (PAGE.width - 2 * MARGIN) / Math.max(1, all.width), (PAGE.height - 2 * MARGIN) / Math.max(1, all.height));
  const dx = PAGE.x + PAGE.width / 2 - (all.x + all.width / 2) * scale;
  const dy = PAGE.y + PAGE.height / 2 - (all.y + all.height / 2) * scale;
  return items.map((item) => mapped(item, scale, dx, dy));
}

function boundsOf(item: Item): Rect {
  return turnedBox(upright(item), item.rotation);
}

function upright(item: Item): Rect {
  if (item.kind !== "stroke" && !("path" in item)) return { x: item.x, y: item.y, width: item.width, height: item.height };
  const [values, stride] = item.kind === "stroke" ? [item.points, 4] : [item.path, 2];
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < values.length; i += stride) {
    const [x, y] = [values[i] ?? 0, values[i + 1] ?? 0];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Lines and letters stay visible however much a drawing shrinks. */
function mapped(item: Item, scale: number, dx: number, dy: number): Item {
  const x = (value: number): number => value * scale + dx;
  const y = (value: number): number => value * scale + dy;
  const box = (of: Rect): Rect => ({ x: x(of.x), y: y(of.y), width: of.width * scale, height: of.height * scale });
  const thin = (width: number): number => (width === 0 ? 0 : Math.max(0.5, width * scale));
  switch (item.kind) {
    case "stroke":
      return { ...item, strokeWidth: thin(item.strokeWidth), points: item.points.map((value, i) => (i % 4 === 0 ? x(value) : i % 4 === 1 ? y(value) : value)) };
    case "line":
    case "arrow":
    case "polygon":
      return { ...item, strokeWidth: thin(item.strokeWidth), path: item.path.map((value, i) => (i % 2 === 0 ? x(value) : y(value))) };
    case "rectangle":
    case "ellipse":
      return { ...item, ...box(item), strokeWidth: thin(item.strokeWidth) };
    case "text":
    case "note":
      return { ...item, ...box(item), fontSize: Math.max(1, item.fontSize * scale) };
    case "image":
      return { ...item, ...box(item) };
  }
}
