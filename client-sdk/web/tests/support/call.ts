/** A call against a browser and a server that do as the test says: what is asked is kept, what is told is given. */
import { vi } from "vitest";
import type { CallEvent } from "../../src-ts/api-call";
import { CallClient } from "../../src-ts/call/call-client";
import type { LanePort } from "../../src-ts/call/lane-port";
import type { Ask, Joined, Tell } from "../../src-ts/call/messages";

class Track {
  enabled = true;
  contentHint = "";
  readyState = "live";
  onended: (() => void) | null = null;
  constructor(readonly kind: "audio" | "video") {}
  stop(): void {
    this.readyState = "ended";
  }
}

class Stream {
  constructor(readonly tracks: Track[] = []) {}
  getAudioTracks(): Track[] {
    return this.tracks.filter(({ kind }) => kind === "audio");
  }
  getVideoTracks(): Track[] {
    return this.tracks.filter(({ kind }) => kind === "video");
  }
}

class Transceiver {
  mid: string | null = null;
  direction: string;
  readonly receiver: { track: Track };
  readonly sender: { track: Track | null; replaceTrack: (track: Track | null) => Promise<void> };
  constructor(of: Track | "audio" | "video", direction: string) {
    this.direction = direction;
    const sender = { track: typeof of === "string" ? null : of, replaceTrack: async (track: Track | null) => void (sender.track = track) };
    this.sender = sender;
    this.receiver = { track: new Track(typeof of === "string" ? of : of.kind) };
  }
}

export class Connection {
  static made: Connection[] = [];
  connectionState: RTCPeerConnectionState = "new";
  onconnectionstatechange: (() => void) | null = null;
  onicecandidate: ((event: { candidate: { candidate: string } | null }) => void) | null = null;
  readonly transceivers: Transceiver[] = [];
  readonly answers: string[] = [];
  /** Names and settings of the channels, and when they were made. */
  readonly channels: [string, RTCDataChannelInit, string][] = [];
  readonly channel = { readyState: "open", binaryType: "" };
  #offered = false;
  constructor() {
    Connection.made.push(this);
  }
  createDataChannel(name: string, settings: RTCDataChannelInit): { readyState: string; binaryType: string } {
    this.channels.push([name, settings, this.#offered ? "after an offer" : "before any offer"]);
    return this.channel;
  }
  addTransceiver(of: Track | "audio" | "video", { direction }: { direction: string }): Transceiver {
    const transceiver = new Transceiver(of, direction);
    this.transceivers.push(transceiver);
    return transceiver;
  }
  async createOffer({ iceRestart }: { iceRestart: boolean }): Promise<{ sdp: string }> {
    this.#offered = true;
    return { sdp: `${iceRestart ? "restart" : "offer"} of ${this.transceivers.map(({ direction }) => direction).join(" ")}` };
  }
  async setLocalDescription({ type }: { type: string }): Promise<void> {
    if (type === "offer") this.transceivers.forEach((transceiver, at) => (transceiver.mid ??= String(at)));
  }
  async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.answers.push(sdp);
  }
  turn(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
  close(): void {
    this.connectionState = "closed";
  }
}

export const JOINED: Joined = { member: 1, back: false, ice: [], voices: 2, pictures: 25 };
const DEVICES = { microphone: "", camera: "", speaker: "" };

/** A page with a microphone and a camera that are there, unless `missing` says otherwise. */
export function calling({ missing = [] as ("audio" | "video")[], lanes = undefined as LanePort | undefined } = {}) {
  const opened: Track[] = [];
  Connection.made = [];
  vi.stubGlobal("RTCPeerConnection", Connection);
  vi.stubGlobal("MediaStream", Stream);
  vi.stubGlobal("RTCRtpReceiver", {});
  vi.stubGlobal("Audio", class { autoplay = false; srcObject: unknown = null; play = async () => undefined; pause = () => undefined; });
  const page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
  vi.stubGlobal("navigator", {
    mediaDevices: {
      getUserMedia: async (wish: { audio?: unknown; video?: unknown }) => {
        const kinds = (["audio", "video"] as const).filter((kind) => wish[kind] !== undefined);
        if (kinds.some((kind) => missing.includes(kind))) throw new DOMException("there is none", "NotFoundError");
        const tracks = kinds.map((kind) => new Track(kind));
        opened.push(...tracks);
        return new Stream(tracks);
      },
    },
  });
  vi.spyOn(console, "warn").mockImplementation(() => undefined);

  const asked: Ask[] = [];
  const events: CallEvent[] = [];
  let live = true;
  const call = new CallClient((ask) => {
    if (live) asked.push(JSON.parse(ask) as Ask);
    return live;
  }, lanes);
  call.subscribe((event) => events.push(event));
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
  };
  const tell = async (tell: Tell): Promise<void> => {
    call.handle(tell);
    await settle();
  };
  return {
    call,
    opened,
    page,
    events,
    settle,
    tell,
    /** What was asked since it was last looked at. */
    asks: (): Ask[] => asked.splice(0),
    connection: (): Connection => {
      const made = Connection.made.at(-1);
      if (made === undefined) throw new Error("no connection was made");
      return made;
    },
    join: (wants = { microphone: true, camera: true }): Promise<void> => call.join({ ...wants, devices: DEVICES }),
    /** The board's connection comes or goes. */
    board: (now: boolean): void => {
      live = now;
      call.review(now);
    },
    /** Joins, answered as a server would, up to media that flows. */
    async in(wants = { microphone: true, camera: true }): Promise<void> {
      call.review(true);
      const joined = this.join(wants);
      await settle();
      await tell({ type: "joined", ...JOINED });
      await tell({ type: "answer", sdp: "first" });
      this.connection().turn("connected");
      await joined;
      this.asks();
      events.length = 0;
    },
  };
}
