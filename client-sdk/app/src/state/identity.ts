/** Who this page load is to the others: a name that the device remembers, and a colour. */
import { plainName } from "@kakehashi/client";
import { words } from "../words";
import { keepWord, keptWord } from "./kept";
import { type Store, store } from "./store";

const NAME = "name";
const COLOR = "color";

/** Letters of a name; the protocol takes 64, and beside a pen there is room for less. */
export const NAME_MAX = 32;

/** Dark enough for white letters on them; words.nameColors names them in this order. */
export const NAME_COLORS: readonly string[] = ["#b3261e", "#a04a00", "#5c6700", "#146c43", "#00687a", "#1f5f8b", "#4355b9", "#7b4397", "#a23b72"];

/** The colour that was chosen on this device. */
let chosen = storedColor();

export interface Identity {
  readonly name: string;
  /** `#rrggbbaa` */
  readonly color: string;
}

export const identity: Store<Identity> = store<Identity>({
  name: storedName(),
  color: `${firstColor()}ff`,
});

/** Takes another name; one without any letter leaves it as it was. */
export function rename(typed: string): void {
  const name = nameOf(typed);
  if (name === "") return;
  identity.set({ ...identity.get(), name });
  keepWord(NAME, name);
}

/** Goes by the name that one was given on a board; null: by one's own again, which the device has kept. */
export function goBy(given: string | null): void {
  const name = given === null ? storedName() : nameOf(given);
  if (name !== "" && name !== identity.get().name) identity.set({ ...identity.get(), name });
}

/** Takes one of {@link NAME_COLORS}. */
export function recolor(color: string): void {
  if (!NAME_COLORS.includes(color)) return;
  chosen = color;
  identity.set({ ...identity.get(), color: `${color}ff` });
  keepWord(COLOR, color);
}

/** Takes a colour that none of the others has, as long as there is one. One that was chosen here stays. */
export function standOut(others: readonly string[]): void {
  const taken = new Set(others.map((color) => color.slice(0, 7)));
  if (chosen !== null || !taken.has(identity.get().color.slice(0, 7))) return;
  const free = NAME_COLORS.filter((color) => !taken.has(color));
  const color = free[random(free.length)];
  if (color !== undefined) identity.set({ ...identity.get(), color: `${color}ff` });
}

/** What was typed as a name: one line, nothing around it, and not too long. */
export function nameOf(typed: string): string {
  return Array.from(plainName(typed)).slice(0, NAME_MAX).join("").trim();
}

function storedName(): string {
  const kept = nameOf(keptWord(NAME) ?? "");
  if (kept !== "") return kept;
  const made = words.guest(1 + random(99));
  keepWord(NAME, made);
  return made;
}

/** One that was chosen here, otherwise any: then two tabs of one person can still be told apart. */
function firstColor(): string {
  return chosen ?? NAME_COLORS[random(NAME_COLORS.length)] ?? "#1f5f8b";
}

function storedColor(): string | null {
  const kept = keptWord(COLOR);
  return kept !== null && NAME_COLORS.includes(kept) ? kept : null;
}

function random(below: number): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % below;
}
