import { describe, expect, it } from "vitest";
import { parseCode, showCode } from "../src/door/code";

describe("a board's code", () => {
  it.each(["123456789", "123-456-789", " 123 456 789 ", "１２３４５６７８９", "１２３－４５６－７８９", "123ー456ー789", "123–456—789", "123.456.789", "１２３　４５６　７８９"])(
    "reads %s",
    (typed) => {
      expect(parseCode(typed)).toBe("123456789");
    },
  );

  it.each(["", "12345678", "1234567890", "12345678a", "abcdefghi", "一二三四五六七八九"])("refuses %s", (typed) => {
    expect(parseCode(typed)).toBeNull();
  });

  it("keeps leading zeros and shows three groups", () => {
    expect(parseCode("001-020-300")).toBe("001020300");
    expect(showCode("001020300")).toBe("001-020-300");
  });
});
