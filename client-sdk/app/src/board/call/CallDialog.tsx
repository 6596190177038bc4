/** The small card before a call, and in it when devices are chosen: how one looks and sounds, and with what. */
import { route } from "../../route";
import { identity } from "../../state/identity";
import { useStore } from "../../state/store";
import { Dialog } from "../../ui/Dialog";
import { lettersOn } from "../../ui/on-color";
import { Switch } from "../../ui/Switch";
import { words } from "../../words";
import { dialog } from "../dialogs";
import type { Session } from "../session";
import { CallVideo } from "./CallVideo";
import { callChoices, choose } from "./choices";
import { DevicePickers } from "./DevicePickers";
import { callIcons } from "./icons";
import { LevelMeter } from "./LevelMeter";
import { listensOnly } from "./may";
import { lendsDevices, type Opened, useDevice } from "./opening";
import { ToggleButton } from "./ToggleButton";
import { useIsIn } from "./use-is-in";
import { initialsOf } from "./who";

export function CallDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const { calling } = session;
  const chosen = useStore(callChoices);
  const inRoom = useStore(calling.inRoom);
  const members = useStore(calling.members);
  const problem = useStore(calling.problem);
  const listens = listensOnly(useStore(session.meeting));
  const real = useStore(calling.own);
  const own = useStore(calling.pictures).find((picture) => picture.own && picture.source === "camera");
  const isIn = useIsIn(calling);
  // In the call both are open already, and some devices can be open once only.
  const opened = useDevice("camera", chosen.camera, chosen.cameraOn && !listens && !isIn);
  const camera: Opened = isIn ? { stream: own?.stream ?? null, trouble: real.camera.trouble } : opened;
  const listened = useDevice("microphone", chosen.microphone, chosen.microphoneOn && !inRoom && !listens && !isIn);
  const microphone: Opened = isIn ? { stream: null, trouble: inRoom ? null : real.microphone.trouble } : listened;
  const [cameraOn, microphoneOn] = isIn ? [real.camera.on, real.microphone.on] : [chosen.cameraOn, chosen.microphoneOn && !inRoom];
  const ofPanel = route.get().screen === "kiosk";

  const join = async (): Promise<void> => {
    onClose();
    // Some devices can be open once only: the preview has given them back when this goes on.
    await new Promise((resolve) => setTimeout(resolve));
    if (!(await calling.join(listens))) dialog.set("call");
  };
  const turn = (source: "microphone" | "camera", on: boolean): void => {
    if (isIn) void calling.turn(source, on);
    else choose(source === "microphone" ? { microphoneOn: on } : { cameraOn: on });
  };

  return (
    <Dialog
      title={isIn ? words.call.title : words.call.join}
      onClose={onClose}
      class="call-dialog"
      actions={
        <>
          <button type="button" aria-haspopup="dialog" onClick={() => dialog.set("call-check")}>
            {words.callDevices.check}
          </button>
          {isIn ? (
            <button type="button" class="primary" onClick={onClose}>
              {words.close}
            </button>
          ) : (
            <button type="button" class="primary" data-first="" onClick={() => void join()}>
              {callIcons.join}
              {words.call.join}
            </button>
          )}
        </>
      }
    >
      {problem !== null && (
        <p class="field-problem" role="alert">
          {words.call.problems[problem]}
        </p>
      )}
      {!isIn && <p class="hint">{members.length === 0 ? words.call.nobodyInIt : words.call.inIt(members.length)}</p>}
      {listens ? (
        <p>{words.call.onlyListen}</p>
      ) : (
        <div class="call-card">
          <Look camera={camera} on={cameraOn} />
          <div class="call-card-side">
            <div class="call-toggles">
              <ToggleButton source="microphone" on={microphoneOn} disabled={inRoom} onTurn={(on) => turn("microphone", on)} />
              <ToggleButton source="camera" on={cameraOn} onTurn={(on) => turn("camera", on)} />
            </div>
            {!isIn && !inRoom && <LevelMeter stream={microphone.stream} />}
            <Troubles camera={camera} microphone={microphone} isIn={isIn} />
          </div>
        </div>
      )}
      <div class="call-pickers">
        <DevicePickers calling={calling} kinds={listens ? ["speaker"] : ["microphone", "camera", "speaker"]} opened={microphone.stream ?? camera.stream} />
      </div>
      {!ofPanel && !listens && <Switch label={words.callDevices.inRoom} hint={words.callDevices.inRoomHint} on={inRoom} onChange={(on) => calling.standInRoom(on)} />}
    </Dialog>
  );
}

function Look({ camera, on }: { camera: Opened; on: boolean }) {
  const { name, color } = useStore(identity);
  return (
    <div class="call-look">
      {camera.stream !== null ? (
        <CallVideo stream={camera.stream} label={words.callDevices.preview} mirrored />
      ) : (
        <>
          <span class="call-disc" style={{ background: color.slice(0, 7), color: lettersOn(color) }} aria-hidden="true">
            {initialsOf(name)}
          </span>
          <span class="call-look-word">{on && camera.trouble === null && lendsDevices() ? words.callDevices.starting : words.callDevices.cameraIsOff}</span>
        </>
      )}
    </div>
  );
}

/** A refused or missing device is no error: it says what to do, and that one can join. */
function Troubles({ camera, microphone, isIn }: { camera: Opened; microphone: Opened; isIn: boolean }) {
  if (!lendsDevices()) return <p class="hint">{words.callDevices.notSecure}</p>;
  const both = isIn ? null : camera.trouble;
  if (both === microphone.trouble && (both === "refused" || both === "missing")) {
    return (
      <p class="hint" role="status">
        {words.callDevices.bothTroubles[both]}
      </p>
    );
  }
  const troubles = isIn ? words.callDevices.unheard : words.callDevices.troubles;
  return (
    <>
      {microphone.trouble !== null && (
        <p class="hint" role="status">
          {troubles.microphone[microphone.trouble]}
        </p>
      )}
      {camera.trouble !== null && (
        <p class="hint" role="status">
          {troubles.camera[camera.trouble]}
        </p>
      )}
    </>
  );
}
