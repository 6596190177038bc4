/** Joining by code on a panel that has no keyboard: large keys at the bottom edge, where children reach. */
import { boardOfCode, NoticeError } from "@kakehashi/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { icons } from "../board/icons";
import { bring } from "../state/entry";
import { recent } from "../state/recent";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import type { PanelBoard } from "./panel";

const DIGITS = 9;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

export interface DigitPadProps {
  readonly enter: (board: PanelBoard) => void;
  readonly onClose: () => void;
}

export function DigitPad({ enter, onClose }: DigitPadProps) {
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const closed = useRef(false);

  const type = (digit: string): void => {
    setProblem(null);
    setCode((before) => (before.length < DIGITS ? before + digit : before));
  };
  const back = (): void => {
    setProblem(null);
    setCode((before) => before.slice(0, -1));
  };
  const join = async (): Promise<void> => {
    if (code.length < DIGITS) {
      setProblem(words.codeIsNineDigits);
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      const board = await boardOfCode(code);
      bring(board, { code });
      // Closed while the server was asked: then it is not wanted any more.
      if (!closed.current) enter({ board, code });
    } catch (error) {
      const unknown = error instanceof NoticeError && error.notice.code === "unknown-board";
      // A class comes back to what it began here also while the connection is gone.
      const own = unknown ? undefined : recent.get()?.find((entry) => entry.code === code);
      if (own !== undefined && !closed.current) return enter({ board: own.board, code });
      setProblem(unknown ? words.noSuchCode : words.notices.unreachable);
      setBusy(false);
    }
  };

  useEffect(() => {
    place.current?.focus();
    return () => {
      closed.current = true;
    };
  }, []);

  return (
    <Dialog title={words.joinByCode} onClose={onClose} class="pad">
      <div
        class="pad-body"
        ref={place}
        tabIndex={-1}
        data-first=""
        onKeyDown={(event) => {
          // A panel may have a keyboard after all.
          const digit = event.key.normalize("NFKC");
          if (/^[0-9]$/.test(digit)) type(digit);
          else if (event.key === "Backspace") back();
          else if (event.key === "Enter" && event.target === place.current) void join();
          else return;
          event.preventDefault();
        }}
      >
        <div class="pad-code">
          <p class="unseen" role="status">
            {words.digitsTyped(code.split("").join(" "))}
          </p>
          <div class="pad-groups" aria-hidden="true">
            {[0, 3, 6].map((from) => (
              <span key={from} class="pad-group">
                {[0, 1, 2].map((i) => (
                  <span key={i} class="pad-digit" data-next={from + i === code.length ? "" : undefined}>
                    {code[from + i] ?? ""}
                  </span>
                ))}
              </span>
            ))}
          </div>
          {problem === null ? (
            <p class="pad-hint">{words.codeHintPad}</p>
          ) : (
            <p class="pad-problem" role="alert">
              {problem}
            </p>
          )}
          <button type="button" class="primary pad-join" disabled={busy} onClick={() => void join()}>
            {busy ? words.joining : words.join}
          </button>
        </div>
        <div class="pad-keys">
          {KEYS.map((key) => (
            <button key={key} type="button" onClick={() => type(key)}>
              {key}
            </button>
          ))}
          <button type="button" class="pad-clear" onClick={() => setCode("")}>
            {words.clear}
          </button>
          <button type="button" onClick={() => type("0")}>
            0
          </button>
          <button type="button" aria-label={words.deleteDigit} onClick={back}>
            {icons.backspace}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
