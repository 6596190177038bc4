/** Which of some things changed their place among the others. */

/**
 * The indexes whose values have to move so that all values rise: all but a longest rising run. In a list
 * of 20,000 from which one was moved, it is that one, and not all that it passed.
 */
export function outOfOrder(values: readonly number[]): number[] {
  // Patience sorting: the smallest last index of a rising run of each length.
  const lasts: number[] = [];
  const before = new Int32Array(values.length).fill(-1);
  values.forEach((value, i) => {
    let low = 0;
    let high = lasts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[lasts[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    if (low > 0) before[i] = lasts[low - 1] ?? -1;
    lasts[low] = i;
  });
  const rising = new Uint8Array(values.length);
  for (let i = lasts[lasts.length - 1] ?? -1; i >= 0; i = before[i] ?? -1) rising[i] = 1;
  const moved: number[] = [];
  for (let i = 0; i < values.length; i++) if (rising[i] === 0) moved.push(i);
  return moved;
}
