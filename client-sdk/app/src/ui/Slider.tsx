/** How much of something, with the value in words beside its name. */
import { useId } from "preact/hooks";

export interface SliderProps {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
  /** The value as one says it, with its unit. */
  readonly said: string;
  readonly onChange: (value: number) => void;
}

export function Slider({ label, min, max, step, value, said, onChange }: SliderProps) {
  const id = useId();
  return (
    <div class="slider-block">
      <label class="field-name" for={id}>
        {label}
      </label>
      <output class="slider-value" for={id}>
        {said}
      </output>
      <input
        id={id}
        class="slider"
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={said}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}
