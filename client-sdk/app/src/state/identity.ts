/** Who this page load is to the others: a name that the device remembers, and a colour. */
import { words } from "../words";
import { type Store, store } from "./store";

const NAME_KEY = "kakehashi.name";

/** Letters of a name; the protocol takes 64, and beside a pen there is room for less. */
export const NAME_MAX = 32;

/** Dark enough for white letters on them. */
const COLORS = ["#b3261e", "#a04a00", "#5c6700", "#146c43", "#00687a", "#1f5f8b", "#4355b9", "#7b4397", "#a23b72"];

export interface Identity {
  readonly name: string;
  /** `#rrggbbaa` */
  readonly color: string;
}

export const identity: Store<Identity> = store<Identity>({
  name: storedName(),
  color: `${COLORS[random(COLORS.length)] ?? "#1f5f8b"}ff`,
});

/** Takes another name; one without any letter leaves it as it was. */
export function rename(typed: string): void {
  const name = nameOf(typed);
  if (name === "") return;
  identity.set({ ...identity.get(), name });
  keep(name);
}

/** What was typed as a name: one line, nothing around it, and not too long. */
export function nameOf(typed: string): string {
  const line = typed.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return Array.from(line).slice(0, NAME_MAX).join("").trim();
}

function storedName(): string {
  let kept = "";
  try {
    kept = nameOf(localStorage.getItem(NAME_KEY) ?? "");
  } catch {
    // Storage may be forbidden; then the name lasts as long as the page.
  }
  if (kept !== "") return kept;
  const made = words.guest(1 + random(99));
  keep(made);
  return made;
}

function keep(name: string): void {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch {
    // As above.
  }
}

function random(below: number): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % below;
}
