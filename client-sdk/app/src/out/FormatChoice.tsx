/** The kinds of file, each with a sentence on what it is good for. */
import { useId } from "preact/hooks";
import { type FormatName, words } from "../words";

export interface FormatChoiceProps {
  readonly formats: readonly FormatName[];
  readonly value: FormatName;
  readonly onChange: (format: FormatName) => void;
}

export function FormatChoice({ formats, value, onChange }: FormatChoiceProps) {
  const group = useId();
  return (
    <fieldset class="field-block">
      <legend class="field-name">{words.exportFormat}</legend>
      <div class="formats">
        {formats.map((format) => (
          <label key={format} class="format">
            <input
              type="radio"
              name={group}
              value={format}
              checked={format === value}
              aria-labelledby={`${group}-${format}`}
              aria-describedby={`${group}-${format}-hint`}
              onChange={() => onChange(format)}
            />
            <span class="format-words">
              <span class="format-name" id={`${group}-${format}`}>
                {words.formats[format].name}
              </span>
              <span class="hint" id={`${group}-${format}-hint`}>
                {words.formats[format].hint}
              </span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
