import { describe, expect, it } from "vitest";
import { plainlyNamed, plainName } from "../src-ts/names";

describe("a name that another client sent", () => {
  it("turns no words around it, breaks no line, and keeps all letters and emoji", () => {
    expect(plainName("Ai\u202eko\u2066 \u200f")).toBe("Aiko");
    expect(plainName("a\nb\u2028c\u0000\td")).toBe("a b c d");
    for (const name of ["愛子", "محمد علي", "👩‍🏫 Zoë"]) expect(plainName(name)).toBe(name);
    expect(plainlyNamed({ name: "\u202eA", color: "#000000ff" })).toEqual({ name: "A", color: "#000000ff" });
  });
});
