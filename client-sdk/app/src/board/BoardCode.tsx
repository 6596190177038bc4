/** The code to read aloud. Pressed, it shows the other ways in as well. */
import { showCode } from "../door/code";
import { words } from "../words";
import { useBoardCode } from "./board-code";
import { dialog } from "./dialogs";
import type { Session } from "./session";

export function BoardCode({ session }: { session: Session }) {
  const code = useBoardCode(session);
  if (code === null) return null;
  return (
    <button
      type="button"
      class="board-code quiet"
      aria-label={words.codeOf(showCode(code))}
      aria-haspopup="dialog"
      data-tip={words.shareBoard}
      onClick={() => dialog.set("share")}
    >
      <span class="board-code-label">{words.code}</span>
      <strong>{showCode(code)}</strong>
    </button>
  );
}
