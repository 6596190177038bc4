/** Opens a camera or a microphone to be looked at before one is in the call, and closes it again. */
import type { DeviceTrouble } from "@kakehashi/client";
import { useEffect, useState } from "preact/hooks";
import { troubleOf } from "./check";

export type DeviceKind = "camera" | "microphone";

/** Both null: it is not wanted, or just being opened. */
export interface Opened {
  readonly stream: MediaStream | null;
  readonly trouble: DeviceTrouble | null;
}

const CLOSED: Opened = { stream: null, trouble: null };
/** Pixels; enough for a look, and quick to start. */
const PREVIEW_HEIGHT = 480;

/** Whether browsers lend devices to this page at all: to secure ones only. */
export function lendsDevices(): boolean {
  return typeof navigator.mediaDevices?.getUserMedia === "function";
}

const wanted = new Set<DeviceKind>();
let asking: Promise<void> | null = null;

/** Where neither was allowed yet and both are wanted, that is one question of the browser and not two. */
function askOnce(kind: DeviceKind): Promise<void> {
  wanted.add(kind);
  asking ??= (async () => {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const has = (kind: MediaDeviceKind): boolean => devices.some((device) => device.kind === kind);
    if (devices.some(({ label }) => label !== "") || !has("audioinput") || !has("videoinput")) return;
    // Until the devices were told the others who want one have said so.
    if (wanted.size < 2) return;
    closeStream(await navigator.mediaDevices.getUserMedia({ audio: true, video: true }));
  })().catch((error: unknown) => console.warn(error));
  return asking;
}

/** `id`: empty for the system's choice. A device that is not there any more gives way to that. */
export async function openDevice(kind: DeviceKind, id: string): Promise<MediaStream> {
  await askOnce(kind);
  const usual: MediaTrackConstraints = kind === "camera" ? { height: { ideal: PREVIEW_HEIGHT } } : {};
  const wish = (more: MediaTrackConstraints): MediaStreamConstraints => (kind === "camera" ? { video: { ...usual, ...more } } : { audio: { ...usual, ...more } });
  if (id === "") return navigator.mediaDevices.getUserMedia(wish({}));
  try {
    return await navigator.mediaDevices.getUserMedia(wish({ deviceId: { exact: id } }));
  } catch (error) {
    if (troubleOf(error) !== "missing") throw error;
    return navigator.mediaDevices.getUserMedia(wish({}));
  }
}

export function closeStream(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** The device, for as long as it is wanted; with another `round` it is opened anew. */
export function useDevice(kind: DeviceKind, id: string, wanted: boolean, round = 0): Opened {
  const [opened, setOpened] = useState<Opened>(CLOSED);
  useEffect(() => {
    setOpened(CLOSED);
    if (!wanted || !lendsDevices()) return;
    let left = false;
    let stream: MediaStream | null = null;
    openDevice(kind, id).then(
      (found) => {
        if (left) return closeStream(found);
        stream = found;
        setOpened({ stream, trouble: null });
      },
      (error: unknown) => {
        if (!left) setOpened({ stream: null, trouble: troubleOf(error) });
      },
    );
    return () => {
      left = true;
      if (stream !== null) closeStream(stream);
    };
  }, [kind, id, wanted, round]);
  return opened;
}
