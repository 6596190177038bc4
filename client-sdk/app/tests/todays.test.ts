/** What is said of a session's date, and what a panel makes of those that it has kept. */
import { expect, test } from "vitest";
import { occurrencesOf } from "../src/kiosk/todays";
import { standingOf } from "../src/state/timetable";

test("a date is cancelled before all else, live as long as somebody meets, and ended with its time", () => {
  const at = (cancelled: boolean, live: boolean, now: number) => standingOf({ cancelled, live, ends_ms: 1_000 }, now);
  expect([at(false, false, 999), at(false, false, 1_000)]).toEqual(["planned", "ended"]);
  expect([at(false, true, 999), at(false, true, 1_001)]).toEqual(["live", "live"]);
  expect(at(true, true, 1_001)).toBe("cancelled");
});

test("what a panel has kept is not live any more, and what it cannot understand is left out", () => {
  const kept = { title: "English", board: "b", code: "123", owner: "Aoi", live: true, starts_ms: 1, ends_ms: 2, opens_ms: 0, closes_ms: 3 };
  expect(occurrencesOf([kept, { ...kept, opens_ms: "soon" }, null, 7])).toEqual([{ ...kept, live: false }]);
  expect(occurrencesOf({ 0: kept })).toEqual([]);
});
