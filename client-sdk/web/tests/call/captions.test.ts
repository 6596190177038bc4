import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Captions, STAYS_MS } from "../../src-ts/call/captions.js";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("the last of each stays as long as one reads, and each change is told once", () => {
  const changed = vi.fn();
  const said = new Captions(changed);
  said.say(1, "a bridge");
  said.say(1, "a bridge over");
  said.say(2, "the sea");
  expect([...said.all()]).toEqual([[1, "a bridge over"], [2, "the sea"]]);
  expect(changed).toHaveBeenCalledTimes(3);
  said.say(2, "");
  vi.advanceTimersByTime(STAYS_MS - 1);
  expect([...said.all().keys()]).toEqual([1]);
  vi.advanceTimersByTime(1);
  expect(said.all().size).toBe(0);
  expect(changed).toHaveBeenCalledTimes(5);
});

test("who writes on keeps it, and nothing is left when the call is over", () => {
  const said = new Captions(() => {});
  said.say(1, "one");
  vi.advanceTimersByTime(STAYS_MS - 1);
  said.say(1, "one two");
  vi.advanceTimersByTime(STAYS_MS - 1);
  expect(said.all().get(1)).toBe("one two");
  said.clear();
  expect(said.all().size).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
