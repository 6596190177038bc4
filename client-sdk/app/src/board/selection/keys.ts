/** The keys that work on things: one table for doing and for showing. */
import type { RecordId } from "@kakehashi/client";
import { contains } from "../../canvas/rect";
import { visible } from "../../canvas/view";
import { MAIN_HAND } from "../../tools/hands";
import { duplicateSelected, growBy, move, remove, reorder, scaleBy, setLocked, turnBy } from "../../tools/select/actions";
import type { Desk } from "../../tools/tool";
import type { Words } from "../../words";
import type { Session } from "../session";

export interface ObjectKey {
  /** Each a way to do it; keys held together stand in one list. `Mod` is Ctrl, on a Mac the command key. */
  readonly keys: readonly (readonly string[])[];
  /** Under what it stands on the sheet of keys. */
  readonly group: "choose" | "place" | "change";
  readonly word: (words: Words) => string;
  /** Does it; false if there is nothing to do it with. Left out where the browser has an event of its own for it. */
  readonly press?: (at: Pressed) => boolean;
  /** Only while the board itself has the focus: elsewhere the key operates what is focused. */
  readonly onBoard?: boolean;
}

interface Pressed {
  readonly session: Session;
  readonly desk: Desk;
  /** Which way an arrow key points. */
  readonly x: number;
  readonly y: number;
}

/** Page units. */
const NUDGE = 2;
const NUDGE_FAR = 20;
const STRETCH = 10;
const SCALE = 1.1;
/** Degrees. */
const TURN = 15;
const TURN_FINE = 1;

const ARROWS: Readonly<Record<string, readonly [string, number, number]>> = {
  ArrowLeft: ["←", -1, 0],
  ArrowRight: ["→", 1, 0],
  ArrowUp: ["↑", 0, -1],
  ArrowDown: ["↓", 0, 1],
};
const NAMES: Readonly<Record<string, string>> = { Escape: "Esc", "}": "]", "{": "[", ">": ".", "<": "," };

export const OBJECT_KEYS: readonly ObjectKey[] = [
  { keys: [["."]], group: "choose", word: (words) => words.selecting.keyNext, press: (at) => step(at, 1), onBoard: true },
  { keys: [[","]], group: "choose", word: (words) => words.selecting.keyPrevious, press: (at) => step(at, -1), onBoard: true },
  { keys: [["Mod", "A"]], group: "choose", word: (words) => words.selecting.selectAll, press: selectAll },
  { keys: [["Esc"]], group: "choose", word: (words) => words.selecting.keyDeselect, press: deselect },
  { keys: [["Enter"]], group: "choose", word: (words) => words.selecting.keyEdit, press: edit, onBoard: true },
  { keys: [["←", "↑", "↓", "→"]], group: "place", word: (words) => words.selecting.keyNudge, press: chosen(({ desk, x, y }) => move(desk, MAIN_HAND, x * NUDGE, y * NUDGE)) },
  {
    keys: [["Shift", "←", "↑", "↓", "→"]],
    group: "place",
    word: (words) => words.selecting.keyNudgeFar,
    press: chosen(({ desk, x, y }) => move(desk, MAIN_HAND, x * NUDGE_FAR, y * NUDGE_FAR)),
  },
  { keys: [["Mod", "←", "↑", "↓", "→"]], group: "place", word: (words) => words.selecting.keyStretch, press: chosen(({ desk, x, y }) => growBy(desk, x * STRETCH, y * STRETCH)) },
  { keys: [["Mod", "Shift", "↑", "↓"]], group: "place", word: (words) => words.selecting.keyScale, press: chosen(({ desk, y }) => scaleBy(desk, y < 0 ? SCALE : 1 / SCALE)) },
  { keys: [["Alt", "←", "→"]], group: "place", word: (words) => words.selecting.keyTurn, press: chosen(({ desk, x }) => turnBy(desk, x * TURN)) },
  { keys: [["Alt", "Shift", "←", "→"]], group: "place", word: (words) => words.selecting.keyTurnFine, press: chosen(({ desk, x }) => turnBy(desk, x * TURN_FINE)) },
  { keys: [["Mod", "D"]], group: "change", word: (words) => words.selecting.duplicate, press: chosen(({ desk }) => duplicateSelected(desk)) },
  { keys: [["Mod", "C"]], group: "change", word: (words) => words.selecting.copySelected },
  { keys: [["Mod", "X"]], group: "change", word: (words) => words.selecting.cutSelected },
  { keys: [["Mod", "V"]], group: "change", word: (words) => words.selecting.paste },
  { keys: [["Delete"], ["Backspace"]], group: "change", word: (words) => words.deleteSelected, press: chosen(({ desk }) => remove(desk)) },
  { keys: [["]"]], group: "change", word: (words) => words.selecting.orders.forward, press: chosen(({ desk }) => reorder(desk, "forward")) },
  { keys: [["["]], group: "change", word: (words) => words.selecting.orders.backward, press: chosen(({ desk }) => reorder(desk, "backward")) },
  { keys: [["Shift", "]"]], group: "change", word: (words) => words.selecting.orders.front, press: chosen(({ desk }) => reorder(desk, "front")) },
  { keys: [["Shift", "["]], group: "change", word: (words) => words.selecting.orders.back, press: chosen(({ desk }) => reorder(desk, "back")) },
  { keys: [["Shift", "L"]], group: "change", word: (words) => words.selecting.keyLock, press: chosen(toggleLock) },
];

/** Does what a key means for things; false if it means nothing for them now. */
export function pressObjectKey(event: KeyboardEvent, session: Session, desk: Desk): boolean {
  const arrow = ARROWS[event.key];
  const [found] = objectKeysFor(event);
  if (found?.press === undefined || (found.onBoard === true && !isBoard(event.target))) return false;
  return found.press({ session, desk, x: arrow?.[1] ?? 0, y: arrow?.[2] ?? 0 });
}

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

/** The lines of the table that a press means; there is never more than one. */
export function objectKeysFor(event: Press): ObjectKey[] {
  const key = ARROWS[event.key]?.[0] ?? NAMES[event.key] ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  return OBJECT_KEYS.filter(({ keys }) => keys.some((way) => fits(way, key, event)));
}

function fits(way: readonly string[], key: string, event: Press): boolean {
  const held = { Mod: event.ctrlKey || event.metaKey, Shift: event.shiftKey, Alt: event.altKey };
  const modifiers = Object.keys(held) as (keyof typeof held)[];
  return way.includes(key) && modifiers.every((modifier) => held[modifier] === way.includes(modifier));
}

function isBoard(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.getAttribute("role") === "application");
}

/** For what is done with a selection: without one the key is left to others. */
function chosen(act: (at: Pressed) => void): (at: Pressed) => boolean {
  return (at) => {
    // What a pointer holds is not pulled away under it.
    if (at.session.selection.get().length === 0 || at.session.selecting.changing.get() !== null) return false;
    act(at);
    return true;
  };
}

function selectAll({ session }: Pressed): boolean {
  session.tool.set("select");
  session.selectAll();
  return true;
}

function deselect({ session }: Pressed): boolean {
  if (session.selecting.cancel !== null) session.selecting.cancel();
  else if (session.selection.get().length > 0) session.selection.set([]);
  else return false;
  return true;
}

function edit({ session, desk }: Pressed): boolean {
  const [id, second] = session.selection.get();
  const record = id === undefined || second !== undefined ? undefined : desk.scene.get(id)?.record;
  if (record === undefined || record.locked || (record.kind !== "text" && record.kind !== "note")) return false;
  desk.editText(record.id);
  return true;
}

function toggleLock({ desk }: Pressed): void {
  setLocked(desk, !desk.selection.get().every((id) => desk.scene.get(id)?.record.locked === true));
}

/** To the next thing in the order they lie, from the lowest up; past the end begins anew. */
function step({ session, desk }: Pressed, by: 1 | -1): boolean {
  const order = session.board.order().filter((id) => (desk.scene.get(id)?.record.kind ?? "unknown") !== "unknown");
  if (order.length === 0) return false;
  const chosenNow = session.selection.get();
  const last = by === 1 ? chosenNow[chosenNow.length - 1] : chosenNow[0];
  const at = last === undefined ? (by === 1 ? -1 : 0) : order.indexOf(last);
  const next = order[(at + by + order.length) % order.length];
  if (next === undefined) return false;
  session.tool.set("select");
  session.selection.set([next]);
  bringIntoSight(desk, next);
  return true;
}

/** Moves the view only if the thing is not wholly in sight. */
function bringIntoSight(desk: Desk, id: RecordId): void {
  const bounds = desk.scene.get(id)?.bounds;
  const view = desk.view();
  const size = desk.size();
  if (bounds === undefined || contains(visible(view, size), bounds)) return;
  const x = size.width / 2 - (bounds.x + bounds.width / 2) * view.scale;
  const y = size.height / 2 - (bounds.y + bounds.height / 2) * view.scale;
  desk.setView({ scale: view.scale, x, y });
}
