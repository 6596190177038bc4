/** Which microphone, camera and loudspeaker are used. */
import { useEffect, useId, useState } from "preact/hooks";
import { useStore } from "../../state/store";
import { words } from "../../words";
import type { Calling } from "./calling";
import { callChoices, type CallChoices } from "./choices";

type Kind = "microphone" | "camera" | "speaker";

const KINDS: Readonly<Record<Kind, MediaDeviceKind>> = { microphone: "audioinput", camera: "videoinput", speaker: "audiooutput" };

export interface DevicePickersProps {
  readonly calling: Calling;
  readonly kinds: readonly Kind[];
  /** Devices have names once one of them was allowed: looked up anew when this is another one. */
  readonly opened: unknown;
}

export function DevicePickers({ calling, kinds, opened }: DevicePickersProps) {
  const chosen = useStore(callChoices);
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  useEffect(() => {
    const { mediaDevices } = navigator;
    if (typeof mediaDevices?.enumerateDevices !== "function") return;
    let left = false;
    const look = (): void => {
      mediaDevices.enumerateDevices().then(
        (found) => {
          if (!left) setDevices(found);
        },
        (error: unknown) => console.warn(error),
      );
    };
    look();
    mediaDevices.addEventListener("devicechange", look);
    return () => {
      left = true;
      mediaDevices.removeEventListener("devicechange", look);
    };
  }, [opened]);
  return (
    <>
      {kinds.map((kind) => (
        <Picker key={kind} kind={kind} chosen={chosen[kind]} devices={devices.filter((device) => device.kind === KINDS[kind])} take={(id) => calling.takeDevices({ [kind]: id })} />
      ))}
    </>
  );
}

interface PickerProps {
  readonly kind: Kind;
  readonly chosen: CallChoices[Kind];
  readonly devices: readonly MediaDeviceInfo[];
  readonly take: (id: string) => void;
}

function Picker({ kind, chosen, devices, take }: PickerProps) {
  const id = useId();
  // Loudspeakers are chosen only where the browser lets a page do so.
  if (kind === "speaker" && !("setSinkId" in HTMLMediaElement.prototype)) return null;
  const named = devices.filter(({ deviceId }) => deviceId !== "" && deviceId !== "default" && deviceId !== "communications");
  // One that is there is no choice.
  if (named.length < 2) return null;
  const name = kind === "speaker" ? words.callDevices.speaker : words.call[kind];
  return (
    <div class="field-block">
      <label for={id}>{name}</label>
      <select id={id} class="field" value={named.some(({ deviceId }) => deviceId === chosen) ? chosen : ""} onChange={({ currentTarget }) => take(currentTarget.value)}>
        <option value="">{words.callDevices.usual}</option>
        {named.map(({ deviceId, label }, i) => (
          <option key={deviceId} value={deviceId}>
            {label === "" ? `${name} ${i + 1}` : label}
          </option>
        ))}
      </select>
    </div>
  );
}
