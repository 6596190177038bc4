/** What members of a call say, in writing: the last of each, for as long as one reads. */

/** Milliseconds that a caption stays that nothing follows: two lines are read by then. */
export const STAYS_MS = 7_000;

export class Captions {
  readonly #changed: () => void;
  readonly #said = new Map<number, { readonly text: string; readonly timer: ReturnType<typeof setTimeout> }>();

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  all(): ReadonlyMap<number, string> {
    return new Map([...this.#said].map(([member, { text }]) => [member, text]));
  }

  /** Takes the place of what the member said before; empty: ends it. */
  say(member: number, text: string): void {
    const before = this.#said.get(member);
    clearTimeout(before?.timer);
    this.#said.delete(member);
    if (text !== "") this.#said.set(member, { text, timer: setTimeout(() => this.say(member, ""), STAYS_MS) });
    if (text !== (before?.text ?? "")) this.#changed();
  }

  clear(): void {
    for (const member of [...this.#said.keys()]) this.say(member, "");
  }
}
