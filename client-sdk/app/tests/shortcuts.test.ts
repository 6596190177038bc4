/** Each key of the sheet does something, and each tool's key chooses its tool. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Session } from "../src/board/session";
import { type ShortcutGroup, SHORTCUTS } from "../src/board/shortcut-table";
import { OBJECT_KEYS, objectKeysFor } from "../src/board/selection/keys";
import { pressKey } from "../src/board/shortcuts";
import type { Stage } from "../src/canvas/stage";

const PRESSED: Readonly<Record<string, string>> = { "←": "ArrowLeft", "↑": "ArrowUp", "↓": "ArrowDown", "→": "ArrowRight", Esc: "Escape" };

/** Something that takes every call and every question. */
function anything(): unknown {
  const deep: unknown = new Proxy(() => deep, {
    get: (_target, name) => (name === Symbol.toPrimitive ? () => 1 : name === Symbol.iterator ? [][Symbol.iterator] : name === "length" ? 1 : deep),
  });
  return deep;
}

/** What stands under these is tried with things on a board. */
const OF_THINGS: readonly ShortcutGroup[] = ["choose", "place", "change"];

describe("the keys on the sheet", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("are all taken by the board", () => {
    vi.stubGlobal("HTMLElement", class {});
    // Moving from control to control is the browser's, and from tool to tool the toolbar's.
    const ofTheBoard = SHORTCUTS.filter(({ keys, group }) => !OF_THINGS.includes(group) && !keys.some((way) => way.includes("Tab")) && !(keys[0]?.join() === "←,→"));
    for (const { keys } of ofTheBoard) {
      for (const way of keys) {
        const held: readonly string[] = way.filter((key) => key === "Mod" || key === "Shift" || key === "Alt");
        for (const key of way.filter((one) => !held.includes(one))) {
          const event = {
            key: PRESSED[key] ?? key,
            ctrlKey: held.includes("Mod"),
            shiftKey: held.includes("Shift"),
            altKey: held.includes("Alt"),
            metaKey: false,
            isComposing: false,
            target: null,
            preventDefault: () => undefined,
          };
          const calling = { isIn: () => true, silent: { get: () => false }, own: { get: () => ({ microphone: { on: true } }) }, turn: () => undefined };
          const session = { calling, tool: { get: () => "select", set: () => undefined }, selection: { get: () => ["one"], set: () => undefined } };
          const whole = new Proxy(session, { get: (own, name) => Reflect.get(own, name) ?? anything() });
          const taken = pressKey(event as unknown as KeyboardEvent, whole as unknown as Session, anything() as Stage);
          expect(taken, way.join("+")).toBe(true);
        }
      }
    }
  });

  it("mean one thing each where they are for things, whatever the keyboard makes of shift", () => {
    const shifted: Readonly<Record<string, string>> = { "]": "}", "[": "{" };
    for (const line of OBJECT_KEYS) {
      for (const way of line.keys) {
        const [mod, shift, alt] = ["Mod", "Shift", "Alt"].map((key) => way.includes(key));
        for (const key of way.filter((one) => !["Mod", "Shift", "Alt"].includes(one))) {
          const typings = key.length > 1 ? [key] : shift === true ? [key, shifted[key] ?? key] : [key, key.toLowerCase()];
          for (const typed of PRESSED[key] === undefined ? typings : [PRESSED[key]]) {
            const press = { key: typed, ctrlKey: mod === true, metaKey: false, shiftKey: shift === true, altKey: alt === true };
            expect(objectKeysFor(press), way.join("+")).toEqual([line]);
          }
        }
      }
    }
  });
});
