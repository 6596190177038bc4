/** How others come in: the code to read aloud, and the link to pass on. */
import { useEffect, useState } from "preact/hooks";
import { showCode } from "../door/code";
import { useStore } from "../state/store";
import { words } from "../words";
import { copyText } from "./clipboard";
import { icons } from "./icons";
import type { Session } from "./session";

/** Milliseconds. */
const CONFIRM = 2500;

export function BoardCode({ session }: { session: Session }) {
  const status = useStore(session.status);
  const [code, setCode] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const { id } = session.board;

  useEffect(() => {
    if (code !== null) return;
    let left = false;
    void fetchCode(id).then((found) => {
      if (!left && found !== null) setCode(found);
    });
    return () => {
      left = true;
    };
    // Asked again when the connection is back.
  }, [id, status, code]);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), CONFIRM);
    return () => clearTimeout(timer);
  }, [copied]);

  return (
    <div class="board-code">
      {code !== null && (
        <p>
          <span class="board-code-label">{words.code}</span> <strong>{showCode(code)}</strong>
        </p>
      )}
      <button
        type="button"
        aria-label={copied ? words.linkCopied : words.copyLink}
        title={words.copyLink}
        onClick={() => void copyText(`${location.origin}/b/${id}`).then(setCopied)}
      >
        {icons.copy}
        <span class="copy-name">{copied ? words.linkCopied : words.copyLink}</span>
      </button>
    </div>
  );
}

async function fetchCode(board: string): Promise<string | null> {
  try {
    const answer = await fetch(`/api/v1/boards/${board}`);
    if (!answer.ok) return null;
    const info: unknown = await answer.json();
    const code = typeof info === "object" && info !== null && "code" in info ? info.code : null;
    return typeof code === "string" ? code : null;
  } catch {
    return null;
  }
}
