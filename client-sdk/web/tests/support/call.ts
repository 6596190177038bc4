/** A call against a browser and a server that do as the test says: what is asked is kept, what is told is given. */
import { vi } from "vitest";
import type { CallEvent } from "../../src-ts/api-call";
import { CallClient } from "../../src-ts/call/call-client";
import type { LanePort } from "../../src-ts/call/lane-port";
import type { Ask, Joined, Tell } from "../../src-ts/call/messages";

export class Track {
  enabled = true;
  contentHint = "";
  readyState = "live";
  onended: (() => void) | null = null;
  constructor(readonly kind: "audio" | "video") {}
  stop(): void {
    this.readyState = "ended";
  }
}

export class Stream {
  constructor(readonly tracks: Track[] = []) {}
  getAudioTracks(): Track[] {
    return this.tracks.filter(({ kind }) => kind === "audio");
  }
  getVideoTracks(): Track[] {
    return this.tracks.filter(({ kind }) => kind === "video");
  }
  addTrack(track: Track): void {
    this.tracks.push(track);
  }
  removeTrack(track: Track): void {
    this.tracks.splice(this.tracks.indexOf(track), 1);
  }
}

export class Receiver {
  readonly track: Track;
  /** When something came last, and how loud it was. */
  last = 0;
  audioLevel = 0;
  constructor(kind: "audio" | "video") {
    this.track = new Track(kind);
  }
  getSynchronizationSources(): { timestamp: number; audioLevel: number }[] {
    return this.last === 0 ? [] : [{ timestamp: this.last, audioLevel: this.audioLevel }];
  }
}

class Transceiver {
  mid: string | null = null;
  readonly receiver: Receiver;
  readonly sender: { track: Track | null; replaceTrack: (track: Track | null) => Promise<void>; getStats: () => Promise<Map<string, unknown>> } & object;
  #direction: string;
  constructor(
    of: Track | "audio" | "video",
    direction: string,
    readonly changed: () => void,
    readonly encodings: RTCRtpEncodingParameters[] = [{}],
  ) {
    this.#direction = direction;
    const sender = {
      track: typeof of === "string" ? null : of,
      replaceTrack: async (track: Track | null) => void (sender.track = track),
      getStats: async () => new Map(),
      getParameters: () => ({ encodings: this.encodings.map((encoding) => ({ ...encoding })) }),
      setParameters: async ({ encodings }: { encodings: RTCRtpEncodingParameters[] }) => void this.encodings.splice(0, Infinity, ...encodings),
    };
    this.sender = sender;
    this.receiver = new Receiver(typeof of === "string" ? of : of.kind);
  }
  preferences: RTCRtpCodec[] = [];
  setCodecPreferences(codecs: RTCRtpCodec[]): void {
    this.preferences = codecs;
  }
  get direction(): string {
    return this.#direction;
  }
  set direction(direction: string) {
    this.#direction = direction;
    this.changed();
  }
}

/** A section of a description that this stand-in makes by itself. */
interface Section {
  readonly mid: string;
  readonly kind: "audio" | "video";
}

export class Connection {
  static made: Connection[] = [];
  connectionState: RTCPeerConnectionState = "new";
  iceConnectionState: RTCIceConnectionState = "new";
  signalingState: RTCSignalingState = "stable";
  localDescription: { readonly type: "offer" | "answer"; readonly sdp: string } | null = null;
  onconnectionstatechange: (() => void) | null = null;
  onicecandidate: ((event: { candidate: { candidate: string; sdpMid?: string } | null }) => void) | null = null;
  onnegotiationneeded: (() => void) | null = null;
  readonly transceivers: Transceiver[] = [];
  readonly answers: string[] = [];
  /** Names and settings of the channels, and when they were made. */
  readonly channels: [string, RTCDataChannelInit, string][] = [];
  readonly channel = { readyState: "open", binaryType: "" };
  #offered = false;
  restarts = 0;
  /** Offers that were taken back because another came. */
  rollbacks = 0;
  #needed = false;
  #stable: (typeof this.localDescription) = null;
  constructor() {
    Connection.made.push(this);
  }
  createDataChannel(name: string, settings: RTCDataChannelInit): { readyState: string; binaryType: string } {
    this.channels.push([name, settings, this.#offered ? "after an offer" : "before any offer"]);
    return this.channel;
  }
  addTransceiver(of: Track | "audio" | "video", { direction, sendEncodings }: { direction: string; sendEncodings?: RTCRtpEncodingParameters[] }): Transceiver {
    const transceiver = new Transceiver(of, direction, () => this.#need(), sendEncodings);
    this.transceivers.push(transceiver);
    this.#need();
    return transceiver;
  }
  getTransceivers(): Transceiver[] {
    return this.transceivers;
  }
  async createOffer({ iceRestart }: { iceRestart: boolean }): Promise<{ sdp: string }> {
    this.#offered = true;
    return { sdp: `${iceRestart ? "restart" : "offer"} of ${this.transceivers.map(({ direction }) => direction).join(" ")}` };
  }
  async setLocalDescription(description?: { type: string }): Promise<void> {
    if (description === undefined) {
      this.#describe();
    } else if (description.type === "offer") {
      this.transceivers.forEach((transceiver, at) => (transceiver.mid ??= String(at)));
    }
  }
  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    this.answers.push(sdp);
    if (!sdp.startsWith("[")) return;
    if (type === "offer") {
      if (this.signalingState === "have-local-offer") this.#rollback();
      this.signalingState = "have-remote-offer";
    } else {
      if (this.signalingState !== "have-local-offer") throw new DOMException("no offer is answered by this", "InvalidStateError");
      this.signalingState = "stable";
    }
    for (const { mid, kind } of JSON.parse(sdp) as Section[]) {
      if (this.transceivers.some((transceiver) => transceiver.mid === mid)) continue;
      const transceiver = new Transceiver(kind, "recvonly", () => this.#need());
      transceiver.mid = mid;
      this.transceivers.push(transceiver);
    }
    if (this.signalingState === "stable") this.#fire();
  }
  async addIceCandidate(): Promise<void> {}
  restartIce(): void {
    this.restarts += 1;
    this.#need();
  }
  helpers: unknown = [];
  /** What the line up is said to hold, bits a second. */
  uplink: number | undefined;
  lost = 0;
  async getStats(): Promise<Map<string, object>> {
    return new Map<string, object>([
      ["pair", { type: "candidate-pair", availableOutgoingBitrate: this.uplink }],
      ["heard", { type: "remote-inbound-rtp", fractionLost: this.lost }],
    ]);
  }
  getConfiguration(): object {
    return {};
  }
  setConfiguration({ iceServers }: { iceServers: unknown }): void {
    this.helpers = iceServers;
  }
  turn(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
  close(): void {
    this.connectionState = "closed";
    this.signalingState = "closed";
  }
  #need(): void {
    this.#needed = true;
    this.#fire();
  }
  #fire(): void {
    // It is a task of its own in browsers, after what waits for promises.
    const later = async (): Promise<void> => {
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
      if (this.#needed && this.signalingState === "stable") this.onnegotiationneeded?.();
    };
    void later();
  }
  #describe(): void {
    this.#stable = this.localDescription;
    const answers = this.signalingState === "have-remote-offer";
    if (!answers) {
      this.#needed = false;
      for (const transceiver of this.transceivers) {
        const taken = new Set(this.transceivers.map(({ mid }) => mid));
        let mid = 0;
        while (taken.has(String(mid))) mid += 1;
        transceiver.mid ??= String(mid);
      }
    }
    const sections = this.transceivers.filter(({ mid }) => mid !== null).map(({ mid, receiver }) => ({ mid, kind: receiver.track.kind }));
    this.localDescription = { type: answers ? "answer" : "offer", sdp: JSON.stringify(sections) };
    this.signalingState = answers ? "stable" : "have-local-offer";
    if (answers) this.#fire();
  }
  #rollback(): void {
    this.rollbacks += 1;
    this.#needed = true;
    const before = JSON.parse(this.#stable?.sdp ?? "[]") as Section[];
    for (const transceiver of this.transceivers) if (!before.some(({ mid }) => mid === transceiver.mid)) transceiver.mid = null;
    this.localDescription = this.#stable;
  }
}

export const JOINED: Joined = { member: 1, back: false, ice: [], voices: 4, pictures: 25 };
const DEVICES = { microphone: "", camera: "", speaker: "" };

/** What plays a voice. */
class Sound {
  autoplay = false;
  muted = false;
  srcObject: Stream | null = null;
  play = async (): Promise<void> => undefined;
  pause = (): void => undefined;
}

/** A page with a microphone and a camera that are there, unless `missing` says otherwise. */
export function calling({ missing = [] as ("audio" | "video")[], lanes = undefined as LanePort | undefined } = {}) {
  const opened: Track[] = [];
  Connection.made = [];
  vi.stubGlobal("RTCPeerConnection", Connection);
  vi.stubGlobal("MediaStream", Stream);
  // Packing takes time that no clock of a test moves.
  vi.stubGlobal("CompressionStream", undefined);
  vi.stubGlobal("RTCRtpReceiver", {});
  const sounds: Sound[] = [];
  vi.stubGlobal("Audio", class extends Sound {
    constructor() {
      super();
      sounds.push(this);
    }
  });
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
    /** The tracks that are heard. */
    heard: (): (Track | undefined)[] => sounds.filter(({ muted, srcObject }) => !muted && srcObject !== null).map(({ srcObject }) => srcObject?.tracks[0]),
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
