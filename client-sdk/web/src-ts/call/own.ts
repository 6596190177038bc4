/** What this page sends of its own: which tracks there are, whether they are on, and what keeps others away. */
import type { CallDevices, CallPicture, CallSource, DeviceTrouble } from "../api-call.js";
import { type Device, openDevice, openDevices, type Opened, openScreen } from "./devices.js";

/** A track that is sent; a camera that is off has none, and its light is out. */
interface Track {
  readonly track: MediaStreamTrack | null;
  readonly muted: boolean;
  /** To be shown on this page. */
  readonly stream: MediaStream | null;
}

export interface OwnListener {
  /** Something else is sent as this source; `null`: no longer. */
  carried(source: CallSource, sent: { readonly track: MediaStreamTrack | null; readonly muted: boolean } | null): void;
  /** The listener is told last, when all is in place. */
  changed(): void;
}

export class OwnMedia {
  readonly #listener: OwnListener;
  readonly #tracks = new Map<CallSource, Track>();
  readonly #troubles = new Map<CallSource, DeviceTrouble>();
  /** Hands are quicker than devices: what one asks of a device waits for what was asked before. */
  readonly #queues = new Map<Device, Promise<unknown>>();
  #devices: CallDevices = { microphone: "", camera: "", speaker: "" };
  /** Counts stays in the call, so that a device which is opened late is let go again. */
  #stay = 0;

  constructor(listener: OwnListener) {
    this.#listener = listener;
  }

  /** Opens what is wanted at the beginning; false: all was stopped meanwhile. */
  async start(wanted: readonly Device[], devices: CallDevices): Promise<boolean> {
    const stay = this.#stay;
    this.#devices = devices;
    const opening = openDevices(wanted, devices);
    const take = async (device: Device): Promise<void> => {
      const opened = (await opening).get(device);
      if (opened !== undefined) this.#take(stay, device, opened);
    };
    await Promise.all(wanted.map((device) => this.#inTurn(device, () => take(device))));
    this.#listener.changed();
    return stay === this.#stay;
  }

  /** All that is sent now, for a new connection. */
  sent(): ReadonlyMap<CallSource, { readonly track: MediaStreamTrack | null; readonly muted: boolean }> {
    return this.#tracks;
  }

  state(source: CallSource): { readonly on: boolean; readonly trouble: DeviceTrouble | null } {
    const track = this.#tracks.get(source);
    return { on: track !== undefined && !track.muted, trouble: this.#troubles.get(source) ?? null };
  }

  pictures(member: number): CallPicture[] {
    const pictures: CallPicture[] = [];
    for (const source of ["camera", "screen"] as const) {
      const { stream = null, muted = true } = this.#tracks.get(source) ?? {};
      if (stream !== null && !muted) pictures.push({ member, source, own: true, stream });
    }
    return pictures;
  }

  setOn(device: Device, on: boolean): Promise<boolean> {
    return this.#inTurn(device, async () => {
      if (on) await this.#switchOn(device);
      else this.switchOff(device);
      return this.state(device).on;
    });
  }

  /** Silent or dark, at once. */
  switchOff(device: Device): void {
    const { track = null, muted = true } = this.#tracks.get(device) ?? {};
    if (muted) return;
    if (device === "camera") {
      // The light beside the camera goes out with it.
      stop(track);
      this.#set(device, null, true);
    } else {
      if (track !== null) track.enabled = false;
      this.#set(device, track, true);
    }
    this.#listener.changed();
  }

  async setDevices(devices: CallDevices): Promise<void> {
    const before = this.#devices;
    this.#devices = devices;
    const changed = (["microphone", "camera"] as const).filter((device) => devices[device] !== before[device]);
    await Promise.all(changed.map((device) => this.#inTurn(device, () => this.#exchange(device))));
  }

  async shareScreen(): Promise<boolean> {
    const stay = this.#stay;
    this.#troubles.delete("screen");
    const opened = await openScreen();
    if (opened === null) return this.state("screen").on;
    if ("trouble" in opened) {
      this.#troubles.set("screen", opened.trouble);
      this.#listener.changed();
      return this.state("screen").on;
    }
    const { picture, sound } = opened;
    if (stay !== this.#stay) {
      stop(picture);
      stop(sound);
      return false;
    }
    this.#end("screen");
    this.#end("screen-sound");
    // Whoever ends it by the browser's own button ends it here too.
    picture.onended = () => this.stopScreen();
    this.#set("screen", picture, false);
    if (sound !== null) this.#set("screen-sound", sound, false);
    this.#listener.changed();
    return true;
  }

  stopScreen(): void {
    if (!this.#tracks.has("screen")) return;
    this.#end("screen");
    this.#end("screen-sound");
    this.#listener.changed();
  }

  /** Lets all devices go. */
  stop(): void {
    this.#stay += 1;
    for (const { track } of this.#tracks.values()) stop(track);
    this.#tracks.clear();
    this.#troubles.clear();
  }

  async #switchOn(device: Device): Promise<void> {
    const track = this.#tracks.get(device)?.track ?? null;
    if (track === null) {
      const stay = this.#stay;
      this.#take(stay, device, await openDevice(device, this.#devices));
    } else {
      track.enabled = true;
      this.#set(device, track, false);
    }
    this.#listener.changed();
  }

  /** Goes on with the device that is chosen now; silent if it was, and one that is off stays off. */
  async #exchange(device: Device): Promise<void> {
    const before = this.#tracks.get(device);
    if (before === undefined || before.track === null) return;
    const stay = this.#stay;
    // Some systems open a device only once, and some a second one only after the first was let go.
    stop(before.track);
    const opened = await openDevice(device, this.#devices);
    // It may have been switched off while the other one was opened.
    const muted = this.#tracks.get(device)?.muted ?? true;
    if (muted && "track" in opened) {
      if (device === "camera") {
        stop(opened.track);
        return;
      }
      opened.track.enabled = false;
    }
    this.#take(stay, device, opened, muted);
    this.#listener.changed();
  }

  #take(stay: number, device: Device, opened: Opened, muted = false): void {
    if (stay !== this.#stay) {
      if ("track" in opened) stop(opened.track);
      return;
    }
    if ("trouble" in opened) {
      this.#troubles.set(device, opened.trouble);
      if (this.#tracks.has(device)) this.#set(device, null, true);
      return;
    }
    this.#troubles.delete(device);
    opened.track.onended = () => this.#lost(device);
    this.#set(device, opened.track, muted);
  }

  /** The device was pulled out: another takes over if there is one. */
  #lost(device: Device): void {
    void this.#inTurn(device, () => this.#exchange(device));
  }

  #set(source: CallSource, track: MediaStreamTrack | null, muted: boolean): void {
    const before = this.#tracks.get(source);
    if (before?.track !== undefined && before.track !== track) stop(before.track);
    const stream = track === null ? null : before?.track === track ? before.stream : new MediaStream([track]);
    this.#tracks.set(source, { track, muted, stream });
    this.#listener.carried(source, { track, muted });
  }

  #end(source: CallSource): void {
    const sent = this.#tracks.get(source);
    if (sent === undefined) return;
    stop(sent.track);
    this.#tracks.delete(source);
    this.#listener.carried(source, null);
  }

  #inTurn<T>(device: Device, act: () => Promise<T>): Promise<T> {
    const turn = (this.#queues.get(device) ?? Promise.resolve()).then(act);
    this.#queues.set(device, turn.catch(() => undefined));
    return turn;
  }
}

/** Ends a track; one that is stopped by hand says nothing of it. */
function stop(track: MediaStreamTrack | null): void {
  if (track === null) return;
  track.onended = null;
  track.stop();
}
