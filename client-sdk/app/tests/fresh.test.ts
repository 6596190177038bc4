/** Samples that a browser tells of twice are taken once, in whichever order and however coarse its clock is. */
import { describe, expect, test } from "vitest";
import { Fresh, type Way } from "../src/canvas/fresh";

/** The numbers of the samples taken, of events that tell of some: each sample is `[number, time]`. */
function taken(since: number, events: readonly (readonly [Way, readonly (readonly [number, number])[]])[]): number[] {
  const fresh = new Fresh(since);
  return events.flatMap(([way, samples]) =>
    fresh.of(way, samples.map(([number, timeStamp]) => ({ number, timeStamp }))).map(({ number }) => number),
  );
}

/** Samples by number, each with the time that `clock` gives it. */
const made = (from: number, to: number, clock: (i: number) => number): [number, number][] =>
  Array.from({ length: to - from + 1 }, (_, i) => [from + i, clock(from + i)]);

describe.each([
  ["fine", (i: number): number => 10 + i],
  ["coarse", (i: number): number => 10 + Math.floor(i / 3) * 3],
  ["standing", (): number => 10],
])("a %s clock", (_, clock) => {
  const some = (from: number, to: number): [number, number][] => made(from, to, clock);

  test("raw first", () => {
    expect(taken(10, [["raw", some(1, 1)], ["raw", some(2, 4)], ["frame", some(1, 4)], ["raw", some(5, 5)], ["frame", some(5, 5)]])).toEqual([1, 2, 3, 4, 5]);
  });
  test("raw late", () => {
    expect(taken(10, [["raw", some(1, 1)], ["frame", some(1, 4)], ["raw", some(2, 4)], ["raw", some(5, 6)], ["frame", some(5, 6)]])).toEqual([1, 2, 3, 4, 5, 6]);
  });
  test("no raw ones", () => {
    expect(taken(10, [["frame", some(1, 2)], ["frame", some(3, 3)], ["frame", some(4, 7)]])).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });
});

test("what came before the pointer went down is not part of the line", () => {
  expect(taken(20, [["raw", [[1, 18], [2, 19]]], ["raw", [[3, 21]]], ["frame", [[3, 21]]]])).toEqual([3]);
});
