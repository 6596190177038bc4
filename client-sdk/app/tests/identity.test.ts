import { describe, expect, it } from "vitest";
import { identity, NAME_MAX, nameOf, rename } from "../src/state/identity";

describe("one's own name", () => {
  it("is one line, trimmed, and not too long", () => {
    expect(nameOf("  三年\n二組 ")).toBe("三年 二組");
    expect(nameOf("\u0000\t\u202e")).toBe("");
    expect(Array.from(nameOf("𠮷".repeat(100)))).toHaveLength(NAME_MAX);
  });

  it("changes when another is given, and only then", () => {
    const before = identity.get();
    expect(before.name).not.toBe("");
    rename("   ");
    expect(identity.get()).toBe(before);
    rename("Room 3-2");
    expect(identity.get()).toEqual({ name: "Room 3-2", color: before.color });
  });
});
