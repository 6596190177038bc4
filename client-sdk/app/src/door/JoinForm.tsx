/** Joining by a code or a link: typed, pasted, or seen by the camera. */
import { useRef } from "preact/hooks";
import { words } from "../words";
import type { Entering } from "./entering";

export interface JoinFormProps {
  readonly entering: Entering;
  /** The field, so that whoever was asked for a code finds it ready to be typed into. */
  readonly field: { current: HTMLInputElement | null };
}

export function JoinForm({ entering, field }: JoinFormProps) {
  const form = useRef<HTMLFormElement>(null);
  return (
    <form
      class="door-join"
      ref={form}
      aria-labelledby="join-title"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        entering.join(field.current?.value ?? "");
      }}
    >
      <h2 id="join-title">{words.joinTitle}</h2>
      <label for="code">{words.code}</label>
      <div class="door-field">
        <input
          id="code"
          class="field"
          ref={field}
          type="text"
          inputMode="numeric"
          autoComplete="off"
          autoCapitalize="off"
          spellcheck={false}
          maxLength={400}
          enterKeyHint="go"
          aria-describedby="code-hint"
          aria-invalid={entering.badCode}
          onInput={() => entering.clear()}
        />
        <button type="submit" disabled={entering.doing !== "no"}>
          {entering.doing === "joining" ? words.joining : words.join}
        </button>
      </div>
      <p id="code-hint" class="hint">
        {words.codeHint}
      </p>
    </form>
  );
}
