/** Who follows whom. Chains are welcome; a ring would have everybody look at what everybody looks at. */

/** The followers and whom each of them follows. */
export type Links = ReadonlyMap<string, string | null>;

/**
 * The ring that `me` is part of: from `me` on, each one whom the one before follows; the last one
 * follows `me`. Empty if there is none.
 */
export function ringThrough(me: string, links: Links): readonly string[] {
  const way = [me];
  const seen = new Set(way);
  for (let next = links.get(me) ?? null; next !== null; next = links.get(next) ?? null) {
    if (next === me) return way;
    // A ring of others, which `me` only leads into.
    if (seen.has(next)) return [];
    seen.add(next);
    way.push(next);
  }
  return [];
}

/** Milliseconds in which two people may have begun to follow each other without knowing of it. */
export const CROSSING = 1500;
/** Milliseconds after which a ring that nobody has left is left by the one whose name sorts last. */
export const PATIENCE = 4000;

export interface RingTimes {
  /** When `me` began to follow. */
  readonly began: number;
  /** When the one who follows `me` was first seen to do so. */
  readonly followed: number;
  /** When the ring was first seen. */
  readonly closed: number;
  readonly now: number;
}

/**
 * Whether `me` is the one who stops. Whoever chose last gets the view they asked for, so the one they
 * chose stops following; everyone finds that out alone. Where it cannot be told who was last, the ring
 * stands a while (and nobody's view moves), until the last by name leaves it.
 */
export function leavesRing(me: string, ring: readonly string[], times: RingTimes): boolean {
  if (ring.length === 0) return false;
  if (times.followed - times.began > CROSSING) return true;
  return times.now - times.closed >= PATIENCE && ring.every((other) => other <= me);
}
