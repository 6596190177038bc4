/** What a lasso takes: whatever lies mostly inside. */
import { countOf, STRIDE } from "../../canvas/ink";
import { centre, intersects, type Point, type Rect, turn } from "../../canvas/rect";
import { cornersOf, type InkOf, scaledInk, type Shape } from "../../canvas/shape";
import { innerBox } from "./frame";

/** Of a stroke so many points are looked at, evenly along it. */
const PROBES = 40;
/** A box is looked at in so many places a side. */
const PROBES_SIDE = 5;

/** True if more of the shape lies inside the loop than outside. */
export function mostlyInside(shape: Shape, loop: readonly Point[], ink: InkOf): boolean {
  if (!intersects(boxAround(loop), shape.bounds)) return false;
  const probes = probesOf(shape, ink);
  const inside = probes.filter((probe) => inLoop(loop, probe)).length;
  return inside * 2 > probes.length;
}

/** Whether a place lies inside a closed loop; one that crosses itself counts as the eye fills it. */
export function inLoop(loop: readonly Point[], at: Point): boolean {
  let winding = 0;
  for (let i = 0; i < loop.length; i++) {
    const a = loop[i] as Point;
    const b = loop[(i + 1) % loop.length] as Point;
    const side = (b.x - a.x) * (at.y - a.y) - (at.x - a.x) * (b.y - a.y);
    if (a.y <= at.y && b.y > at.y && side > 0) winding++;
    else if (a.y > at.y && b.y <= at.y && side < 0) winding--;
  }
  return winding !== 0;
}

export function boxAround(loop: readonly Point[]): Rect {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const { x, y } of loop) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Places that stand for all of the shape, on the page. */
function probesOf(shape: Shape, ink: InkOf): Point[] {
  const { record } = shape;
  const about = centre(shape.box);
  const onPage = (point: Point): Point => turn(point, about, record.rotation);
  if (record.kind === "stroke") {
    const points = scaledInk(record, ink(record.id));
    const step = Math.max(1, Math.floor(countOf(points) / PROBES));
    const probes = [];
    for (let i = 0; i < countOf(points); i += step) {
      probes.push(onPage({ x: record.x + (points[i * STRIDE] ?? 0), y: record.y + (points[i * STRIDE + 1] ?? 0) }));
    }
    return probes;
  }
  if (record.kind === "line" || record.kind === "arrow") return alongPath(cornersOf(record)).map(onPage);
  const box = innerBox(shape);
  const probes = [];
  for (let i = 0; i < PROBES_SIDE; i++) {
    for (let j = 0; j < PROBES_SIDE; j++) {
      probes.push(onPage({ x: box.x + (box.width * (i + 0.5)) / PROBES_SIDE, y: box.y + (box.height * (j + 0.5)) / PROBES_SIDE }));
    }
  }
  return probes;
}

function alongPath(corners: readonly Point[]): Point[] {
  return corners.slice(1).flatMap((to, i) => {
    const from = corners[i] as Point;
    return Array.from({ length: PROBES_SIDE }, (_, step) => {
      const share = (step + 0.5) / PROBES_SIDE;
      return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    });
  });
}
