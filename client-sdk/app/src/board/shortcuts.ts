/** What keys do on the board. Text fields keep their own keys. */
import type { Stage } from "../canvas/stage";
import { TOOL_KEYS } from "../tools/registry";
import { TOOL_NAMES, type ToolName } from "../tools/tool";
import { MAIN_HAND } from "../tools/hands";
import { move, remove } from "../tools/select/actions";
import { dialog } from "./dialogs";
import type { Session } from "./session";

const TOOLS_BY_KEY: ReadonlyMap<string, ToolName> = new Map(TOOL_NAMES.map((name) => [TOOL_KEYS[name], name]));

/** Page units; with shift the large one. */
const NUDGE = 2;
const NUDGE_LARGE = 20;
const ZOOM_STEP = 1.25;

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Does what a key means; true if it means something. */
export function pressKey(event: KeyboardEvent, session: Session, stage: Stage): boolean {
  if (event.isComposing || inTextField(event.target)) return false;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) return pressCommand(key, event.shiftKey, session);
  if (event.altKey) return false;
  const tool = TOOLS_BY_KEY.get(key);
  if (tool !== undefined) {
    session.tool.set(tool);
    return true;
  }
  const arrow = ARROWS[key];
  if (arrow !== undefined) {
    if (session.selection.get().length === 0) return false;
    const step = event.shiftKey ? NUDGE_LARGE : NUDGE;
    move(stage, MAIN_HAND, arrow[0] * step, arrow[1] * step);
    return true;
  }
  switch (key) {
    case "Delete":
    case "Backspace":
      if (session.selection.get().length === 0) return false;
      remove(stage);
      return true;
    case "Escape":
      session.selection.set([]);
      return true;
    case "?":
      dialog.set("shortcuts");
      return true;
    case "+":
    case "=":
      stage.zoomBy(ZOOM_STEP);
      return true;
    case "-":
      stage.zoomBy(1 / ZOOM_STEP);
      return true;
    case "0":
      stage.showWholePage();
      return true;
    case "PageUp":
      session.turnPage(-1);
      return true;
    case "PageDown":
      session.turnPage(1);
      return true;
    default:
      return false;
  }
}

function pressCommand(key: string, shift: boolean, session: Session): boolean {
  if (key === "z" && !shift) session.undo();
  else if (key === "y" || key === "z") session.redo();
  else if (key === "a" && session.tool.get() === "select") session.selectAll();
  else return false;
  return true;
}

function inTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
