/**
 * A board's call in a browser. What it does is asked of the server through the board's own connection; media goes
 * over one of its own, which outlives the board's.
 */
import { type BoardCall, type CallDevices, CallError, type CallWants, type CallWish } from "../api-call.js";
import { CallView } from "./call-view.js";
import { ratherH264 } from "./codecs.js";
import type { Device } from "./devices.js";
import type { LanePort } from "./lane-port.js";
import { Mending } from "./mending.js";
import { type Ask, type Joined, PICTURES_MAX, type Refused, type Tell, VOICES_MAX } from "./messages.js";
import { watchNetwork } from "./network.js";
import { OwnMedia } from "./own.js";
import { Pairing } from "./pairing.js";
import { Peer, type PeerListener } from "./peer.js";

/** How long joining may take once the devices are there. */
const JOIN_MS = 20_000;
/** When a server is asked again to let this page in that has too much to do, or knows nothing of it. */
const AGAIN_MS = 2_000;

/** So long after the answer servers are tried that help, where no way was found without them. */
const HELP_MS = 2_500;

/** Somebody waits for `join`. */
interface Joining {
  readonly resolve: () => void;
  readonly reject: (error: CallError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class CallClient extends CallView implements BoardCall {
  /** Sends to the server; false: it cannot be reached, and nothing is kept. */
  readonly #send: (ask: string) => boolean;
  readonly #lane: LanePort | undefined;
  protected readonly media: OwnMedia;
  protected readonly pairing: Pairing;
  readonly #mending: Mending;
  /** Whether this connection of the board has asked who is in the call. */
  #watched = false;
  /** The devices are there, and the server may be asked to join. */
  #ready = false;
  #join: Promise<void> | undefined;
  #joining: Joining | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** As what this page is in the call. */
  #joined: Joined | undefined;
  /** Whether the board's connection as it is now has joined, so that the server takes offers. */
  #admitted = false;
  /** The first offer went with the asking to join, which saves a round trip, and whether that is granted is not known yet. */
  #early = false;
  #help: ReturnType<typeof setTimeout> | undefined;
  #h264First = false;
  /** No way for media was found when joining, and another is looked for. */
  #triedAgain = false;
  #unwatch: (() => void) | undefined;
  #broken: "lost" | "restart" = "lost";

  constructor(send: (ask: string) => boolean, lane?: LanePort) {
    super();
    this.#send = send;
    this.#lane = lane;
    this.media = new OwnMedia({
      carried: (source, sent) => {
        if (sent === null) this.peer?.withdraw(source);
        else this.peer?.carry(source, sent.track, sent.muted);
        this.pairing.carry(source, sent);
      },
      changed: () => {
        this.emit({ type: "own" });
        this.#show();
      },
    });
    this.pairing = new Pairing({
      ask: (ask) => {
        if (this.#admitted) this.#ask(ask);
      },
      ice: () => this.#joined?.ice ?? [],
      own: () => this.#joined?.member ?? null,
      sent: () => this.media.sent(),
      sends: (member, source) => this.roster.sends(member, source),
      served: (member, source) => this.served(member, source),
      hold: (held) => this.peer?.hold(held),
      thrifty: () => this.peer?.thrifty === true,
      h264First: () => this.#h264First,
      turned: () => {
        this.#show();
        this.emit({ type: "line" });
      },
      spoke: (members) => this.speak(members ?? this.servedSpeakers),
    });
    this.#mending = new Mending({
      interrupted: () => this.turn("interrupted"),
      flows: () => this.#flows(),
      restart: () => this.peer?.restart(),
      renew: () => this.#renew(),
      giveUp: () => {
        this.#ask({ type: "leave" });
        this.#end(this.#broken);
      },
    });
  }

  join(wants: CallWants): Promise<void> {
    if (typeof RTCPeerConnection === "undefined") return Promise.reject(new CallError("unsupported", "this browser has no RTCPeerConnection"));
    if (this.hasCalls === false) return Promise.reject(new CallError("off", "this server has no calls"));
    this.#join ??= this.#enter(wants);
    return this.#join;
  }

  leave(): void {
    if (this.state() === "off") return;
    this.#ask({ type: "leave" });
    this.#end("left");
  }

  async setOn(source: Device, on: boolean): Promise<boolean> {
    const forbidden = (): boolean => on && this.quiet && source === "microphone";
    if (this.state() === "off" || forbidden()) return false;
    const is = await this.media.setOn(source, on);
    if (!forbidden()) return is;
    this.media.switchOff(source);
    return false;
  }

  setSilent(silent: boolean): void {
    this.quiet = silent;
    this.voices.setSilent(silent);
    if (silent) this.media.switchOff("microphone");
    this.emit({ type: "own" });
  }

  shareScreen(): Promise<boolean> {
    return this.state() === "off" ? Promise.resolve(false) : this.media.shareScreen();
  }

  stopScreen(): void {
    this.media.stopScreen();
  }

  async setDevices(devices: CallDevices): Promise<void> {
    this.voices.setSpeaker(devices.speaker);
    await this.media.setDevices(devices);
  }

  want(wishes: readonly CallWish[]): void {
    if (!this.stage.want(wishes)) return;
    this.#askForPictures();
    this.#grow();
  }

  caption(text: string): void {
    if (this.state() === "in") this.#ask({ type: "caption", text });
  }

  hush(member?: number): boolean {
    return this.#ask(member === undefined ? { type: "hush" } : { type: "hush", member });
  }

  /** The board's connection came or went, or this page was let in. */
  review(live: boolean): void {
    if (!live) {
      this.#watched = false;
      this.#admitted = false;
      if (this.#early) this.#disconnect();
      this.#mending.live(false);
      return;
    }
    if (this.#watched) return;
    this.#watched = this.#ask({ type: "watch" });
    if (this.#watched) this.#askToJoin();
  }

  /** This page may speak no longer, and lets go of what nobody would hear. */
  listen(): void {
    this.media.switchOff("microphone");
    this.media.switchOff("camera");
    this.media.stopScreen();
  }

  /** What the server tells. Kinds that a later server may know are passed over. */
  handle(tell: Tell): void {
    switch (tell.type) {
      case "call":
        this.roster.all(tell.members);
        this.offers(true);
        this.#membersChanged();
        break;
      case "member":
        this.roster.one(tell);
        this.#membersChanged();
        break;
      case "gone":
        this.roster.gone(tell.member);
        this.said.say(tell.member, "");
        this.#membersChanged();
        break;
      case "speakers":
        this.servedSpeakers = tell.members;
        if (!this.pairing.flows) this.speak(tell.members);
        break;
      case "joined":
        if (this.state() !== "off") this.#welcome(tell);
        break;
      case "answer":
        this.peer?.answer(tell.sdp);
        this.#helpLater();
        break;
      case "places":
        this.stage.fill(tell.places);
        this.#show();
        break;
      case "hushed":
        this.media.switchOff("microphone");
        this.emit({ type: "hushed", by: tell.by });
        break;
      case "caption":
        if (this.state() !== "off") this.said.say(tell.member, tell.text);
        break;
      case "line":
        this.carries({ rung: tell.rung, kbps: tell.kbps });
        break;
      case "demand":
        this.peer?.demand(tell.source, { largest: tell.largest ?? null, codec: tell.codec });
        break;
      case "pair":
        if (this.#admitted) this.pairing.told(tell);
        break;
      case "direct":
        this.pairing.heard(tell.pair, tell.word);
        break;
      case "over":
        if (this.state() !== "off") this.#over(tell.why);
        break;
      case "refused":
        this.#refused(tell);
        break;
      default:
    }
  }

  async #enter({ microphone, camera, devices, silent = false }: CallWants): Promise<void> {
    this.turn("joining");
    this.setSilent(silent);
    const unwatchNetwork = watchNetwork(() => {
      if (this.peer !== undefined && this.#joining === undefined) this.#mending.network();
      this.pairing.network();
    });
    const left = (): void => this.leave();
    addEventListener("pagehide", left);
    this.#unwatch = () => {
      unwatchNetwork();
      removeEventListener("pagehide", left);
    };
    this.voices.setSpeaker(devices.speaker);
    const wanted: Device[] = [];
    if (microphone && !silent) wanted.push("microphone");
    if (camera) wanted.push("camera");
    const [started, h264First] = await Promise.all([this.media.start(wanted, devices), ratherH264()]);
    this.#h264First = h264First;
    // It may have become so while they were opened.
    if (this.quiet) this.media.switchOff("microphone");
    if (!started) {
      if (this.hasCalls === false) throw new CallError("off", "this server has no calls");
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(new CallError("unreachable", "no media came or went in time")), JOIN_MS);
      this.#joining = { resolve, reject, timer };
      this.#triedAgain = false;
      this.#ready = true;
      if (!this.#askToJoin()) return;
      this.#connect({ ice: [], voices: VOICES_MAX });
      this.#early = true;
    });
  }

  #askToJoin(): boolean {
    clearTimeout(this.#again);
    return this.#ready && this.#ask({ type: "join" });
  }

  #askAgain(): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#askToJoin(), AGAIN_MS);
  }

  #welcome(joined: Joined): void {
    this.#joined = joined;
    this.#admitted = true;
    this.roster.own = joined.member;
    this.emit({ type: "members" });
    this.#askForPictures();
    if (this.#early && this.peer !== undefined) {
      this.#early = false;
      this.peer.receive(joined.voices, 0);
      this.#grow();
      this.#show();
      this.#mending.live(true);
      if (joined.ice.length > 0) this.peer.helped(joined.ice);
      return;
    }
    if (joined.back && this.peer !== undefined) {
      this.peer.resume();
      this.#mending.live(true);
      return;
    }
    this.pairing.end();
    this.#connect(joined);
    if (this.#joining === undefined) this.#mending.renewing();
    else this.#mending.live(true);
  }

  /** The offer that went with the asking to join knew no servers that help. */
  #helpLater(): void {
    clearTimeout(this.#help);
    if (this.#joining === undefined || this.peer?.helps !== true) return;
    this.#help = setTimeout(() => {
      if (this.peer?.reached === false) this.peer.restart();
    }, HELP_MS);
  }

  #connect(joined: Pick<Joined, "ice" | "voices">): void {
    this.#disconnect();
    const listener: PeerListener = {
      ask: (ask) => {
        if (this.#admitted || this.#early) this.#ask(ask);
      },
      connection: (state) => this.#connection(state),
      failed: (error) => {
        console.warn("the call's connection failed:", error);
        if (this.#joining === undefined) this.#mending.connection("failed");
        else this.#fail(new CallError("unreachable", "no description could be made or taken"));
      },
    };
    const peer = new Peer(joined.ice, listener, this.#lane, this.#h264First);
    this.peer = peer;
    peer.hold(this.pairing.held);
    for (const [source, { track, muted }] of this.media.sent()) peer.carry(source, track, muted);
    peer.receive(joined.voices, 0);
    this.#grow();
    this.#show();
  }

  #grow(): void {
    this.peer?.receive(0, this.stage.room(this.#joined?.pictures ?? PICTURES_MAX));
  }

  #askForPictures(): void {
    const pictures = this.stage.wishes;
    if (pictures !== undefined && this.#admitted) this.#ask({ type: "want", pictures });
  }

  #connection(state: RTCPeerConnectionState): void {
    if (this.#joining !== undefined && state === "failed") {
      // A device with much to do asks too late; and servers that relay may be known by now.
      if (this.#triedAgain) this.#fail(new CallError("unreachable", "no way for media was found"));
      else this.peer?.restart();
      this.#triedAgain = true;
    } else if (this.#joining === undefined || state === "connected") this.#mending.connection(state);
  }

  #flows(): void {
    this.#broken = "lost";
    this.turn("in");
    if (this.#joining === undefined) return;
    clearTimeout(this.#joining.timer);
    this.#joining.resolve();
    this.#joining = undefined;
  }

  /** Goes on over another connection, with the same devices; the server knows it by its certificate, which is new too. */
  #renew(): void {
    if (this.#joined === undefined) return;
    this.#connect(this.#joined);
    this.#mending.renewing();
  }

  /** Is in the call no more, as the server says, and joins again. */
  #return(): void {
    this.pairing.end();
    this.#disconnect();
    this.#admitted = false;
    if (this.#joining === undefined) this.#mending.lost();
    this.#askToJoin();
  }

  #over(why: "left" | "lost" | "removed" | "restart"): void {
    switch (why) {
      case "left":
        // This page asked for it, and knows.
        break;
      case "removed":
        this.#end("removed");
        break;
      default:
        this.#broken = why;
        this.#return();
    }
  }

  #refused({ ask, why, detail }: Refused): void {
    // That a server has no calls is told on every connection, and nothing is wrong with that.
    if (why === "off") {
      this.offers(false);
      this.#fail(new CallError("off", detail));
      return;
    }
    console.warn(`the call: ${ask ?? "an ask"}: ${why}: ${detail}`);
    const offered = ask === "offer";
    if (ask === "join" || offered) {
      // The offer is made again when the page is let in.
      if (this.#early) this.#disconnect();
      if (why === "full" || (why === "rights" && !this.#admitted)) this.#fail(new CallError(why, detail));
      else if (why === "rights" && this.peer?.waiting === true) this.#onlyListen();
      else if (offered && this.peer?.waiting === true) this.peer.refuse();
      else if (!this.#admitted) this.#askAgain();
    }
    // If this page is in the call still, as it thinks, joining again changes nothing.
    if (why === "order") this.#askAgain();
  }

  /** Whoever may not speak is in the call all the same, and hears and sees; the offer that was refused said more. */
  #onlyListen(): void {
    this.media.stop();
    this.peer?.refuse();
    for (const source of ["microphone", "camera", "screen", "screen-sound"] as const) this.peer?.withdraw(source);
    this.emit({ type: "own" });
    this.#show();
  }

  /** Joining is in vain; or coming back is. */
  #fail(error: CallError): void {
    if (this.state() === "off") return;
    const joining = this.#joining;
    if (error.why !== "off") this.#ask({ type: "leave" });
    if (joining === undefined) {
      this.#end("unavailable");
      return;
    }
    this.#joining = undefined;
    clearTimeout(joining.timer);
    this.#end(null);
    joining.reject(error);
  }

  #end(why: "left" | "lost" | "removed" | "restart" | "unavailable" | null): void {
    clearTimeout(this.#again);
    this.#unwatch?.();
    this.#joined = undefined;
    this.#admitted = false;
    this.pairing.end();
    this.#disconnect();
    this.#mending.stop();
    this.media.stop();
    this.roster.own = null;
    this.#ready = false;
    this.#join = undefined;
    this.stage.clear();
    this.said.clear();
    this.turn("off");
    this.emit({ type: "members" });
    this.emit({ type: "own" });
    this.carries(null);
    if (why !== null) this.emit({ type: "over", why });
    if (this.#joining === undefined) return;
    clearTimeout(this.#joining.timer);
    this.#joining.resolve();
    this.#joining = undefined;
  }

  #disconnect(): void {
    this.#early = false;
    clearTimeout(this.#help);
    this.peer?.close();
    this.peer = undefined;
    this.stage.fill([]);
    this.#show();
  }

  #membersChanged(): void {
    this.emit({ type: "members" });
    this.#grow();
    this.#show();
  }

  #show(): void {
    const own = this.#joined === undefined ? [] : this.media.pictures(this.#joined.member);
    this.present(own);
  }

  #ask(ask: Ask): boolean {
    return this.#send(JSON.stringify(ask));
  }
}
