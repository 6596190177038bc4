/** One of several colours. */
import { useId } from "preact/hooks";

export interface SwatchChoice {
  /** `#rrggbb`, dark enough for a white tick. */
  readonly color: string;
  readonly name: string;
}

export interface SwatchesProps {
  readonly label: string;
  readonly choices: readonly SwatchChoice[];
  readonly value: string;
  /** Also told of the one that was shown already: pressed, it is a choice. */
  readonly onChange: (color: string) => void;
}

export function Swatches({ label, choices, value, onChange }: SwatchesProps) {
  const group = useId();
  return (
    <fieldset class="field-block">
      <legend class="field-name">{label}</legend>
      <div class="swatches">
        {choices.map(({ color, name }) => (
          <label key={color} class="swatch-choice" data-tip={name}>
            <input type="radio" name={group} aria-label={name} value={color} checked={color === value} onClick={() => onChange(color)} />
            <svg viewBox="0 0 24 24" aria-hidden="true">
              <circle cx="12" cy="12" r="11" fill={color} />
              <path class="swatch-tick" d="M7.500 12.500l3 3 6-6.500" />
            </svg>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
