/** Where a message is written: Enter sends it, unless it ends a composition; Shift and Enter begin a new line. */
import { useId, useState } from "preact/hooks";
import { belongsToComposition } from "../../ui/composing";
import { words } from "../../words";

/** Letters that a message may have; the engine takes no more. */
const LETTERS_MAX = 2000;
/** So many before it is said how many are left. */
const LETTERS_NEAR = 200;

export interface ComposerProps {
  readonly label: string;
  /** False if it was not taken: then it stays to be sent again. */
  readonly onSay: (text: string) => boolean;
}

export function Composer({ label, onSay }: ComposerProps) {
  const [text, setText] = useState("");
  const id = useId();
  const left = LETTERS_MAX - Array.from(text.trim()).length;
  const empty = text.trim() === "";
  const send = (): void => {
    if (!empty && left >= 0 && onSay(text.trim())) setText("");
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="field-name" for={id}>
        {label}
      </label>
      <textarea
        id={id}
        class="field"
        rows={2}
        value={text}
        enterkeyhint="send"
        aria-describedby={left < LETTERS_NEAR ? `${id}-left` : undefined}
        aria-invalid={left < 0}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || belongsToComposition(event)) return;
          event.preventDefault();
          send();
        }}
      />
      <div class="composer-foot">
        {left < LETTERS_NEAR && (
          <p class={left < 0 ? "field-problem" : "hint"} id={`${id}-left`} role="status">
            {left < 0 ? words.talk.tooLong(-left) : words.talk.lettersLeft(left)}
          </p>
        )}
        <button type="submit" class="primary" disabled={empty || left < 0}>
          {words.talk.send}
        </button>
      </div>
    </form>
  );
}
