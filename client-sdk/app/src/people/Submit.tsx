/** A form that asks the server for something: its button, and what went wrong. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { words } from "../words";
import { Problem } from "./Problem";
import { sentenceOf } from "./requests";

export interface SubmitProps {
  readonly label: string;
  /** Rejects if it did not work. */
  readonly send: () => Promise<void>;
  /** Leaves it be, where one can. */
  readonly cancel?: () => void;
  readonly children?: ComponentChildren;
}

export function Submit({ label, send, cancel, children }: SubmitProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await send();
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="people-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      {children}
      <Problem sentence={problem} />
      <div class="people-acts">
        <button type="submit" class="primary" disabled={busy}>
          {label}
        </button>
        {cancel !== undefined && (
          <button type="button" onClick={cancel}>
            {words.cancel}
          </button>
        )}
      </div>
    </form>
  );
}
