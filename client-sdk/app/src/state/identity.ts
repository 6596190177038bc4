/** Who this page load is to the others: a name that the device remembers, and a colour. */
import { words } from "../words";

const NAME_KEY = "kakehashi.name";

/** Dark enough for white letters on them. */
const COLORS = ["#b3261e", "#a04a00", "#5c6700", "#146c43", "#00687a", "#1f5f8b", "#4355b9", "#7b4397", "#a23b72"];

export interface Identity {
  readonly name: string;
  /** `#rrggbbaa` */
  readonly color: string;
}

export function identity(): Identity {
  return { name: storedName(), color: `${COLORS[random(COLORS.length)] ?? "#1f5f8b"}ff` };
}

function storedName(): string {
  try {
    const kept = localStorage.getItem(NAME_KEY);
    if (kept !== null && kept !== "") return kept;
    const made = words.guest(1 + random(99));
    localStorage.setItem(NAME_KEY, made);
    return made;
  } catch {
    // Storage may be forbidden; then the name lasts as long as the page.
    return words.guest(1 + random(99));
  }
}

function random(below: number): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % below;
}
