/** What one does in the call: microphone, camera, screen, leaving; and the way to all else of it. */
import { leads } from "../meeting/leads";
import { useStore } from "../../state/store";
import { IconButton } from "../../ui/IconButton";
import { Menu, type MenuItem } from "../../ui/Menu";
import { words } from "../../words";
import { dialog } from "../dialogs";
import { icons } from "../icons";
import type { Session } from "../session";
import { callIcons } from "./icons";
import { isHeard, listensOnly } from "./may";
import { ToggleButton } from "./ToggleButton";

export const MICROPHONE_KEY = "Shift V";

export function CallBar({ session }: { session: Session }) {
  const { calling } = session;
  const own = useStore(calling.own);
  const silent = useStore(calling.silent);
  const folded = useStore(calling.folded);
  const listens = listensOnly(useStore(session.meeting));
  return (
    <section class="bar call-bar" aria-label={words.call.title} data-tips="above">
      <div class="call-main">
        {!listens && (
          <>
            <ToggleButton source="microphone" on={own.microphone.on} disabled={silent} hotkey={MICROPHONE_KEY} onTurn={(on) => void calling.turn("microphone", on)} />
            <ToggleButton source="camera" on={own.camera.on} onTurn={(on) => void calling.turn("camera", on)} />
            {sharesScreens() && (
              <button
                type="button"
                class="call-toggle"
                aria-label={words.call.shareScreen}
                aria-pressed={own.screen.on}
                data-tip={words.call.shareScreen}
                onClick={() => void calling.shareScreen()}
              >
                {callIcons.screen}
                <span class="call-button-name">{words.call.shareScreen}</span>
              </button>
            )}
          </>
        )}
        <button type="button" class="call-toggle call-leave" aria-label={words.call.leave} data-tip={words.call.leave} onClick={() => calling.leave()}>
          {callIcons.leave}
          <span class="call-button-name">{words.call.leave}</span>
        </button>
      </div>
      <div class="call-rest">
        <IconButton
          label={folded ? words.call.unfold : words.call.fold}
          icon={folded ? icons.show : icons.hide}
          expanded={!folded}
          onClick={() => calling.folded.set(!folded)}
        />
        <CallMenu session={session} />
      </div>
    </section>
  );
}

/** Phones have no way to show their screen to a page. */
function sharesScreens(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === "function";
}

function CallMenu({ session }: { session: Session }) {
  const { calling } = session;
  const meeting = useStore(session.meeting);
  const members = useStore(calling.members);
  const heard = members.filter((member) => !member.own && isHeard(member));
  const hush: readonly MenuItem[] = leads(meeting) && heard.length > 0 ? [{ name: words.call.hushAll, icon: callIcons.microphoneOff, act: () => calling.hush() }] : [];
  return (
    <Menu
      label={words.call.more}
      icon={icons.more}
      side="above"
      items={[
        hush,
        [
          { name: words.call.devices, icon: icons.settings, act: () => dialog.set("call") },
          { name: words.callDevices.check, icon: icons.check, act: () => dialog.set("call-check") },
        ],
      ]}
    />
  );
}

/** Turns the own microphone on or off by a key; false where one is in no call, or stays silent in it. */
export function toggleMicrophone({ calling, meeting }: Session): boolean {
  if (!calling.isIn() || calling.silent.get() || listensOnly(meeting.get())) return false;
  void calling.turn("microphone", !calling.own.get().microphone.on);
  return true;
}
