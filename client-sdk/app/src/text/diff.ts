/**
 * What changed between two texts, as one replacement.
 *
 * Everything here counts UTF-16 units, as a textarea does; {@link scalars} turns that into what the
 * board counts. A replacement never starts or ends inside a surrogate pair.
 */

/** `remove` units from `at` are replaced by `insert`. */
export interface Splice {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

/** The smallest single replacement that makes `to` of `from`; null if they are the same. */
export function diff(from: string, to: string): Splice | null {
  if (from === to) return null;
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from.charCodeAt(start) === to.charCodeAt(start)) start++;
  if (start > 0 && isHighSurrogate(from.charCodeAt(start - 1))) start--;
  let end = 0;
  while (
    end < shorter - start &&
    from.charCodeAt(from.length - 1 - end) === to.charCodeAt(to.length - 1 - end)
  ) {
    end++;
  }
  if (end > 0 && isLowSurrogate(from.charCodeAt(from.length - end))) end--;
  return { at: start, remove: from.length - end - start, insert: to.slice(start, to.length - end) };
}

/**
 * Where a position of the old text stands in the new one. At the very place of an insertion it
 * stays before it, or with `after` goes behind it.
 */
export function moved(position: number, splice: Splice, after = false): number {
  const end = splice.at + splice.remove;
  if (position < splice.at || (position === splice.at && !after)) return position;
  if (position >= end) return position - splice.remove + splice.insert.length;
  return splice.at + (after ? splice.insert.length : 0);
}

/** One's own replacement, carried over what others did meanwhile. */
export function rebased(own: Splice, others: readonly Splice[]): Splice {
  let start = own.at;
  let end = own.at + own.remove;
  for (const other of others) {
    start = moved(start, other, own.remove > 0 || other.at < own.at);
    end = Math.max(start, moved(end, other));
  }
  return { at: start, remove: end - start, insert: own.insert };
}

/**
 * Where a caret in one's own text stands once one's own replacement and what others did are both in.
 * A caret in or behind what was just typed stays there.
 */
export function carried(position: number, own: Splice, others: readonly Splice[]): number {
  const landed = rebased(own, others);
  const inside = position - own.at;
  if (inside >= 0 && inside <= own.insert.length) return landed.at + inside;
  const old = inside < 0 ? position : position - own.insert.length + own.remove;
  return moved(others.reduce((place, other) => moved(place, other), old), landed);
}

/** How many Unicode scalar values stand before `units`. */
export function scalars(text: string, units = text.length): number {
  let count = 0;
  for (let i = 0; i < units; i++) if (!isLowSurrogate(text.charCodeAt(i))) count++;
  return count;
}

/** The UTF-16 position behind `count` Unicode scalar values. */
export function units(text: string, count: number): number {
  let position = 0;
  for (let left = count; left > 0 && position < text.length; left--) {
    position += isHighSurrogate(text.charCodeAt(position)) ? 2 : 1;
  }
  return Math.min(position, text.length);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
