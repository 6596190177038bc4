import { describe, expect, it } from "vitest";
import { carried, diff, moved, rebased, scalars, type Splice, units } from "../src/text/diff";

function apply(text: string, splice: Splice | null): string {
  return splice === null ? text : text.slice(0, splice.at) + splice.insert + text.slice(splice.at + splice.remove);
}

describe("diff", () => {
  it.each([
    ["", ""],
    ["", "あ"],
    ["きょうは", "きょうも"],
    ["hello world", "hello brave world"],
    ["aaaa", "aaa"],
    ["aXa", "aa"],
    ["😀😁", "😀😂😁"],
    ["😀", "😁"],
    ["a😀b", "ab"],
    ["𠮷野", "吉野"],
  ])("turns %j into %j", (from, to) => {
    const splice = diff(from, to);
    expect(apply(from, splice)).toBe(to);
    if (splice !== null) {
      expect(splice.insert).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
      expect(from.slice(splice.at, splice.at + splice.remove)).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
    }
  });

  it("is as small as it can be", () => {
    expect(diff("hello world", "hello brave world")).toEqual({ at: 6, remove: 0, insert: "brave " });
    expect(diff("abc", "abc")).toBeNull();
  });

  it("keeps whole characters that share half of their pair", () => {
    // Both begin with the same high surrogate.
    expect(diff("😀", "😁")).toEqual({ at: 0, remove: 2, insert: "😁" });
  });
});

describe("what others typed meanwhile", () => {
  it("moves a caret that stands behind it, and leaves one before it", () => {
    const insertion = { at: 3, remove: 0, insert: "xy" };
    expect(moved(2, insertion)).toBe(2);
    expect(moved(3, insertion)).toBe(3);
    expect(moved(4, insertion)).toBe(6);
    const removal = { at: 3, remove: 4, insert: "" };
    expect(moved(5, removal)).toBe(3);
    expect(moved(9, removal)).toBe(5);
  });

  it("keeps both texts whole when a composition ends after it", () => {
    const base = "今日は晴れ";
    const remote = [diff(base, "ねえ今日は晴れ") as Splice, diff("ねえ今日は晴れ", "ねえ今日は晴れだね") as Splice];
    const own = diff(base, "今日はとても晴れ") as Splice;
    expect(apply("ねえ今日は晴れだね", rebased(own, remote))).toBe("ねえ今日はとても晴れだね");
  });

  it("leaves the caret behind what was composed", () => {
    const remote = [diff("ab", "<<ab") as Splice, diff("<<ab", "<<ab>>") as Splice];
    const own = diff("ab", "ab漢字") as Splice;
    expect(apply("<<ab>>", rebased(own, remote))).toBe("<<ab漢字>>");
    expect(carried(4, own, remote)).toBe("<<ab漢字".length);
    expect(carried(0, own, remote)).toBe(0);
    expect(carried(1, own, remote)).toBe(3);
  });

  it("removes only what one removed oneself", () => {
    const base = "one two three";
    const own = diff(base, "one three") as Splice;
    const remote = diff(base, "zero one two three") as Splice;
    expect(apply("zero one two three", rebased(own, [remote]))).toBe("zero one three");
  });
});

describe("counting", () => {
  it("counts scalar values where a textarea counts UTF-16 units", () => {
    expect(scalars("a😀字")).toBe(3);
    expect(scalars("a😀字", 3)).toBe(2);
    expect(units("a😀字", 2)).toBe(3);
    expect(units("a😀字", 99)).toBe(4);
  });
});
