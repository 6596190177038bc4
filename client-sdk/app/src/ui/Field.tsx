/** One line to write in, with its name above, and below it a word of help or what is wrong. */
import type { RefObject } from "preact";
import { useId } from "preact/hooks";

export interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly problem?: string | null;
  readonly value: string;
  readonly field?: RefObject<HTMLInputElement | null>;
  readonly maxLength?: number;
  readonly inputMode?: "text" | "numeric";
  readonly enterKeyHint?: "done" | "go" | "next" | "search";
  readonly readOnly?: boolean;
  readonly first?: boolean;
  /** A password: nobody beside one reads it. */
  readonly secret?: boolean;
  /** What the browser may fill in; nothing if left out. */
  readonly fill?: "username" | "name" | "current-password" | "new-password";
  /** A date or a time of day, as the browser asks for them. */
  readonly kind?: "date" | "time";
  readonly onInput?: (value: string) => void;
  readonly onLeave?: () => void;
}

const TEXT = { type: "text" } as const;
const PASSWORD = { type: "password" } as const;

export function Field(props: FieldProps) {
  const id = useId();
  const { hint, problem = null } = props;
  const described = problem !== null ? `${id}-problem` : hint === undefined ? undefined : `${id}-hint`;
  return (
    <div class="field-block">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        class="field"
        ref={props.field ?? null}
        {...(props.secret === true ? PASSWORD : props.kind === undefined ? TEXT : { type: props.kind })}
        value={props.value}
        maxLength={props.maxLength}
        inputMode={props.inputMode}
        enterKeyHint={props.enterKeyHint}
        readOnly={props.readOnly}
        autoComplete={props.fill ?? "off"}
        autoCapitalize={props.fill === "username" ? "none" : undefined}
        spellcheck={false}
        data-first={props.first === true ? "" : undefined}
        aria-describedby={described}
        aria-invalid={problem !== null}
        onInput={(event) => props.onInput?.(event.currentTarget.value)}
        onBlur={() => props.onLeave?.()}
      />
      {problem !== null ? (
        <p class="field-problem" id={`${id}-problem`} role="alert">
          {problem}
        </p>
      ) : (
        hint !== undefined && (
          <p class="hint" id={`${id}-hint`}>
            {hint}
          </p>
        )
      )}
    </div>
  );
}
