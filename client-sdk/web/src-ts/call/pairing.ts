/** The pair that this page is of, if it is, and what of the call goes directly in it. */
import type { CallSource } from "../api-call.js";
import { loudnessOf } from "./arrivals.js";
import { Direct } from "./direct.js";
import type { Ask, Joined, ToldPair, Word } from "./messages.js";
import { Pair } from "./pair.js";
import { Speaking } from "./speaking.js";
import { lineUpOf } from "./statistics.js";

/** How often it is heard who of the two speaks. */
const HEAR_MS = 200;

export interface PairingSetting {
  ask(ask: Ask): void;
  ice(): Joined["ice"];
  /** This page's number in the call. */
  own(): number | null;
  /** All that this page sends. */
  sent(): ReadonlyMap<CallSource, { readonly track: MediaStreamTrack | null; readonly muted: boolean }>;
  /** Whether somebody sends this, neither silent nor dark. */
  sends(member: number, source: CallSource): boolean;
  /** When something of it came last by the server, as `arrivedAt` has it. */
  served(member: number, source: CallSource): number;
  /** Sends nothing to the server, or everything again. */
  hold(held: boolean): void;
  /** Whether the line up holds too little for all that is sent. */
  thrifty(): boolean;
  /** Whether this device shows H.264 and VP8 not as well. */
  h264First(): boolean;
  /** Something comes another way than before. */
  turned(): void;
  /** Who speaks, the loudest first; null: the server knows. */
  spoke(members: readonly number[] | null): void;
}

export class Pairing {
  readonly #setting: PairingSetting;
  #number = 0;
  #with = 0;
  #pair: Pair | undefined;
  #speaking = new Speaking();
  #hearing: ReturnType<typeof setInterval> | undefined;

  constructor(setting: PairingSetting) {
    this.#setting = setting;
  }

  get held(): boolean {
    return this.#pair?.held === true;
  }

  /** Whether all that the other sends comes directly. */
  get flows(): boolean {
    return this.#pair?.flows === true;
  }

  told({ pair, with: other, polite }: ToldPair): void {
    if (other === undefined) {
      if (pair === this.#number) this.#pair?.end();
      return;
    }
    if (pair === this.#number) {
      this.#pair?.again();
      return;
    }
    this.#pair?.close();
    this.#pair = undefined;
    this.#number = pair;
    this.#with = other;
    if (this.#setting.thrifty()) {
      this.#setting.ask({ type: "direct", pair, word: { kind: "over" } });
      return;
    }
    const setting = this.#setting;
    this.#pair = new Pair({
      now: () => performance.now(),
      open: (listener) => {
        const direct = new Direct(setting.ice(), polite, setting.h264First(), listener);
        for (const [source, { track, muted }] of setting.sent()) direct.carry(source, track, muted);
        return direct;
      },
      say: (word) => setting.ask({ type: "direct", pair, word }),
      hold: (held) => setting.hold(held),
      turned: () => this.#turned(),
      sends: (source) => setting.sends(other, source),
      served: (source) => setting.served(other, source),
      line: async (direct) => {
        const pictures = ["camera", "screen"] as const;
        return pictures.some((source) => setting.sent().get(source)?.muted === false) ? lineUpOf(await direct.stats()) : null;
      },
    });
  }

  heard(pair: number, word: Word): void {
    if (pair === this.#number) this.#pair?.hear(word);
  }

  /** Another track is sent as this source; `null`: none any longer. */
  carry(source: CallSource, sent: { readonly track: MediaStreamTrack | null; readonly muted: boolean } | null): void {
    if (this.#pair?.closed !== false) return;
    if (sent === null) this.#pair.direct.withdraw(source);
    else this.#pair.direct.carry(source, sent.track, sent.muted);
  }

  network(): void {
    this.#pair?.network();
  }

  /** The track of somebody's source that is shown or played directly; null: it comes by the server. */
  track(member: number, source: CallSource): MediaStreamTrack | null {
    if (member !== this.#with || this.#pair?.shows(source) !== true) return null;
    return this.#pair.direct.coming().get(source)?.receiver.track ?? null;
  }

  /** All sounds that come directly, and whether each is to be heard. */
  sounds(): { readonly stream: MediaStream; readonly heard: boolean }[] {
    const sounds: { readonly stream: MediaStream; readonly heard: boolean }[] = [];
    if (this.#pair?.closed !== false) return sounds;
    for (const source of ["microphone", "screen-sound"] as const) {
      const stream = this.#pair.direct.coming().get(source)?.stream;
      if (stream === undefined) continue;
      sounds.push({ stream, heard: this.track(this.#with, source) !== null && this.#setting.sends(this.#with, source) });
    }
    return sounds;
  }

  /** What the browser counts of the direct connection; null: there is none. */
  async stats(): Promise<RTCStatsReport | null> {
    return this.#pair?.closed === false ? this.#pair.direct.stats() : null;
  }

  /** The call is over here, or begins anew. */
  end(): void {
    this.#pair?.close();
    this.#pair = undefined;
    this.#number = 0;
  }

  #turned(): void {
    this.#setting.turned();
    if (this.flows === (this.#hearing !== undefined)) return;
    clearInterval(this.#hearing);
    this.#hearing = undefined;
    if (this.flows) {
      this.#speaking = new Speaking();
      this.#hearing = setInterval(() => void this.#hear(), HEAR_MS);
    } else {
      this.#setting.spoke(null);
    }
  }

  async #hear(): Promise<void> {
    const direct = this.#pair?.direct;
    const own = this.#setting.own();
    if (direct === undefined || own === null) return;
    const loudness = await direct.loudness().catch(() => 0);
    if (!this.flows) return;
    const now = performance.now();
    this.#speaking.hear(own, loudness, now);
    for (const source of ["microphone", "screen-sound"] as const) {
      const receiver = direct.coming().get(source)?.receiver;
      if (receiver !== undefined && this.#setting.sends(this.#with, source)) this.#speaking.hear(this.#with, loudnessOf(receiver), now);
    }
    this.#setting.spoke(this.#speaking.members(now));
  }
}
