/**
 * This page and one other, alone in a call: when what the one sends the other goes directly, and when by the server.
 *
 * Who receives decides: when all that the other sends has come directly for a moment, it is shown and played from there, and
 * the other is told that the server needs it no more. The other way round the sender is at the server again at once, and
 * each source is shown and played directly until it comes by the server too: so there is no gap, and no voice twice
 * (SPEC PAIR-2, PAIR-3).
 */
import type { CallSource } from "../api-call.js";
import { arrivedAt } from "./arrivals.js";
import type { Direct, DirectListener } from "./direct.js";
import type { Word } from "./messages.js";
import type { LineUp } from "./statistics.js";
import { FOR_MS, Fullness, SOME_BELOW } from "./uplink.js";

/** For so long all has to come directly before it is relied on. */
export const SETTLE_MS = 500;
/** What came last so long ago comes no longer, as far as that decision goes. */
export const FRESH_MS = 1_500;
/** After so long without anything of what is sent the direct connection is not relied on. Silence has a packet in 400 ms. */
export const STALL_MS = 1_000;
/** A connection that says it is broken comes back within this time, or is mended. */
export const PATIENCE_MS = 2_000;
/** How often it is mended. */
export const RETRY_MS = 4_000;
/** Two that do not reach each other in this time go on by the server. */
export const GIVE_UP_MS = 15_000;
/** What does not come by the server in this time after the end of a pair is waited for no longer. */
export const LINGER_MS = 3_000;
/** How often it is looked whether the direct line holds what is sent: on one where a page is thrifty the server measures out what fits. */
export const WEIGH_MS = 1_000;
/** How often it is looked at what comes, and while it is to come another way. */
export const LOOK_MS = 100;
export const LOOK_SOON_MS = 40;

const SOURCES: readonly CallSource[] = ["microphone", "camera", "screen", "screen-sound"];

/** What a pair needs of the call that it is in. */
export interface PairSetting {
  readonly now: () => number;
  open(listener: DirectListener): Direct;
  /** Passes a word to the other, if that can be. */
  say(word: Word): void;
  /** Sends nothing to the server, or everything again. */
  hold(held: boolean): void;
  /** Something comes another way than before. */
  turned(): void;
  /** Whether the other sends this, neither silent nor dark. */
  sends(source: CallSource): boolean;
  /** When something of this came last by the server, as {@link arrivedAt} has it. */
  served(source: CallSource): number;
  /** The direct line for what this page sends; null: nothing is sent that needs much. */
  line(direct: Direct): Promise<LineUp | null>;
}

/** When something of a source came first and last, and what that was. */
interface Arrival {
  readonly stamp: number;
  readonly first: number;
  readonly last: number;
}

export class Pair {
  readonly direct: Direct;
  readonly #setting: PairSetting;
  /** Whether the two are a pair still; and if not, since when. */
  #lives = true;
  #ended = 0;
  #connected = false;
  /** Since when it is connected, or is not. */
  #turned: number;
  #mended: number;
  /** Since when the other sends what it sends, and what of it came. */
  readonly #sent = new Map<CallSource, number>();
  readonly #arrivals = new Map<CallSource, Arrival>();
  /** All that the other sends comes directly. */
  #flows = false;
  /** What is shown and played directly now. */
  readonly #shown = new Set<CallSource>();
  /** Since when that is to come by the server, and what had come last there. */
  #back: { readonly since: number; readonly served: ReadonlyMap<CallSource, number> } | undefined;
  /** The other says that what this page sends comes directly. */
  #reaches = false;
  #held = false;
  /** Each has said that it needs the connection no more. */
  #saidOver = false;
  #heardOver = false;
  #closed = false;
  readonly #fullness = new Fullness();
  /** Since when the line holds too little, and when that was looked at last. */
  #thin: number | undefined;
  #weighed = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(setting: PairSetting) {
    this.#setting = setting;
    this.#turned = setting.now();
    this.#mended = this.#turned;
    this.direct = setting.open({
      say: (word) => {
        if (this.#lives) setting.say(word);
      },
      connection: (state) => this.#connection(state),
      coming: () => setting.turned(),
      failed: (error) => {
        console.warn("the call: two cannot go on directly:", error);
        this.#part();
      },
    });
    this.#look();
  }

  /** Whether nothing is left of it. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether this page need not send to the server. */
  get held(): boolean {
    return this.#held;
  }

  /** Whether all that the other sends comes directly. */
  get flows(): boolean {
    return this.#flows;
  }

  /** Whether a source of the other is shown and played directly. */
  shows(source: CallSource): boolean {
    return this.#shown.has(source);
  }

  hear(word: Word): void {
    switch (word.kind) {
      case "flows":
        this.#reaches = word.flows;
        this.#hold();
        break;
      case "over":
        this.#heardOver = true;
        this.direct.rest();
        if (this.#lives) this.end();
        else this.#check();
        break;
      default:
        if (this.#lives) this.direct.hear(word);
    }
  }

  /** The way to the other is new, and what was said before may not have been heard. */
  again(): void {
    if (!this.#lives) return;
    if (this.#connected) this.direct.repeat();
    else this.direct.restart();
    this.#setting.say({ kind: "flows", flows: this.#flows });
  }

  /** The device is on another network. */
  network(): void {
    if (this.#lives) this.direct.restart();
  }

  /** The two are a pair no longer: the server is sent everything at once, and what comes directly is left one by one. */
  end(): void {
    if (!this.#lives) return;
    this.#lives = false;
    this.#ended = this.#setting.now();
    this.#hold();
    this.#halt();
    this.#check();
  }

  /** This page goes on by the server, which does not know that by itself. */
  #part(): void {
    if (this.#lives && this.#flows) this.#setting.say({ kind: "flows", flows: false });
    this.end();
  }

  /** Nothing goes on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lives = false;
    clearTimeout(this.#timer);
    this.direct.close();
    this.#flows = false;
    this.#shown.clear();
    this.#hold();
    this.#setting.turned();
  }

  #connection(state: RTCPeerConnectionState): void {
    const connected = state === "connected";
    if (connected !== this.#connected) {
      this.#connected = connected;
      this.#turned = this.#setting.now();
      this.#mended = this.#turned;
    }
    if (state === "failed" && this.#lives) this.#mend();
    this.#check();
  }

  /** Does what is to be done by now. */
  #check(): void {
    if (this.#closed) return;
    const now = this.#setting.now();
    this.#note(now);
    if (this.#lives) {
      const broken = this.#connected ? 0 : now - this.#turned;
      if (broken >= GIVE_UP_MS) {
        this.#part();
        return;
      }
      if (broken >= PATIENCE_MS) {
        if (this.#flows) this.#halt();
        if (now - this.#mended >= RETRY_MS) this.#mend();
      }
      this.#weigh(now);
      this.#hold();
      if (this.#held && now - this.#weighed >= WEIGH_MS) void this.#weighLine(now);
    }
    this.#leave(now);
    this.#look();
  }

  /** Sees what is sent, and what of it has come. */
  #note(now: number): void {
    for (const source of SOURCES) {
      if (!this.#setting.sends(source)) this.#sent.delete(source);
      else if (!this.#sent.has(source)) this.#sent.set(source, now);
    }
    for (const [source, { receiver }] of this.direct.coming()) {
      const stamp = arrivedAt(receiver);
      const before = this.#arrivals.get(source);
      if (stamp === 0 || stamp === before?.stamp) continue;
      this.#arrivals.set(source, { stamp, first: before?.first ?? now, last: now });
    }
  }

  /** Whether to rely on what comes directly. */
  #weigh(now: number): void {
    if (this.#flows) {
      const quiet = Array.from(this.#sent, ([source, since]) => now - Math.max(since, this.#arrivals.get(source)?.last ?? 0));
      if (quiet.length > 0 && Math.min(...quiet) >= STALL_MS) this.#halt();
    } else if (this.#connected && now - this.#turned >= SETTLE_MS) {
      const settled = ({ first, last }: Arrival): boolean => now - first >= SETTLE_MS && now - last < FRESH_MS;
      const all = Array.from(this.#sent.keys(), (source) => this.#arrivals.get(source));
      if (!all.every((arrival) => arrival !== undefined && settled(arrival))) return;
      this.#flows = true;
      this.#back = undefined;
      this.#setting.say({ kind: "flows", flows: true });
      this.#setting.turned();
    }
    if (this.#flows) this.#show();
  }

  /** Two whose line has become thin are measured out by the server what fits. */
  async #weighLine(now: number): Promise<void> {
    this.#weighed = now;
    const line = await this.#setting.line(this.direct).catch(() => null);
    const full = line !== null && this.#fullness.next(line);
    if ((line?.bits ?? SOME_BELOW) >= SOME_BELOW) this.#thin = undefined;
    else this.#thin ??= now;
    if (full && this.#thin !== undefined && now - this.#thin >= FOR_MS) this.#part();
  }

  /** Shows and plays what comes directly. */
  #show(): void {
    const coming = this.direct.coming();
    let turned = false;
    for (const source of this.#shown) if (!coming.has(source)) turned = this.#shown.delete(source);
    for (const source of coming.keys()) {
      turned ||= !this.#shown.has(source);
      this.#shown.add(source);
    }
    if (turned) this.#setting.turned();
  }

  /** What comes directly is relied on no longer. */
  #halt(): void {
    const flowed = this.#flows;
    this.#flows = false;
    this.#arrivals.clear();
    this.#back = { since: this.#setting.now(), served: new Map(Array.from(this.#shown, (source) => [source, this.#setting.served(source)])) };
    if (!flowed) return;
    if (this.#lives) this.#setting.say({ kind: "flows", flows: false });
    this.#setting.turned();
  }

  /** Leaves what comes by the server again, and the connection when nothing is needed of it. */
  #leave(now: number): void {
    if (this.#back !== undefined) {
      const { since, served } = this.#back;
      let turned = false;
      for (const source of this.#shown) {
        const last = this.#setting.served(source);
        const comes = last > 0 && last !== served.get(source);
        if (comes || !this.#sent.has(source) || now - since >= LINGER_MS) turned = this.#shown.delete(source);
      }
      if (turned) this.#setting.turned();
    }
    if (this.#lives || this.#shown.size > 0) return;
    if (!this.#saidOver) this.#setting.say({ kind: "over" });
    this.#saidOver = true;
    if (this.#heardOver || now - this.#ended >= LINGER_MS) this.close();
  }

  #mend(): void {
    this.#mended = this.#setting.now();
    this.direct.restart();
  }

  /** Sends to the server, or need not. */
  #hold(): void {
    const broken = this.#connected ? 0 : this.#setting.now() - this.#turned;
    const held = this.#lives && this.#reaches && broken < PATIENCE_MS;
    if (held === this.#held) return;
    this.#held = held;
    this.#setting.hold(held);
  }

  #look(): void {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const soon = this.#back !== undefined && this.#shown.size > 0;
    this.#timer = setTimeout(() => this.#check(), soon ? LOOK_SOON_MS : LOOK_MS);
  }
}
