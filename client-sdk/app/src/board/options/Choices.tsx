/** A row of buttons of which one is pressed: colours, widths, kinds. */
import type { ComponentChildren } from "preact";

export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  readonly picture: ComponentChildren;
}

export function Choices<T extends string>(props: {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  /** Null: none of them, or not all the same. */
  readonly chosen: T | null;
  readonly choose: (value: T) => void;
  /** The names stand on the buttons too, for what a picture does not say. */
  readonly named?: boolean;
}) {
  const { label, choices, chosen, choose, named = false } = props;
  return (
    <div class={named ? "choices named" : "choices"} data-count={choices.length} role="group" aria-label={label}>
      {choices.map(({ value, name, picture }) => (
        <button
          key={value}
          type="button"
          class="choice"
          aria-pressed={value === chosen}
          aria-label={name}
          title={name}
          onClick={() => choose(value)}
        >
          {picture}
          {named && <span class="choice-name">{name}</span>}
        </button>
      ))}
    </div>
  );
}
