/** Microphone or camera, on or off. Off, its picture is struck through. */
import { words } from "../../words";
import { callIcons } from "./icons";

export interface ToggleButtonProps {
  readonly source: "microphone" | "camera";
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly hotkey?: string;
  readonly onTurn: (on: boolean) => void;
}

export function ToggleButton({ source, on, disabled = false, hotkey, onTurn }: ToggleButtonProps) {
  const name = words.call[source];
  return (
    <button
      type="button"
      class="call-toggle"
      aria-label={name}
      aria-pressed={on}
      data-tip={name}
      data-key={hotkey}
      disabled={disabled}
      onClick={() => onTurn(!on)}
    >
      {callIcons[on ? source : (`${source}Off` as const)]}
      <span class="call-button-name">{name}</span>
    </button>
  );
}
