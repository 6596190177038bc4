/** The way to the device check from the settings; only where there are calls. */
import { useStore } from "../../state/store";
import { words } from "../../words";
import { dialog } from "../dialogs";
import type { Session } from "../session";
import { callIcons } from "./icons";

export function CheckButton({ session }: { session: Session }) {
  const offered = useStore(session.calling.offered);
  if (!offered) return null;
  return (
    <div class="field-block">
      <span class="field-name">{words.call.title}</span>
      <button type="button" aria-haspopup="dialog" onClick={() => dialog.set("call-check")}>
        {callIcons.microphone}
        {words.callDevices.check}
      </button>
    </div>
  );
}
