/**
 * The call of a board as the app sees it: voices, cameras and screens. The protocol beneath is `Ask` and `Tell` of
 * `protocol/src/call.rs`; what is here is what is left when connecting, reconnecting and negotiating are taken care of.
 */

/** What a track is of. */
export type CallSource = "microphone" | "camera" | "screen" | "screen-sound";

/** Whether this page is in the call. `interrupted`: it is, and nothing comes or goes; it is being mended. */
export type CallState = "off" | "joining" | "in" | "interrupted";

/** How much of the call the page's line carries: each rung holds those before it. */
export type CallRung = "ink" | "voice" | "screen" | "thumbnails" | "faces";

/** Somebody in the call. */
export interface CallMember {
  /** Their number in this call. */
  readonly member: number;
  /** The actor of their page, as presence has it. */
  readonly actor: string;
  readonly own: boolean;
  /** Whether media flows. */
  readonly connected: boolean;
  /** What they send, and whether it is muted. */
  readonly tracks: ReadonlyMap<CallSource, { readonly muted: boolean }>;
  /** Whether they speak now. */
  readonly speaking: boolean;
}

/** A picture that can be shown now: put `stream` into a `video`. */
export interface CallPicture {
  readonly member: number;
  readonly source: "camera" | "screen";
  readonly own: boolean;
  readonly stream: MediaStream;
}

/** Why something of the own device is not sent. */
export type DeviceTrouble = "refused" | "missing" | "busy" | "unknown";

/** A picture that the app has room for, and how high it is shown, device pixels. */
export interface CallWish {
  readonly member: number;
  readonly source: "camera" | "screen";
  readonly height: number;
}

/** Which devices are used: ids as `enumerateDevices` has them; empty: the system's choice. */
export interface CallDevices {
  readonly microphone: string;
  readonly camera: string;
  /** The loudspeaker, where the browser lets one choose. */
  readonly speaker: string;
}

/** What has come and gone since the connection was made, as the browser counts it. */
export interface CallCounters {
  readonly framesDecoded: number;
  /** Of sound; 48,000 a second for each place. */
  readonly samplesReceived: number;
  /** Those of them that were lost and made up. */
  readonly samplesConcealed: number;
  /** How loud all was that came, as `totalAudioEnergy` of WebRTC's statistics. */
  readonly audioEnergy: number;
  readonly bytesReceived: number;
  readonly framesSent: number;
  readonly bytesSent: number;
}

/** How one comes into a call. */
export interface CallWants {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly devices: CallDevices;
  /**
   * For a device in one room with another that has microphone and loudspeaker on: its microphone stays off, whatever
   * else is wanted, and nothing is played there, neither voices nor a screen's sound.
   */
  readonly silent?: boolean;
}

/** How media comes and goes now. */
export interface CallRoute {
  /** `tcp` where a firewall lets no UDP through: it works, and stutters sooner. */
  readonly over: "udp" | "tcp";
  /** Whether a TURN server stands in between. */
  readonly turned: boolean;
  /** Whether it goes to the other of two directly, past the server. */
  readonly direct: boolean;
  /** Milliseconds there and back; null: not measured yet. */
  readonly roundTrip: number | null;
}

/** What the app is told. Each means: read again what it names. */
export type CallEvent =
  | { readonly type: "state" | "members" | "speakers" | "pictures" | "own" | "line" | "captions" }
  /** Somebody who leads has made the own microphone silent. */
  | { readonly type: "hushed"; readonly by: string }
  /** The page is not in the call any more. */
  | { readonly type: "over"; readonly why: "left" | "lost" | "removed" | "restart" | "unavailable" };

/** The call of one board. Made with the board; it costs nothing until it is used. */
export interface BoardCall {
  state(): CallState;
  /** Whether the server has calls; false also while that is not known. An event `state` tells of a change. */
  offered(): boolean;
  /** All in the call, also before one joins oneself. */
  members(): readonly CallMember[];
  /** Who speaks, the loudest first. */
  speakers(): readonly number[];
  /** What members say, in writing, as far as something hears or types it; an event `captions` tells of a change. */
  captions(): ReadonlyMap<number, string>;
  /** Pictures that come now, and the own. */
  pictures(): readonly CallPicture[];
  /** The own tracks that are sent, muted or not, and what keeps others from being sent. */
  own(source: CallSource): { readonly on: boolean; readonly trouble: DeviceTrouble | null };
  /** What the line carries, and what it is thought to hold, kbit/s; null: not known. */
  line(): { readonly rung: CallRung; readonly kbps: number } | null;
  /** How media travels, from the selected pair of candidates; null: it does not. */
  route(): Promise<CallRoute | null>;
  /** Whether nothing is played here, and the microphone stays off. */
  silent(): boolean;

  /**
   * Joins. Microphone and camera are tried if they are wanted; if they are refused or missing one is in the call all
   * the same, and `own` says what is wrong. Resolves when media flows or one has left meanwhile, or rejects with a `CallError`.
   */
  join(wants: CallWants): Promise<void>;
  leave(): void;
  /** Turns the own microphone or camera on or off; resolves to what is true then. */
  setOn(source: "microphone" | "camera", on: boolean): Promise<boolean>;
  /** Makes the page silent, as {@link CallWants.silent} does, or gives it its own sound again, with the microphone off. */
  setSilent(silent: boolean): void;
  /** Asks for a screen and shows it with its sound where the browser gives that. */
  shareScreen(): Promise<boolean>;
  stopScreen(): void;
  setDevices(devices: CallDevices): Promise<void>;
  /** Which pictures the app shows, the most wanted first. */
  want(wishes: readonly CallWish[]): void;
  /** Makes somebody's microphone silent, or everybody's but the own. False: the server cannot be asked at the moment. */
  hush(member?: number): boolean;
  /** Shows all what one says in writing, until another takes its place or, empty, ends it. */
  caption(text: string): void;
  counters(): Promise<CallCounters>;

  subscribe(listener: (event: CallEvent) => void): () => void;
}

/** Why joining failed. */
export class CallError extends Error {
  readonly why: "off" | "full" | "rights" | "unreachable" | "unsupported";
  constructor(why: CallError["why"], detail: string) {
    super(detail);
    this.name = "CallError";
    this.why = why;
  }
}
