/** The tools, what the pen writes with, and taking back. */
import { ExportButton } from "../out/ExportButton";
import { useStore } from "../state/store";
import { TOOL_NAMES } from "../tools/tool";
import { words } from "../words";
import { icons } from "./icons";
import { ToolOptions } from "./options/ToolOptions";
import type { Session } from "./session";

export function Toolbar({ session }: { session: Session }) {
  const active = useStore(session.tool);
  const undoable = useStore(session.undoable);
  return (
    <div class="toolbar" role="toolbar" aria-label={words.toolbar}>
      <div class="tools">
        {TOOL_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            class="tool"
            aria-pressed={active === name}
            aria-label={words[name]}
            title={words[name]}
            onClick={() => session.tool.set(name)}
          >
            {icons[name]}
            <span class="tool-name">{words[name]}</span>
          </button>
        ))}
      </div>
      <ToolOptions session={session} />
      <div class="actions">
        <button
          type="button"
          aria-label={words.undo}
          title={words.undo}
          disabled={!undoable.undo}
          onClick={() => session.undo()}
        >
          {icons.undo}
        </button>
        <button
          type="button"
          aria-label={words.redo}
          title={words.redo}
          disabled={!undoable.redo}
          onClick={() => session.redo()}
        >
          {icons.redo}
        </button>
        <ExportButton session={session} />
      </div>
    </div>
  );
}
