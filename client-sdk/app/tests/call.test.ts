/** The call on the screen: which tiles fit and who is in them, what is said of the line, what the device check advises. */
import type { CallMember, CallRung, CallSource } from "@kakehashi/client";
import { describe, expect, it } from "vitest";
import { type Findings, knownOf, troubleOf, verdictOf } from "../src/board/call/check";
import { choicesOf, USUAL_CHOICES } from "../src/board/call/choices";
import { lineWordOf } from "../src/board/call/line";
import { boardOfPanel } from "../src/board/call/room";
import { gridOf, sharesScreen, shownMembers, type TileRoom, wishesOf } from "../src/board/call/tiles";
import { initialsOf } from "../src/board/call/who";

const LAPTOP: TileRoom = { width: 200, height: 560, gap: 8, nameHeight: 24, widthMin: 96, widthMax: 400 };

function member(number: number, sends: readonly CallSource[] = [], own = false): CallMember {
  return { member: number, actor: `actor${number}`, own, connected: true, speaking: false, tracks: new Map(sends.map((source) => [source, { muted: false }])) };
}

describe("tiles", () => {
  it("are as large as the strip is wide, as long as all have room", () => {
    expect(gridOf(LAPTOP, 3)).toMatchObject({ columns: 1, width: 200, height: 112.5 });
  });

  it("stand in columns where they would not fit in one, and are never wider than the room", () => {
    for (let count = 1; count <= 30; count++) {
      const grid = gridOf(LAPTOP, count);
      expect(grid.columns * grid.width + (grid.columns - 1) * LAPTOP.gap, `${count}`).toBeLessThanOrEqual(LAPTOP.width + 0.01);
      const rows = Math.ceil(Math.min(count, grid.capacity) / grid.columns);
      expect(rows * (grid.height + LAPTOP.nameHeight) + (rows - 1) * LAPTOP.gap, `${count}`).toBeLessThanOrEqual(LAPTOP.height + 0.01);
    }
    expect(gridOf(LAPTOP, 8)).toMatchObject({ columns: 2, capacity: 8, width: 96 });
  });

  it("leave some out where even the smallest do not fit", () => {
    const { capacity, width } = gridOf(LAPTOP, 50);
    expect(width).toBeGreaterThanOrEqual(LAPTOP.widthMin);
    expect(capacity).toBeGreaterThanOrEqual(6);
    expect(capacity).toBeLessThan(50);
  });

  it("stand side by side in a strip above the board", () => {
    const phone: TileRoom = { width: 374, height: 88, gap: 6, nameHeight: 20, widthMin: 88, widthMax: 400 };
    expect(gridOf(phone, 3)).toMatchObject({ columns: 3, capacity: 3 });
    expect(gridOf(phone, 9)).toMatchObject({ capacity: 4 });
  });

  it("hold at least one in a room that is too small for any", () => {
    expect(gridOf({ ...LAPTOP, width: 60, height: 20 }, 4).capacity).toBe(1);
  });

  it("are as small as a low strip, which then holds more of them", () => {
    const low = gridOf({ width: 374, height: 56, gap: 6, nameHeight: 20, widthMin: 88, widthMax: 400 }, 3);
    expect(low).toMatchObject({ columns: 3, capacity: 3, width: 64, height: 36 });
  });
});

describe("who is shown", () => {
  it("are all, in the order in which they came, as long as they fit", () => {
    expect(shownMembers([3, 1], [member(3), member(1), member(2)], [3], 3)).toEqual([1, 2, 3]);
  });

  it("are those who speak first, then those with a picture", () => {
    const all = [member(1), member(2, ["camera"]), member(3), member(4)];
    expect(shownMembers([], all, [4], 2)).toEqual([4, 2]);
  });

  it("stay in their place when somebody speaks who is shown already", () => {
    const all = [member(1), member(2), member(3), member(4)];
    expect(shownMembers([1, 2], all, [2], 2)).toEqual([1, 2]);
  });

  it("make room for a voice: the last one who is silent goes", () => {
    const all = [member(1), member(2), member(3), member(4)];
    expect(shownMembers([1, 2], all, [4, 2], 2)).toEqual([4, 2]);
    expect(shownMembers([1, 2], all, [4], 2)).toEqual([1, 4]);
  });

  it("are no longer those who left", () => {
    expect(shownMembers([9, 2], [member(1), member(2), member(3)], [], 2)).toEqual([2, 1]);
  });
});

describe("what is wished for", () => {
  it("is the screen first and faces as they stand, in device pixels", () => {
    expect(wishesOf({ screen: 7, screenHeight: 400, cameras: [2, 5], cameraHeight: 100, ratio: 2 })).toEqual([
      { member: 7, source: "screen", height: 800 },
      { member: 2, source: "camera", height: 200 },
      { member: 5, source: "camera", height: 200 },
    ]);
  });

  it("is no more than a page may wish for", () => {
    const cameras = Array.from({ length: 40 }, (_, i) => i);
    expect(wishesOf({ screen: 7, screenHeight: 400, cameras, cameraHeight: 100, ratio: 1 })).toHaveLength(25);
  });

  it("is never one's own screen", () => {
    expect(sharesScreen(member(1, ["screen"]))).toBe(true);
    expect(sharesScreen(member(1, ["screen"], true))).toBe(false);
    expect(sharesScreen(member(1, ["camera"]))).toBe(false);
  });
});

describe("the word on the line", () => {
  const on = (rung: CallRung) => lineWordOf("in", { rung, kbps: 500 }, true);

  it("is there below thumbnails only, and says which rung it is", () => {
    expect([on("faces"), on("thumbnails"), on("screen"), on("voice"), on("ink")]).toEqual([null, null, "screen", "voice", "ink"]);
  });

  it("does not speak of a shared screen where there is none", () => {
    expect(lineWordOf("in", { rung: "screen", kbps: 500 }, false)).toBe("voice");
  });

  it("says first that the call is interrupted, and nothing to who is not in it", () => {
    expect(lineWordOf("interrupted", { rung: "voice", kbps: 50 }, false)).toBe("interrupted");
    expect(lineWordOf("joining", null, false)).toBe("joining");
    expect(lineWordOf("off", { rung: "voice", kbps: 50 }, false)).toBeNull();
    expect(lineWordOf("in", null, false)).toBeNull();
  });
});

describe("the device check", () => {
  const fine: Findings = { camera: "works", microphone: "works", speaker: "heard", line: { over: "udp", rung: "faces" } };

  it("is green when all works, and says nothing before all is known", () => {
    expect(verdictOf(fine)).toEqual({ color: "green", advice: "ready" });
    for (const part of ["camera", "microphone", "speaker", "line"] as const) {
      expect(verdictOf({ ...fine, [part]: "waiting" })).toBeNull();
      expect(knownOf({ ...fine, [part]: "waiting" })).toBe(3);
    }
  });

  it("is red where one would not hear, or nothing gets through, whatever else is wrong", () => {
    expect(verdictOf({ ...fine, line: "blocked", camera: "missing" })).toEqual({ color: "red", advice: "line-blocked" });
    expect(verdictOf({ ...fine, line: "none", speaker: "not-heard" })).toEqual({ color: "red", advice: "line-none" });
    expect(verdictOf({ ...fine, speaker: "not-heard", microphone: "refused" })).toEqual({ color: "red", advice: "speaker" });
  });

  it("is amber where one can take part with something missing, and advises on what matters most", () => {
    expect(verdictOf({ ...fine, camera: "missing" })).toEqual({ color: "amber", advice: "camera-missing" });
    expect(verdictOf({ ...fine, camera: "unknown" })).toEqual({ color: "amber", advice: "camera-busy" });
    expect(verdictOf({ ...fine, camera: "missing", microphone: "quiet" })).toEqual({ color: "amber", advice: "microphone-quiet" });
    expect(verdictOf({ ...fine, camera: "refused", line: { over: "tcp", rung: "faces" } })).toEqual({ color: "amber", advice: "line-tcp" });
    expect(verdictOf({ ...fine, line: { over: "tcp", rung: "voice" } })).toEqual({ color: "amber", advice: "line-slow" });
    expect(verdictOf({ ...fine, line: { over: "udp", rung: null } })).toEqual({ color: "green", advice: "ready" });
  });

  it("knows refused, missing and busy devices by what browsers call them", () => {
    const named = (name: string): Error => Object.assign(new Error("no"), { name });
    expect(["NotAllowedError", "NotFoundError", "OverconstrainedError", "NotReadableError", "TypeError"].map((name) => troubleOf(named(name)))).toEqual([
      "refused",
      "missing",
      "missing",
      "busy",
      "unknown",
    ]);
    expect(troubleOf(undefined)).toBe("unknown");
  });
});

describe("the remembered choices", () => {
  it("are read as far as they can be understood", () => {
    expect(choicesOf(null)).toEqual(USUAL_CHOICES);
    expect(choicesOf("off")).toEqual(USUAL_CHOICES);
    expect(choicesOf({ microphone: 7, camera: "front", cameraOn: false, joined: "yes" })).toEqual({ ...USUAL_CHOICES, camera: "front", cameraOn: false });
  });
});

describe("what a panel shows to be scanned", () => {
  const board = "0rfvg25x68qsy9xbx5f8p2r8tc";

  it("is told from the link of a board that anybody may have sent", () => {
    expect(boardOfPanel(`https://board.school.example/b/${board}?panel`)).toBe(board);
    for (const text of [`https://board.school.example/b/${board}`, `/b/${board}?panels`, "?panel", "123-456-789"]) expect(boardOfPanel(text), text).toBeNull();
  });
});

describe("the letters in a disc", () => {
  it("are those of the first two words, in any writing", () => {
    expect(["Aoi Sato", "mai", "佐藤　葵", "大村", "", "𠮷田 一"].map(initialsOf)).toEqual(["AS", "M", "佐葵", "大", "", "𠮷一"]);
  });
});
