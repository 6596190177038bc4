/** Microphones, cameras and screens as the browser gives them, and why it does not. */
import type { CallDevices, DeviceTrouble } from "../api-call.js";
import { SCREEN_RATE_MAX } from "./codecs.js";

export type Device = "microphone" | "camera";

/** A track of a device, or what keeps it away. */
export type Opened = { readonly track: MediaStreamTrack } | { readonly trouble: DeviceTrouble };

/** Opens what is wanted. Both are asked for in one question first; if that fails each has its own answer. */
export async function openDevices(wanted: readonly Device[], devices: CallDevices): Promise<ReadonlyMap<Device, Opened>> {
  if (wanted.length === 2) {
    try {
      const stream = await media().getUserMedia({ audio: microphone(devices), video: camera(devices) });
      return new Map(wanted.map((device) => [device, trackOf(stream, device)]));
    } catch {
      // Which of the two it was is found out below.
    }
  }
  const opened = new Map<Device, Opened>();
  for (const device of wanted) opened.set(device, await openDevice(device, devices));
  return opened;
}

export async function openDevice(device: Device, devices: CallDevices): Promise<Opened> {
  try {
    const wish = device === "microphone" ? { audio: microphone(devices) } : { video: camera(devices) };
    return trackOf(await media().getUserMedia(wish), device);
  } catch (error) {
    return { trouble: troubleOf(error) };
  }
}

/** The picture of a screen, and its sound if the browser gives it; null if nobody chose one. */
export async function openScreen(): Promise<{ readonly picture: MediaStreamTrack; readonly sound: MediaStreamTrack | null } | { readonly trouble: DeviceTrouble } | null> {
  if (typeof navigator.mediaDevices?.getDisplayMedia !== "function") return { trouble: "missing" };
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia(screen());
    const [picture] = stream.getVideoTracks();
    if (picture === undefined) return { trouble: "missing" };
    picture.contentHint = "detail";
    return { picture, sound: stream.getAudioTracks()[0] ?? null };
  } catch (error) {
    // Whoever closes the browser's own dialogue knows that they did; that the system forbids it they do not.
    const closed = error instanceof DOMException && error.name === "NotAllowedError" && !/system/i.test(error.message);
    return closed ? null : { trouble: troubleOf(error) };
  }
}

export function troubleOf(error: unknown): DeviceTrouble {
  switch (error instanceof Error || error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "refused";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    default:
      return "unknown";
  }
}

/**
 * A screen with its sound. In that of a whole system are the voices of the call too, which would go back to those who speak:
 * a browser that cannot leave out what this page plays gives the sound of windows and tabs alone.
 */
function screen(): DisplayMediaStreamOptions {
  const leavesOut: boolean = Reflect.get(navigator.mediaDevices.getSupportedConstraints(), "restrictOwnAudio") === true;
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, restrictOwnAudio: true };
  const options = { video: { frameRate: { max: SCREEN_RATE_MAX } }, audio, systemAudio: leavesOut ? "include" : "exclude" };
  return options;
}

/** Browsers give no devices to pages that came unencrypted. */
function media(): MediaDevices {
  const { mediaDevices } = navigator;
  if (mediaDevices === undefined) throw new DOMException("this page came unencrypted, and such a page has no devices", "SecurityError");
  return mediaDevices;
}

function microphone({ microphone: id }: CallDevices): MediaTrackConstraints {
  return { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...chosen(id) };
}

function camera({ camera: id }: CallDevices): MediaTrackConstraints {
  return { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24 }, ...chosen(id) };
}

/** A device that was chosen once and is not there gives way to another. */
function chosen(id: string): MediaTrackConstraints {
  return id === "" ? {} : { deviceId: { ideal: id } };
}

function trackOf(stream: MediaStream, device: Device): Opened {
  const [track] = device === "microphone" ? stream.getAudioTracks() : stream.getVideoTracks();
  return track === undefined ? { trouble: "missing" } : { track };
}
