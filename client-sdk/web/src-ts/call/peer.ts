/** One connection of media to the server: what is sent, the places for what comes, and the offers that say so. */
import type { CallSource } from "../api-call.js";
import { arrivedAt } from "./arrivals.js";
import { ALL, type Demand, encodingsOf, preferCodecs, shape } from "./codecs.js";
import type { LanePort } from "./lane-port.js";
import { type Ask, CANDIDATE_BYTES_MAX, CANDIDATES_MAX, type Joined, type Sent } from "./messages.js";
import { Offers } from "./offers.js";
import { pack, unpack } from "./packed.js";
import { sparingOpus } from "./sdp.js";
import { lineUpOf } from "./statistics.js";
import { Uplink } from "./uplink.js";

/** How often it is looked what the line up holds. */
const LOOK_MS = 1_000;

export interface PeerListener {
  /** Sends to the server, if it can be reached. */
  ask(ask: Ask): void;
  connection(state: RTCPeerConnectionState): void;
  /** The browser does not go on with this connection. */
  failed(error: unknown): void;
}

interface Sending {
  readonly transceiver: RTCRtpTransceiver;
  track: MediaStreamTrack | null;
  muted: boolean;
}

interface Receiving {
  readonly transceiver: RTCRtpTransceiver;
  readonly stream: MediaStream;
  /** Another track that its stream shows meanwhile. */
  borrowed: MediaStreamTrack | null;
}

/**
 * Those servers that relay. The others tell a page its own address, which the server sees by itself; and where that is one
 * of its own, Chromium takes all that comes from there for answers to such questions.
 */
function relaysOf(ice: Joined["ice"]): RTCIceServer[] {
  return ice.filter(({ credential }) => credential !== undefined).map((server) => ({ ...server }));
}

export class Peer {
  readonly #connection: RTCPeerConnection;
  readonly #listener: PeerListener;
  readonly #offers: Offers;
  readonly #sent = new Map<CallSource, Sending>();
  /** What the server knows to be sent, and whether it was told that it is muted. */
  readonly #announced = new Map<CallSource, boolean>();
  /** What the offer that is unanswered says of it. */
  #offering: readonly Sent[] = [];
  readonly #voices: Receiving[] = [];
  readonly #pictures: Receiving[] = [];
  /** Found before their offer was sent. */
  #early: string[] = [];
  #candidates = 0;
  #offered = false;
  #held = false;
  #helps = false;
  readonly #lane: LanePort | undefined;
  readonly #uplink = new Uplink();
  readonly #demands = new Map<CallSource, Demand>();
  #shaping = Promise.resolve();
  readonly #h264First: boolean;
  readonly #look: ReturnType<typeof setInterval>;

  constructor(ice: Joined["ice"], listener: PeerListener, lane?: LanePort, h264First = false) {
    this.#listener = listener;
    this.#h264First = h264First;
    this.#connection = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: relaysOf(ice) });
    this.#look = setInterval(() => void this.#lookUp().catch(() => undefined), LOOK_MS);
    this.#connection.onconnectionstatechange = () => listener.connection(this.#connection.connectionState);
    this.#connection.onicecandidate = ({ candidate }) => this.#found(candidate?.candidate ?? "");
    this.#offers = new Offers({
      offer: (restart) => this.#offer(restart),
      apply: (answer) => this.#apply(answer),
      rollback: () => this.#connection.setLocalDescription({ type: "rollback" }),
      failed: (error) => listener.failed(error),
    });
    this.#lane = lane;
    lane?.rest(false);
    lane?.open(this.#connection);
  }

  /** Whether the server owes an answer to an offer. */
  get waiting(): boolean {
    return this.#offers.waiting;
  }

  /** Whether a way to the server is known, so that media may soon go by it. */
  get reached(): boolean {
    return this.#connection.iceConnectionState === "connected" || this.#connection.iceConnectionState === "completed";
  }

  /** Whether there are servers that help to find one, which the offer before knew nothing of. */
  get helps(): boolean {
    return this.#helps;
  }

  /** Whether the line up holds too little for all that is sent. */
  get thrifty(): boolean {
    return this.#uplink.thrift !== "none";
  }

  /** Sends a track as this source; none: silence, or a dark picture, that may end without another offer. */
  carry(source: CallSource, track: MediaStreamTrack | null, muted: boolean): void {
    const sending = this.#sent.get(source);
    if (sending === undefined) {
      if (track !== null) this.#add(source, track, muted);
      return;
    }
    if (sending.transceiver.direction !== "sendonly") {
      if (track === null) return;
      sending.transceiver.direction = "sendonly";
      this.#shape();
      this.#offers.request();
    }
    sending.track = track;
    sending.muted = muted;
    this.#exchange(sending);
    this.#announce();
  }

  /** Sends this source no longer. */
  withdraw(source: CallSource): void {
    const sending = this.#sent.get(source);
    if (sending === undefined || sending.transceiver.direction === "inactive") return;
    sending.track = null;
    this.#exchange(sending);
    sending.transceiver.direction = "inactive";
    this.#announced.delete(source);
    this.#demands.delete(source);
    this.#offers.request();
  }

  /** Sends nothing while it is held, and goes on at once when it is not: nothing is negotiated. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    for (const sending of this.#sent.values()) this.#exchange(sending);
  }

  /** Others want so much of a picture. */
  demand(source: CallSource, demand: Demand): void {
    this.#demands.set(source, demand);
    this.#shape();
  }

  /** Has at least so many places for what comes. */
  receive(voices: number, pictures: number): void {
    while (this.#voices.length < voices) this.#voices.push(this.#place("audio"));
    while (this.#pictures.length < pictures) this.#pictures.push(this.#place("video"));
  }

  voices(): MediaStream[] {
    return this.#voices.map(({ stream }) => stream);
  }

  /** What comes for a voice in a media section. */
  voice(mid: string): MediaStream | undefined {
    return this.#voices.find(({ transceiver }) => transceiver.mid === mid)?.stream;
  }

  /** When something last came in a media section, as `arrivedAt` has it. */
  arrived(mid: string): number {
    const place = [...this.#voices, ...this.#pictures].find(({ transceiver }) => transceiver.mid === mid);
    return place === undefined ? 0 : arrivedAt(place.transceiver.receiver);
  }

  /** Shows another track as the picture of a media section; null: what comes there. Who shows the stream need not know. */
  lend(mid: string, track: MediaStreamTrack | null): void {
    const place = this.#pictures.find(({ transceiver }) => transceiver.mid === mid);
    if (place === undefined || place.borrowed === track) return;
    const own = place.transceiver.receiver.track;
    place.stream.removeTrack(place.borrowed ?? own);
    place.stream.addTrack(track ?? own);
    place.borrowed = track;
  }

  /** What comes for a picture in a media section. */
  picture(mid: string): MediaStream | undefined {
    return this.#pictures.find(({ transceiver }) => transceiver.mid === mid)?.stream;
  }

  /** The servers that may carry what else finds no way; they are tried from the next restart on. */
  helped(ice: Joined["ice"]): void {
    this.#helps = true;
    this.#connection.setConfiguration({ ...this.#connection.getConfiguration(), iceServers: relaysOf(ice) });
  }

  restart(): void {
    this.#helps = false;
    this.#offers.request(true);
  }

  answer(sdp: string): void {
    this.#offers.answer(sdp);
  }

  refuse(): void {
    this.#offers.refuse();
  }

  /** The server is back and knows this connection; what it was asked meanwhile it has not heard. */
  resume(): void {
    for (const [source, muted] of this.#announced) this.#listener.ask({ type: "mute", source, muted });
    this.#offers.resume();
  }

  stats(): Promise<RTCStatsReport> {
    return this.#connection.getStats();
  }

  close(): void {
    clearInterval(this.#look);
    this.#offers.close();
    this.#connection.onconnectionstatechange = null;
    this.#connection.onicecandidate = null;
    this.#connection.close();
  }

  #add(source: CallSource, track: MediaStreamTrack, muted: boolean): void {
    const sendEncodings = encodingsOf(source);
    const transceiver = this.#connection.addTransceiver(track, sendEncodings === undefined ? { direction: "sendonly" } : { direction: "sendonly", sendEncodings });
    preferCodecs(transceiver, track.kind === "audio" ? "audio" : "video");
    const sending: Sending = { transceiver, track, muted };
    this.#sent.set(source, sending);
    if (this.#held) this.#exchange(sending);
    this.#offers.request();
  }

  #exchange({ transceiver, track }: Sending): void {
    transceiver.sender.replaceTrack(this.#held ? null : track).catch((error: unknown) => this.#failed(error));
  }

  #place(kind: "audio" | "video"): Receiving {
    const transceiver = this.#connection.addTransceiver(kind, { direction: "recvonly" });
    preferCodecs(transceiver, kind, this.#h264First);
    this.#offers.request();
    return { transceiver, stream: new MediaStream([transceiver.receiver.track]), borrowed: null };
  }

  async #offer(restart: boolean): Promise<void> {
    this.#offered = false;
    this.#candidates = 0;
    this.#early = [];
    const { sdp = "" } = await this.#connection.createOffer({ iceRestart: restart });
    await this.#connection.setLocalDescription({ type: "offer", sdp });
    const tracks: Sent[] = [];
    this.#offering = tracks;
    for (const [source, { transceiver, muted }] of this.#sent) {
      if (transceiver.mid === null || transceiver.direction !== "sendonly") continue;
      tracks.push({ mid: transceiver.mid, source, muted });
    }
    const packed = await pack(sdp);
    if (this.#connection.signalingState === "closed") return;
    this.#listener.ask({ type: "offer", sdp: packed, tracks });
    this.#offered = true;
    for (const candidate of this.#early) this.#tell(candidate);
  }

  async #apply(answer: string): Promise<void> {
    this.#announced.clear();
    for (const { source, muted } of this.#offering) this.#announced.set(source, muted);
    this.#announce();
    await this.#connection.setRemoteDescription({ type: "answer", sdp: sparingOpus(await unpack(answer)) });
  }

  /** Tells what of the sent is muted otherwise than the server knows; what it does not know yet is in an offer. */
  #announce(): void {
    for (const [source, { muted }] of this.#sent) {
      if (!this.#announced.has(source) || this.#announced.get(source) === muted) continue;
      this.#announced.set(source, muted);
      this.#listener.ask({ type: "mute", source, muted });
    }
  }

  #found(candidate: string): void {
    // The server cannot look up names that are known on the device's own network alone.
    if (candidate === "" || candidate.includes(".local ") || candidate.length > CANDIDATE_BYTES_MAX) return;
    if (this.#offered) this.#tell(candidate);
    else this.#early.push(candidate);
  }

  #tell(candidate: string): void {
    if (this.#candidates === CANDIDATES_MAX) return;
    this.#candidates += 1;
    this.#listener.ask({ type: "candidate", candidate });
  }

  async #lookUp(): Promise<void> {
    if (this.#connection.connectionState !== "connected") return;
    const before = this.#uplink.thrift;
    const thrift = this.#uplink.next(lineUpOf(await this.stats()), Date.now());
    this.#lane?.rest(this.#uplink.filled);
    if (thrift !== before) this.#shape();
  }

  /** Sends what the line holds and others want. A browser that does not take it sends what it likes. */
  #shape(): void {
    const shapeAll = async (): Promise<void> => {
      for (const [source, { transceiver }] of this.#sent) {
        const parameters = transceiver.sender.getParameters();
        shape(source, this.#uplink.thrift, this.#demands.get(source) ?? ALL, parameters.encodings);
        await transceiver.sender.setParameters(parameters).catch(() => undefined);
      }
    };
    // One after the other: parameters that were read before others were set are not taken.
    this.#shaping = this.#shaping.then(shapeAll).catch(() => undefined);
  }

  /** A connection that was closed meanwhile has nothing to say. */
  #failed(error: unknown): void {
    if (this.#connection.connectionState !== "closed") this.#listener.failed(error);
  }
}
