import { describe, expect, it } from "vitest";
import decodeQR from "qr/decode.js";
import { layoutOf } from "../src/board/layout";
import { keyName, SHORTCUT_GROUPS, SHORTCUTS } from "../src/board/shortcut-table";
import { appearanceOf } from "../src/state/appearance";
import { readSettings, USUAL } from "../src/state/settings";
import { stepOf } from "../src/ui/focus";
import { type Box, placeBeside } from "../src/ui/place";
import { qrPath } from "../src/ui/Qr";
import { tables } from "../src/words";

describe("the layout of the board's screen", () => {
  const laptop = { width: 1366, height: 768, rem: 16, touch: false };
  const wall = { width: 3840, height: 2160, rem: 32, touch: true };

  it("has the tools beside the sheet where the window is as wide as the sheet", () => {
    expect(layoutOf(laptop, false)).toEqual({ dock: "side", both: false, abreast: 1, call: "side" });
    expect(layoutOf({ width: 844, height: 390, rem: 16, touch: true }, false)).toEqual({ dock: "side", both: false, abreast: 2, call: "side" });
  });

  it("has them below where there is height to spare", () => {
    for (const [width, height] of [[390, 844], [320, 640], [1180, 820], [820, 1180]] as const) {
      expect(layoutOf({ width, height, rem: 16, touch: true }, false).dock).toBe("bottom");
    }
  });

  it("has the pictures of a call at the side of a wide window, and above the board in a narrow one", () => {
    const at = (width: number, height: number) => layoutOf({ width, height, rem: 16, touch: true }, false).call;
    expect([at(1180, 820), at(820, 1180), at(390, 844), at(844, 390), at(900, 700)]).toEqual(["side", "top", "top", "side", "top"]);
  });

  it("has them at both sides of a wall that is touched, and of every panel's own screen", () => {
    expect(layoutOf(wall, false)).toEqual({ dock: "side", both: true, abreast: 2, call: "side" });
    expect(layoutOf({ ...wall, touch: false }, false).both).toBe(false);
    expect(layoutOf(laptop, true).both).toBe(true);
    expect(layoutOf({ width: 1080, height: 1920, rem: 16, touch: true }, true).both).toBe(false);
  });
});

describe("the settings", () => {
  it("are read as far as they can be understood", () => {
    expect(readSettings(null)).toEqual(USUAL);
    expect(readSettings("{not json")).toEqual(USUAL);
    expect(readSettings('"dark"')).toEqual(USUAL);
    expect(readSettings('{"theme":"dark","hand":"left","motion":"fast","more":1}')).toEqual({ ...USUAL, theme: "dark", hand: "left" });
  });

  it("give way to the device where nothing was chosen, and only there", () => {
    const device = { dark: true, contrast: false, still: true };
    expect(appearanceOf(USUAL, device)).toEqual({ theme: "dark", contrast: "normal", motion: "less" });
    expect(appearanceOf({ ...USUAL, theme: "light", contrast: "more" }, device)).toEqual({ theme: "light", contrast: "more", motion: "less" });
  });
});

describe("what floats beside a control", () => {
  const room = { width: 1000, height: 600 };
  const size = { width: 200, height: 100 };

  it("is on the side that was asked for, in line with its middle", () => {
    expect(placeBeside({ left: 400, top: 300, width: 40, height: 40 }, size, room, "below", 10, 8)).toEqual({ left: 320, top: 350 });
    expect(placeBeside({ left: 400, top: 300, width: 40, height: 40 }, size, room, "right", 10, 8)).toEqual({ left: 450, top: 270 });
  });

  it("changes to the other side where there is no room, and never leaves the window", () => {
    expect(placeBeside({ left: 400, top: 560, width: 40, height: 40 }, size, room, "below", 10, 8)).toEqual({ left: 320, top: 450 });
    expect(placeBeside({ left: 980, top: 20, width: 20, height: 20 }, size, room, "below", 10, 8)).toEqual({ left: 792, top: 50 });
    const large = placeBeside({ left: 10, top: 10, width: 20, height: 20 }, { width: 1200, height: 700 }, room, "above", 10, 8);
    expect(large).toEqual({ left: 8, top: 8 });
  });

  it("leaves in sight what it is about, at the nearest place beside that", () => {
    const anchor = { left: 400, top: 100, width: 40, height: 40 };
    const below = (clear: Box) => placeBeside(anchor, size, room, "below", 10, 8, clear);
    expect(below({ left: 450, top: 160, width: 100, height: 80 })).toEqual({ left: 240, top: 150 });
    expect(below({ left: 290, top: 160, width: 100, height: 80 })).toEqual({ left: 400, top: 150 });
    expect(below({ left: 450, top: 300, width: 100, height: 80 })).toEqual({ left: 320, top: 150 });
    expect(below({ left: 300, top: 160, width: 300, height: 80 })).toEqual({ left: 320, top: 250 });
    const lying = { left: 400, top: 500, width: 40, height: 40 };
    const above = (clear: Box) => placeBeside(lying, size, room, "above", 10, 8, clear);
    expect(above({ left: 0, top: 300, width: 1000, height: 150 })).toEqual({ left: 320, top: 190 });
  });

  it("stays where it is for a sliver, and where there is no place beside that", () => {
    const anchor = { left: 400, top: 100, width: 40, height: 40 };
    const below = (clear: Box) => placeBeside(anchor, size, room, "below", 10, 8, clear);
    expect(below({ left: 450, top: 241, width: 100, height: 80 })).toEqual({ left: 320, top: 150 });
    expect(below({ left: 0, top: 160, width: 1000, height: 430 })).toEqual({ left: 320, top: 150 });
  });
});

describe("arrow keys in a bar", () => {
  it("go round, and to either end", () => {
    expect(stepOf("ArrowDown", 2, 3)).toBe(0);
    expect(stepOf("ArrowLeft", 0, 3)).toBe(2);
    expect(stepOf("Home", 2, 3)).toBe(0);
    expect(stepOf("End", 0, 3)).toBe(2);
    expect(stepOf("a", 0, 3)).toBeNull();
  });
});

describe("the QR code", () => {
  it("says the link again when it is read", () => {
    const link = "https://kakehashi.example/b/0rfvg25x68qsy9xbx5f8p2r8tc";
    const { size, path } = qrPath(link);
    const scale = 4;
    const width = size * scale;
    const data = new Uint8Array(width * width * 4).fill(255);
    for (const [, x, y, w] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
      for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
        for (let column = Number(x) * scale; column < (Number(x) + Number(w)) * scale; column++) {
          data.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3);
        }
      }
    }
    expect(decodeQR({ width, height: width, data })).toBe(link);
  });
});

describe("the sheet of keys", () => {
  it("has a word for each entry in both languages, each once in its group", () => {
    for (const words of [tables.en, tables.ja]) {
      for (const group of SHORTCUT_GROUPS) {
        const names = SHORTCUTS.filter((shortcut) => shortcut.group === group).map((shortcut) => shortcut.word(words));
        expect(names.length).toBeGreaterThan(0);
        expect(new Set(names).size).toBe(names.length);
      }
    }
  });

  it("names the keys as they are on the device", () => {
    expect(keyName("Mod", false)).toBe("Ctrl");
    expect(keyName("Mod", true)).toBe("⌘");
    expect(keyName("Z", true)).toBe("Z");
  });
});
