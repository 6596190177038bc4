import { describe, expect, it } from "vitest";
import { identity, NAME_COLORS, NAME_MAX, nameOf, recolor, rename, standOut } from "../src/state/identity";

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

describe("one's own colour", () => {
  const others = (colors: readonly string[]): readonly string[] => colors.map((color) => `${color}ff`);

  it("is one that nobody else has, as long as there is one", () => {
    const mine = identity.get().color.slice(0, 7);
    const last = NAME_COLORS.find((color) => color !== mine) ?? "";
    standOut(others([last]));
    expect(identity.get().color).toBe(`${mine}ff`);
    standOut(others(NAME_COLORS.filter((color) => color !== last)));
    expect(identity.get().color).toBe(`${last}ff`);
    standOut(others(NAME_COLORS));
    expect(identity.get().color).toBe(`${last}ff`);
  });

  it("stays when it was chosen", () => {
    const [chosen = ""] = NAME_COLORS;
    recolor(chosen);
    standOut(others([chosen]));
    expect(identity.get().color).toBe(`${chosen}ff`);
  });
});
