/** The front door: start a board, or join one by its code. */
import { boardOfCode, NoticeError, startBoard } from "@kakehashi/client";
import { useRef, useState } from "preact/hooks";
import { boardPath, go } from "../route";
import { words } from "../words";
import { parseCode } from "./code";

type Busy = "no" | "starting" | "joining";

export function Door() {
  const [busy, setBusy] = useState<Busy>("no");
  const [problem, setProblem] = useState<string | null>(null);
  const [badCode, setBadCode] = useState(false);
  const field = useRef<HTMLInputElement>(null);

  const enter = async (doing: Busy, find: () => Promise<string>): Promise<void> => {
    setBusy(doing);
    setProblem(null);
    setBadCode(false);
    try {
      go(boardPath(await find()));
    } catch (error) {
      setProblem(sentenceOf(error));
      setBusy("no");
      setBadCode(doing === "joining" && error instanceof NoticeError && error.notice.code === "unknown-board");
      if (doing === "joining") field.current?.focus();
    }
  };

  const start = (): void => {
    void enter("starting", async () => (await startBoard()).board);
  };

  const join = (event: Event): void => {
    event.preventDefault();
    const code = parseCode(field.current?.value ?? "");
    if (code === null) {
      setProblem(words.codeIsNineDigits);
      setBadCode(true);
      field.current?.focus();
      return;
    }
    void enter("joining", () => boardOfCode(code));
  };

  return (
    <main class="door">
      <header class="door-head">
        <p class="door-name">{words.appName}</p>
        <h1>{words.doorTitle}</h1>
        <p class="door-lead">{words.doorLead}</p>
      </header>
      <button class="primary door-start" type="button" disabled={busy !== "no"} onClick={start}>
        {busy === "starting" ? words.starting : words.startBoard}
      </button>
      <form class="door-join" aria-labelledby="join-title" noValidate onSubmit={join}>
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
            spellcheck={false}
            maxLength={32}
            aria-describedby="code-hint"
            aria-invalid={badCode}
          />
          <button type="submit" disabled={busy !== "no"}>
            {busy === "joining" ? words.joining : words.join}
          </button>
        </div>
        <p id="code-hint" class="hint">
          {words.codeHint}
        </p>
      </form>
      {problem !== null && (
        <p class="door-problem" role="alert">
          {problem}
        </p>
      )}
    </main>
  );
}

function sentenceOf(error: unknown): string {
  const code = error instanceof NoticeError ? error.notice.code : "unreachable";
  // Nobody is kept waiting here, as on a board: one tries again.
  if (code === "busy") return words.notices.unreachable;
  return code === "unknown-board" ? words.noSuchCode : words.notices[code];
}
