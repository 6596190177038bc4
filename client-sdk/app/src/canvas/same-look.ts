/** Whether a record that changed has to be painted again. */
import type { ShapeRecord } from "@kakehashi/client";

/** What of a record is not painted. */
const UNSEEN = new Set(["unsaved", "locked"]);

/**
 * How many points a stroke had before, if it only gained some; 0 for other records that look as before;
 * else null: it has to be painted again.
 */
export function grownPart(before: ShapeRecord, after: ShapeRecord): number | null {
  if (before.kind === "stroke" && after.kind === "stroke") {
    // A turned stroke turns about its middle, which moves with every point.
    const grows = after.points > before.points && after.rotation === 0;
    return (grows || after.points === before.points) && looksAlike({ ...before, points: 0 }, { ...after, points: 0 }) ? before.points : null;
  }
  return looksAlike(before, after) ? 0 : null;
}

export function looksAlike(before: ShapeRecord, after: ShapeRecord): boolean {
  const one = Object.entries(before);
  const other = new Map<string, unknown>(Object.entries(after));
  return one.length === other.size && one.every(([key, value]) => UNSEEN.has(key) || same(value, other.get(key)));
}

function same(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((value, i) => value === other[i]);
}
