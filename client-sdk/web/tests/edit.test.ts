import { describe, expect, it } from "vitest";
import { EditError, type PageEntry } from "../src-ts/api";
import { NOW, change, coreWithPage, drain, liveCore, shapes } from "./support/core";

describe("the edits of a change, in the core", () => {
  it("begins in step with an empty board", () => {
    const core = liveCore();
    expect(core.status()).toBe("live");
    expect(JSON.parse(core.pages())).toEqual([]);
    expect(core.unsaved()).toBe(0);
  });

  it("makes a stroke that reads back as it was drawn", () => {
    const { core, page } = coreWithPage();
    const stroke = change(core, page, (edit) => {
      const id = edit.create({ kind: "stroke", tool: "highlighter", color: "#ff800080", strokeWidth: 12.5 });
      edit.appendInk(id, new Float64Array([10, 20, 0.5, 0, 10.125, 20.25, 0.5, 8, -3, 40.5, 1, 16]));
      return id;
    });
    change(core, page, (edit) => edit.appendInk(stroke, new Float64Array([0, 0, 0, 24])));

    expect(shapes(core, page)).toEqual([
      expect.objectContaining({ id: stroke, kind: "stroke", tool: "highlighter", color: "#ff800080", strokeWidth: 12.5, points: 4, unsaved: true, author: "1122334455667788" }),
    ]);
    const ink = core.ink(page, stroke);
    const points = [0, 1, 2, 3].map((at) => Array.from(ink.subarray(at * 4, at * 4 + 4)));
    expect(points.map(([x, y, , time]) => [x, y, time])).toEqual([[10, 20, 0], [10.125, 20.25, 8], [-3, 40.5, 16], [0, 0, 24]]);
    expect(points[0]![2]).toBeCloseTo(0.5, 2);
    expect(points[2]![2]).toBe(1);
    expect(points[3]![2]).toBe(0);
  });

  it("gives each change to the device and to the server in the same bytes", () => {
    const { core, page } = coreWithPage();
    drain(core);
    change(core, page, (edit) => edit.create({ kind: "rectangle", x: 1, y: 2, width: 3, height: 4 }));
    const { sent, requests } = drain(core);
    const kept = requests.find((request) => request.kind === "persist");
    expect(kept?.bytes.length).toBeGreaterThan(0);
    const all = Buffer.concat(sent);
    expect(all.includes(Buffer.from(kept!.bytes))).toBe(true);
  });

  it("keeps every property of a shape, and unsets a fill", () => {
    const { core, page } = coreWithPage();
    const note = change(core, page, (edit) => {
      const id = edit.create({ kind: "note", x: 8.5, y: -4, width: 300, height: 200, fill: "#FFEE00ff", fontSize: 24, align: "center" });
      edit.insertText(id, 0, "橋をかける𠮷");
      edit.deleteText(id, 1, 1);
      return id;
    });
    expect(shapes(core, page)[0]).toMatchObject({ kind: "note", x: 8.5, y: -4, width: 300, height: 200, fill: "#ffee00ff", fontSize: 24, align: "center", text: "橋かける𠮷" });
    change(core, page, (edit) => edit.set(note, { fill: null, rotation: -90, locked: true }));
    expect(shapes(core, page)[0]).toMatchObject({ fill: null, rotation: 270, locked: true, align: "center" });

    const line = change(core, page, (edit) => edit.create({ kind: "line", x: 0, y: 0, path: [0, 0, 10.5, -2] }));
    expect(shapes(core, page)[1]).toMatchObject({ id: line, kind: "line", path: [0, 0, 10.5, -2] });
    change(core, page, (edit) => edit.reorder(line, "back"));
    expect(shapes(core, page).map((shape) => shape.id)).toEqual([line, note]);
    change(core, page, (edit) => edit.remove([line]));
    expect(core.undo(0, NOW)).toBe(true);
    expect(shapes(core, page).map((shape) => shape.id)).toEqual([line, note]);
  });

  it("lists pages with what was set", () => {
    const { core, page } = coreWithPage();
    const second = change(core, page, (edit) => {
      const id = edit.addPage(page);
      edit.setPage(id, { title: "分数 \"1/2\"", background: "staves", locked: true });
      return id;
    });
    const pages = () => JSON.parse(core.pages()) as PageEntry[];
    expect(pages()).toEqual([
      { id: page, title: "", hidden: false, background: "plain", locked: false },
      { id: second, title: "分数 \"1/2\"", hidden: false, background: "staves", locked: true },
    ]);
    change(core, page, (edit) => edit.movePage(second, null));
    expect(pages().map((entry) => entry.id)).toEqual([second, page]);
    change(core, page, (edit) => edit.removePage(second));
    expect(pages().map((entry) => entry.id)).toEqual([page]);
  });
});

describe("values out of range", () => {
  const box = { kind: "rectangle", x: 0, y: 0, width: 10, height: 10 } as const;
  const far = 200_000;

  it.each([
    ["a colour by name", { color: "red" }],
    ["a colour without its opacity", { color: "#ff0000" }],
    ["a place outside all pages", { x: far }],
    ["a place without end", { y: Number.POSITIVE_INFINITY }],
    ["a negative width", { width: -1 }],
    ["a line thicker than allowed", { strokeWidth: far }],
    ["letters of no height", { fontSize: -3 }],
    ["an alignment that does not exist", { align: "left" as "start" }],
    ["a path of more corners than allowed", { path: Array.from({ length: 5_000 }, () => 0) }],
  ])("%s throws, and changes nothing", (_what, patch) => {
    const { core, page } = coreWithPage();
    const id = change(core, page, (edit) => edit.create(box));
    drain(core);
    const [before, unsaved, digest] = [core.records(page), core.unsaved(), core.digest(page)];
    const attempt = () =>
      change(core, page, (edit) => {
        edit.create(box);
        edit.set(id, patch);
      });
    expect(attempt).toThrow(EditError);
    expect(attempt).toThrow(/\w{3,}/);
    expect([core.records(page), core.unsaved(), core.digest(page)]).toEqual([before, unsaved, digest]);
    expect(drain(core).requests).toEqual([]);
    // The next change is not disturbed.
    change(core, page, (edit) => edit.set(id, { x: 5 }));
    expect(shapes(core, page)[0]).toMatchObject({ id, x: 5 });
  });

  it("names that are no names throw", () => {
    const { core, page } = coreWithPage();
    for (const name of ["", "x", "1122334455667788", "1122334455667788.-1", "1122334455667788.99999999999999999999"]) {
      expect(() => change(core, page, (edit) => edit.set(name, { x: 1 })), name).toThrow(EditError);
    }
    expect(() => change(core, page, (edit) => edit.set("00000000000000aa.7", { x: 1 }))).toThrow(EditError);
    expect(() => change(core, page, (edit) => edit.create({ kind: "image", x: 0, y: 0, width: 1, height: 1, asset: "abc" }))).toThrow(EditError);
    expect(shapes(core, page)).toEqual([]);
  });

  it("an edit that was not made says which sentence fits", () => {
    const { core, page } = coreWithPage();
    const codeOf = (write: Parameters<typeof change>[2]): string => {
      try {
        change(core, page, write);
      } catch (error) {
        return error instanceof EditError ? error.code : "another error";
      }
      return "none";
    };
    expect(codeOf((edit) => edit.set("00000000000000aa.7", { x: 1 }))).toBe("refused-missing");
    expect(codeOf((edit) => edit.create({ ...box, width: -1 }))).toBe("refused-value");
    const samples = new Float64Array(4 * 50_000).map((_, at) => (at % 4 === 3 ? at : at % 7));
    expect(codeOf((edit) => edit.appendInk(edit.create({ kind: "stroke" }), samples))).toBe("refused-limit");
  });

  it("ink goes only onto strokes, and stays within what a stroke may hold", () => {
    const { core, page } = coreWithPage();
    const rectangle = change(core, page, (edit) => edit.create(box));
    expect(() => change(core, page, (edit) => edit.appendInk(rectangle, new Float64Array([0, 0, 0, 0])))).toThrow(EditError);
    const samples = new Float64Array(4 * 50_000).map((_, at) => (at % 4 === 3 ? at : at % 7));
    expect(() =>
      change(core, page, (edit) => {
        const stroke = edit.create({ kind: "stroke" });
        edit.appendInk(stroke, samples);
      }),
    ).toThrow(EditError);
    expect(shapes(core, page).map((shape) => shape.id)).toEqual([rectangle]);
  });
});
