/** On or off, at once. */
import { useId } from "preact/hooks";

export interface SwitchProps {
  readonly label: string;
  readonly hint?: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

export function Switch({ label, hint, on, onChange }: SwitchProps) {
  const id = useId();
  return (
    <button
      type="button"
      class="switch"
      role="switch"
      aria-checked={on}
      aria-labelledby={`${id}-name`}
      aria-describedby={hint === undefined ? undefined : `${id}-hint`}
      onClick={() => onChange(!on)}
    >
      <span class="switch-words">
        <span class="switch-name" id={`${id}-name`}>
          {label}
        </span>
        {hint !== undefined && (
          <span class="hint" id={`${id}-hint`}>
            {hint}
          </span>
        )}
      </span>
      <span class="switch-track" aria-hidden="true" />
    </button>
  );
}
