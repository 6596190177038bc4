/** The keys as the shortcut sheet shows them. What they do is in shortcuts.ts; a test holds the two together. */
import { TOOL_KEYS } from "../tools/registry";
import { TOOL_NAMES } from "../tools/tool";
import type { Words } from "../words";
import { OBJECT_KEYS } from "./selection/keys";

export const SHORTCUT_GROUPS = ["tools", "edit", "choose", "place", "app", "change", "view"] as const;
export type ShortcutGroup = (typeof SHORTCUT_GROUPS)[number];

export interface Shortcut {
  /** Each a way to do it; keys that are held together stand in one list. `Mod` is Ctrl, on a Mac the command key. */
  readonly keys: readonly (readonly string[])[];
  readonly group: ShortcutGroup;
  readonly word: (words: Words) => string;
}

export const SHORTCUTS: readonly Shortcut[] = [
  ...TOOL_NAMES.map((name): Shortcut => ({
    keys: [[TOOL_KEYS[name].toUpperCase()]],
    group: "tools",
    word: (words) => words[name],
  })),
  { keys: [["Mod", "Z"]], group: "edit", word: (words) => words.undo },
  { keys: [["Mod", "Y"], ["Mod", "Shift", "Z"]], group: "edit", word: (words) => words.redo },
  ...OBJECT_KEYS.map(({ keys, group, word }): Shortcut => ({ keys, group, word })),
  { keys: [["+"]], group: "view", word: (words) => words.zoomIn },
  { keys: [["-"]], group: "view", word: (words) => words.zoomOut },
  { keys: [["0"]], group: "view", word: (words) => words.wholePage },
  { keys: [["PageUp"]], group: "view", word: (words) => words.previousPage },
  { keys: [["PageDown"]], group: "view", word: (words) => words.nextPage },
  { keys: [["Shift", "H"]], group: "app", word: (words) => words.meeting.raiseHand },
  { keys: [["Shift", "M"]], group: "app", word: (words) => words.meeting.toPanel },
  { keys: [["Shift", "V"]], group: "app", word: (words) => words.call.microphoneKey },
  { keys: [["?"]], group: "app", word: (words) => words.shortcuts },
  { keys: [["Tab"]], group: "app", word: (words) => words.nextControl },
  { keys: [["←", "→"]], group: "app", word: (words) => words.nextTool },
];

/** What stands on this device's keys. */
export function keyName(key: string, mac: boolean): string {
  if (key === "Mod") return mac ? "⌘" : "Ctrl";
  if (mac && key === "Shift") return "⇧";
  return key;
}
