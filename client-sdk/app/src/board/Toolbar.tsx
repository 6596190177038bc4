/** The tray: the tools, taking back, and beside them what the chosen tool is set to. */
import { useRef } from "preact/hooks";
import { useStore } from "../state/store";
import { TOOL_KEYS } from "../tools/registry";
import { TOOL_NAMES, WRITING_TOOLS } from "../tools/tool";
import { IconButton } from "../ui/IconButton";
import { stepOf } from "../ui/focus";
import { words } from "../words";
import { useFolding } from "./folding";
import { icons } from "./icons";
import type { Layout } from "./layout";
import { ToolOptions } from "./options/ToolOptions";
import type { Session } from "./session";

export interface ToolbarProps {
  readonly session: Session;
  readonly layout: Layout;
  readonly side: "left" | "right";
  /** Where there are two, each says which one it is. */
  readonly label: string;
}

export function Toolbar({ session, layout, side, label }: ToolbarProps) {
  const active = useStore(session.tool);
  const undoable = useStore(session.undoable);
  const held = useStore(session.held) !== null;
  /** Where the tab key stops. */
  const stop = held && WRITING_TOOLS.includes(active) ? "select" : active;
  const bar = useRef<HTMLDivElement>(null);
  const folding = useFolding(session);

  // The tab key stops here once, at the chosen tool; the arrow keys go from one to the next.
  const walk = (event: KeyboardEvent): void => {
    if (bar.current === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = [...bar.current.querySelectorAll<HTMLElement>("button:not(:disabled)")];
    const to = stepOf(event.key, all.findIndex((button) => button === document.activeElement), all.length);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    all[to]?.focus();
  };

  return (
    <section class={`tray ${side}`} aria-label={label} data-folded={folding.folded ? "" : undefined} data-tips={layout.dock === "bottom" ? "above" : side === "left" ? "right" : "left"}>
      <div
        class="bar toolbar"
        ref={bar}
        role="toolbar"
        aria-label={label}
        aria-orientation={layout.dock === "side" && layout.abreast === 1 ? "vertical" : "horizontal"}
        onKeyDown={walk}
      >
        <div class="tools">
          {TOOL_NAMES.map((name) => (
            <IconButton
              key={name}
              class="tool"
              label={words[name]}
              icon={icons[name]}
              hotkey={TOOL_KEYS[name].toUpperCase()}
              pressed={active === name}
              disabled={held && WRITING_TOOLS.includes(name)}
              tabIndex={stop === name ? 0 : -1}
              onClick={() => {
                if (active === name) folding.toggle();
                else folding.unfold();
                session.tool.set(name);
              }}
            >
              <span class="tool-name">{words[name]}</span>
            </IconButton>
          ))}
        </div>
        <div class="actions">
          <IconButton
            class="tool"
            label={words.undo}
            icon={icons.undo}
            disabled={held || !undoable.undo}
            tabIndex={-1}
            onClick={() => session.undo()}
          >
            <span class="tool-name">{words.undo}</span>
          </IconButton>
          <IconButton
            class="tool"
            label={words.redo}
            icon={icons.redo}
            disabled={held || !undoable.redo}
            tabIndex={-1}
            onClick={() => session.redo()}
          >
            <span class="tool-name">{words.redo}</span>
          </IconButton>
        </div>
      </div>
      <div class="options-place">
        <div class="bar options">
          <ToolOptions session={session} />
        </div>
      </div>
    </section>
  );
}
