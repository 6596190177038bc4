/**
 * One connection of media to the other of a pair. Both offer whenever something changes; of two offers that cross the
 * impolite one's holds, and the polite one takes its own back and makes it again afterwards (perfect negotiation, WebRTC 1.0).
 */
import type { CallSource } from "../api-call.js";
import { directEncodingsOf, preferCodecs } from "./codecs.js";
import { CANDIDATE_BYTES_MAX, type Joined, type Sent, type Word } from "./messages.js";
import { sparingOpus } from "./sdp.js";

export interface DirectListener {
  /** Passes a word to the other, if that can be. */
  say(word: Word): void;
  connection(state: RTCPeerConnectionState): void;
  /** Other sources come than before. */
  coming(): void;
  /** The browser does not go on with this connection. */
  failed(error: unknown): void;
}

interface Sending {
  readonly transceiver: RTCRtpTransceiver;
  track: MediaStreamTrack | null;
}

/** What comes of one source. */
export interface Coming {
  readonly receiver: RTCRtpReceiver;
  readonly stream: MediaStream;
}

export class Direct {
  readonly #connection: RTCPeerConnection;
  readonly #polite: boolean;
  /** Whether this device shows H.264 and VP8 not as well. */
  readonly #h264First: boolean;
  readonly #listener: DirectListener;
  readonly #sent = new Map<CallSource, Sending>();
  #coming: ReadonlyMap<CallSource, Coming> = new Map();
  /** An own offer is being made. */
  #making = false;
  /** The other's last offer crossed an own one that holds, and its candidates go with it. */
  #ignoring = false;
  /** Nothing is sent any more. */
  #resting = false;
  /** Words are heard one after another. */
  #hearing: Promise<void> = Promise.resolve();

  constructor(ice: Joined["ice"], polite: boolean, h264First: boolean, listener: DirectListener) {
    this.#polite = polite;
    this.#h264First = h264First;
    this.#listener = listener;
    this.#connection = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: ice.map((server) => ({ ...server })) });
    this.#connection.onconnectionstatechange = () => listener.connection(this.#connection.connectionState);
    this.#connection.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === "" || candidate.candidate.length > CANDIDATE_BYTES_MAX) return;
      listener.say({ kind: "candidate", candidate: candidate.candidate, mid: candidate.sdpMid ?? "0" });
    };
    this.#connection.onnegotiationneeded = () => void this.#offer();
  }

  /** Sends a track as this source. One that is muted is not sent, and needs no offer to be sent again. */
  carry(source: CallSource, track: MediaStreamTrack | null, muted: boolean): void {
    const sending = this.#sent.get(source) ?? this.#add(source);
    sending.track = muted ? null : track;
    if (sending.transceiver.direction !== "sendonly") sending.transceiver.direction = "sendonly";
    this.#exchange(sending);
  }

  /** Sends this source no longer. */
  withdraw(source: CallSource): void {
    const sending = this.#sent.get(source);
    if (sending === undefined) return;
    sending.track = null;
    this.#exchange(sending);
    sending.transceiver.direction = "inactive";
  }

  /** Sends nothing any more, and receives on. */
  rest(): void {
    this.#resting = true;
    for (const sending of this.#sent.values()) this.#exchange(sending);
  }

  /** What comes, by source. */
  coming(): ReadonlyMap<CallSource, Coming> {
    return this.#coming;
  }

  /** How loud the own microphone is that is sent, 0 to 1. */
  async loudness(): Promise<number> {
    const sending = this.#sent.get("microphone");
    if (sending === undefined || sending.track === null) return 0;
    let level = 0;
    (await sending.transceiver.sender.getStats()).forEach((stats: RTCStats & { readonly audioLevel?: number }) => {
      if (stats.type === "media-source") level = stats.audioLevel ?? 0;
    });
    return level;
  }

  hear(word: Word): void {
    this.#hearing = this.#hearing.then(() => this.#hear(word)).catch((error: unknown) => this.#failed(error));
  }

  /** Says again what the other may not have heard. */
  repeat(): void {
    if (this.#connection.signalingState === "have-local-offer") this.#describe();
  }

  /** Finds another way for media: the network is another. */
  restart(): void {
    this.#connection.restartIce();
  }

  stats(): Promise<RTCStatsReport> {
    return this.#connection.getStats();
  }

  close(): void {
    this.#connection.onconnectionstatechange = null;
    this.#connection.onicecandidate = null;
    this.#connection.onnegotiationneeded = null;
    this.#connection.close();
  }

  #add(source: CallSource): Sending {
    const kind = source === "microphone" || source === "screen-sound" ? "audio" : "video";
    const sendEncodings = directEncodingsOf(source);
    const transceiver = this.#connection.addTransceiver(kind, sendEncodings === undefined ? { direction: "sendonly" } : { direction: "sendonly", sendEncodings });
    preferCodecs(transceiver, kind);
    const sending: Sending = { transceiver, track: null };
    this.#sent.set(source, sending);
    return sending;
  }

  #exchange({ transceiver, track }: Sending): void {
    transceiver.sender.replaceTrack(this.#resting ? null : track).catch((error: unknown) => this.#failed(error));
  }

  async #offer(): Promise<void> {
    try {
      this.#making = true;
      await this.#connection.setLocalDescription();
      this.#describe();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#making = false;
    }
  }

  #describe(): void {
    const { localDescription } = this.#connection;
    if (localDescription === null || (localDescription.type !== "offer" && localDescription.type !== "answer")) return;
    const tracks: Sent[] = [];
    for (const [source, { transceiver, track }] of this.#sent) {
      if (transceiver.mid !== null && transceiver.direction === "sendonly") tracks.push({ mid: transceiver.mid, source, muted: track === null });
    }
    this.#listener.say({ kind: localDescription.type, sdp: localDescription.sdp, tracks });
  }

  async #hear(word: Word): Promise<void> {
    switch (word.kind) {
      case "candidate":
        try {
          await this.#connection.addIceCandidate({ candidate: word.candidate, sdpMid: word.mid });
        } catch (error) {
          // Candidates of an offer that does not hold have nowhere to go; another that is not understood is one way less.
          if (!this.#ignoring) console.warn("the call: a candidate of the other is not understood:", error);
        }
        break;
      case "offer":
      case "answer": {
        const offers = word.kind === "offer";
        const crosses = offers && (this.#making || this.#connection.signalingState !== "stable");
        this.#ignoring = crosses && !this.#polite;
        if (this.#ignoring) return;
        // An answer that was said twice, or to an offer that was taken back, answers nothing.
        if (!offers && this.#connection.signalingState !== "have-local-offer") return;
        await this.#connection.setRemoteDescription({ type: word.kind, sdp: sparingOpus(word.sdp) });
        this.#take(word.tracks);
        if (!offers) return;
        if (this.#h264First) this.#prefer();
        await this.#connection.setLocalDescription();
        this.#describe();
        break;
      }
      default:
    }
  }

  /** What comes is sent as the answer has it first. */
  #prefer(): void {
    const sent = [...this.#sent.values()].map(({ transceiver }) => transceiver);
    for (const transceiver of this.#connection.getTransceivers()) {
      if (transceiver.receiver.track.kind === "video" && !sent.includes(transceiver)) preferCodecs(transceiver, "video", true);
    }
  }

  #take(tracks: readonly Sent[]): void {
    const coming = new Map<CallSource, Coming>();
    for (const { mid, source } of tracks) {
      const receiver = this.#connection.getTransceivers().find((transceiver) => transceiver.mid === mid)?.receiver;
      if (receiver === undefined) continue;
      const known = this.#coming.get(source);
      coming.set(source, known?.receiver === receiver ? known : { receiver, stream: new MediaStream([receiver.track]) });
    }
    this.#coming = coming;
    this.#listener.coming();
  }

  /** A connection that was closed meanwhile has nothing to say. */
  #failed(error: unknown): void {
    if (this.#connection.signalingState !== "closed") this.#listener.failed(error);
  }
}
