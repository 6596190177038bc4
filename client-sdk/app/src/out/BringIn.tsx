/** Chooses a drawing of another program and puts it on the page. */
import { useRef, useState } from "preact/hooks";
import type { Session } from "../board/session";
import { words } from "../words";
import { bringIn } from "./bring-in";

export function BringIn({ session, onDone }: { session: Session; onDone: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    setBusy(true);
    setProblem(null);
    const sentence = await bringIn(session, file);
    setBusy(false);
    setProblem(sentence);
    if (sentence === null) onDone();
  };

  return (
    <section class="bring-in">
      <h3>{words.bringIn}</h3>
      <div class="bring-in-row">
        <p class="hint">{words.bringInHint}</p>
        <button type="button" aria-disabled={busy} onClick={() => !busy && input.current?.click()}>
          {busy ? words.bringingIn : words.bringInChoose}
        </button>
      </div>
      <input
        ref={input}
        type="file"
        // Tablets do not know the ending, and would offer nothing at all.
        accept=".excalidraw,application/vnd.excalidraw+json,application/json,text/plain"
        aria-label={words.bringInChoose}
        hidden
        onChange={(event) => {
          void take(event.currentTarget.files?.[0]);
          event.currentTarget.value = "";
        }}
      />
      {problem !== null && (
        <p class="export-problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
