import type { ShapeRecord, TextRecord } from "@kakehashi/client";
import { describe, expect, it, vi } from "vitest";
import { targetOf } from "../src/door/code";
import { headingOf } from "../src/state/recent-heading";

vi.stubGlobal("location", { search: "", pathname: "/" });
vi.stubGlobal("navigator", { languages: ["en"] });
const { panelOf } = await import("../src/kiosk/panel");
const { restOf } = await import("../src/kiosk/rest");
const { keyInFragment } = await import("../src/state/entry");

const BOARD = "2gv4mzt6ksc8w5rjq9h3xbnpde";

describe("what one joins by", () => {
  it.each([
    [`https://board.example/b/${BOARD}`, { board: BOARD }],
    [`http://10.0.0.7:8080/b/${BOARD}?lang=ja#here`, { board: BOARD }],
    [`Come: https://board.example/b/${BOARD.toUpperCase()} now`, { board: BOARD }],
    [BOARD, { board: BOARD }],
    ["ｈｔｔｐｓ：／／ｂｏａｒｄ／ｂ／" + BOARD, { board: BOARD }],
    ["123-456-789", { code: "123456789" }],
    ["コード：１２３　４５６　７８９", { code: "123456789" }],
    ["Code: 123 456 789, at ten", { code: "123456789" }],
  ])("%s", (typed, target) => {
    expect(targetOf(typed)).toEqual(target);
  });

  it.each(["", "1234567890", "12345678", `https://board.example/b/${BOARD.slice(1)}`, `https://board.example/b/${BOARD}x`, "hello", "12 34 56 78 90"])(
    "refuses %s",
    (typed) => {
      expect(targetOf(typed)).toBeNull();
    },
  );
});

describe("a board's heading", () => {
  const text = (fontSize: number, y: number, content: string): TextRecord => ({
    id: `${y}`,
    author: "",
    kind: "text",
    x: 0,
    y,
    width: 100,
    height: 20,
    rotation: 0,
    locked: false,
    unsaved: false,
    color: "#000000ff",
    fill: null,
    fontSize,
    align: "start",
    text: content,
  });

  it("is the largest writing, of equals the topmost, and its first line that says something", () => {
    expect(headingOf([text(20, 0, "small"), text(40, 90, "below"), text(40, 50, "\n  Tides \nof Iki")])).toBe("Tides");
  });

  it("is not there without writing by keyboard, and never longer than a name may be", () => {
    const ink = { ...text(40, 0, ""), kind: "rectangle" } as unknown as ShapeRecord;
    expect(headingOf([ink, text(40, 0, " \n ")])).toBeNull();
    expect(headingOf([text(40, 0, "架".repeat(100))])).toHaveLength(60);
  });
});

describe("a panel", () => {
  it("goes on where it was, and begins anew from what it does not understand", () => {
    const open = { board: BOARD, code: "123456789" };
    expect(panelOf(JSON.stringify({ open, next: { board: 7 } }))).toEqual({ open, next: null });
    for (const kept of [null, "", "{", "[]", "3", '{"open":null}']) expect(panelOf(kept)).toEqual({ open: null, next: null });
  });

  it("rests after half an hour, or as its address says", () => {
    expect(restOf("")).toBe(1_800_000);
    expect(restOf("?rest=5")).toBe(300_000);
    expect(restOf("?rest=0")).toBeNull();
    expect(restOf("?rest=99999")).toBe(86_400_000);
    expect(restOf("?rest=-1")).toBe(1_800_000);
    expect(restOf("?rest=soon")).toBe(1_800_000);
  });
});

describe("a link with a role", () => {
  const board = "2gv4mzt6ksc8w5rjq9h3xbnpde";
  const token = "0123456789abcdef".repeat(4);

  it("brings its token along, wherever it was pasted", () => {
    expect(targetOf(`Here: https://board.example/b/${board}?lang=ja#link=${token}, until Friday`)).toEqual({ board, link: token });
    expect(keyInFragment(`#link=${token}`)).toEqual({ link: token });
  });

  it("is a plain link where the token is none", () => {
    for (const wrong of [token.slice(1), `${token}0`, token.toUpperCase(), "x".repeat(64)]) {
      expect(targetOf(`https://board.example/b/${board}#link=${wrong}`)).toEqual({ board });
      expect(keyInFragment(`#link=${wrong}`)).toBeNull();
    }
    expect(keyInFragment(`#link=${token}&x`)).toBeNull();
  });
});
