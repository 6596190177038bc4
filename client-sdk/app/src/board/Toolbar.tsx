/** The tools, what the pen writes with, and taking back. */
import { useStore } from "../state/store";
import { COLOR_NAMES, COLORS, WIDTH_NAMES, WIDTHS } from "../tools/palette";
import type { ToolName } from "../tools/tool";
import { words } from "../words";
import { icons } from "./icons";
import type { Session } from "./session";

const TOOLS: readonly ToolName[] = ["select", "pen", "eraser", "text", "hand"];

export function Toolbar({ session }: { session: Session }) {
  const active = useStore(session.tool);
  const undoable = useStore(session.undoable);
  const selection = useStore(session.selection);
  return (
    <div class="toolbar" role="toolbar" aria-label={words.toolbar}>
      <div class="tools">
        {TOOLS.map((name) => (
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
      <PenChoices session={session} shown={active === "pen" || active === "text"} widths={active === "pen"} />
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
        {selection.length > 0 && (
          <button
            type="button"
            class="wide"
            aria-label={words.deleteSelected}
            title={words.deleteSelected}
            onClick={() => session.deleteSelected()}
          >
            {icons.remove}
            <span class="tool-name">{words.deleteSelected}</span>
          </button>
        )}
      </div>
    </div>
  );
}

function PenChoices({ session, shown, widths }: { session: Session; shown: boolean; widths: boolean }) {
  const pen = useStore(session.pen);
  if (!shown) return null;
  return (
    <div class="pen-choices">
      <div class="choices" role="group" aria-label={words.color}>
        {COLOR_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            class="choice"
            aria-pressed={pen.color === name}
            aria-label={words.colors[name]}
            title={words.colors[name]}
            onClick={() => session.pen.set({ ...pen, color: name })}
          >
            <svg class="swatch" viewBox="0 0 24 24" aria-hidden="true">
              <circle cx="12" cy="12" r="9" fill={COLORS[name].slice(0, 7)} />
            </svg>
          </button>
        ))}
      </div>
      {widths && (
        <div class="choices" role="group" aria-label={words.width}>
          {WIDTH_NAMES.map((name) => (
            <button
              key={name}
              type="button"
              class="choice"
              aria-pressed={pen.width === name}
              aria-label={words.widths[name]}
              title={words.widths[name]}
              onClick={() => session.pen.set({ ...pen, width: name })}
            >
              <svg class="swatch" viewBox="0 0 24 24" aria-hidden="true">
                <circle cx="12" cy="12" r={1.5 + WIDTHS[name] * 0.37} />
              </svg>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
