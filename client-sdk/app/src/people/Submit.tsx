/** A form that asks the server for something: its button, and what went wrong. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { sentenceOf } from "./requests";

export interface SubmitProps {
  readonly label: string;
  /** Rejects if it did not work. */
  readonly send: () => Promise<void>;
  readonly children: ComponentChildren;
}

export function Submit({ label, send, children }: SubmitProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const said = useRef<HTMLParagraphElement>(null);
  // On a small screen it stands below what is seen.
  useEffect(() => said.current?.scrollIntoView({ block: "center" }), [problem]);
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
      {problem !== null && (
        <p class="people-problem" role="alert" ref={said}>
          {problem}
        </p>
      )}
      <button type="submit" class="primary" disabled={busy}>
        {label}
      </button>
    </form>
  );
}
