/** What keys do on the board. Text fields keep their own keys. */
import type { Stage } from "../canvas/stage";
import { TOOL_KEYS } from "../tools/registry";
import { TOOL_NAMES, type ToolName, WRITING_TOOLS } from "../tools/tool";
import { belongsToComposition } from "../ui/composing";
import { dialog } from "./dialogs";
import { toggleMicrophone } from "./call/CallBar";
import { toggleHand } from "./meeting/HandButton";
import { togglePanel } from "./meeting/shown";
import { pressObjectKey } from "./selection/keys";
import type { Session } from "./session";

const TOOLS_BY_KEY: ReadonlyMap<string, ToolName> = new Map(TOOL_NAMES.map((name) => [TOOL_KEYS[name], name]));

/** How much one press on a key or a button for it enlarges. */
export const ZOOM_STEP = 1.25;

/** Does what a key means; true if it means something. */
export function pressKey(event: KeyboardEvent, session: Session, stage: Stage): boolean {
  if (belongsToComposition(event) || inTextField(event.target)) return false;
  if (pressObjectKey(event, session, stage)) return true;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) return pressCommand(key, event.shiftKey, session);
  if (event.altKey) return false;
  if (event.shiftKey && key === "h") return toggleHand(session);
  if (event.shiftKey && key === "v") return toggleMicrophone(session);
  if (event.shiftKey && key === "m") {
    togglePanel();
    return true;
  }
  const tool = TOOLS_BY_KEY.get(key);
  if (tool !== undefined) {
    if (session.held.get() === null || !WRITING_TOOLS.includes(tool)) session.tool.set(tool);
    return true;
  }
  switch (key) {
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
    case "Escape":
      if (session.following.leader.get() === null) return false;
      session.following.stop();
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
  else return false;
  return true;
}

function inTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
