/** One of a few, all in sight: radio buttons that look like one bar. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export interface Segment<Value extends string> {
  readonly value: Value;
  readonly name: string;
  readonly icon?: ComponentChildren;
  /** The language of the name, where it is another than the page's. */
  readonly lang?: string;
}

export interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly segments: readonly Segment<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

export function Segmented<Value extends string>({ label, segments, value, onChange }: SegmentedProps<Value>) {
  const group = useId();
  return (
    <fieldset class="field-block">
      <legend class="field-name">{label}</legend>
      <div class="segmented">
        {segments.map((segment) => (
          <label key={segment.value} class="segment" lang={segment.lang}>
            <input
              type="radio"
              name={group}
              value={segment.value}
              checked={segment.value === value}
              onChange={() => onChange(segment.value)}
            />
            <span>
              {segment.icon}
              {segment.name}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
