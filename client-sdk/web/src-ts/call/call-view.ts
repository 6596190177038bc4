/** What is known of a board's call on this page, and who is told when it changes. */
import type { CallCounters, CallEvent, CallMember, CallPicture, CallRoute, CallRung, CallSource, CallState, DeviceTrouble } from "../api-call.js";
import type { OwnMedia } from "./own.js";
import type { Pairing } from "./pairing.js";
import type { Peer } from "./peer.js";
import { Captions } from "./captions.js";
import { Roster } from "./roster.js";
import { Stage } from "./stage.js";
import { addCounters, countersOf, NOTHING, routeOf } from "./statistics.js";
import { Voices } from "./voices.js";

export abstract class CallView {
  protected abstract readonly media: OwnMedia;
  protected abstract readonly pairing: Pairing;
  protected readonly voices = new Voices();
  protected readonly roster = new Roster();
  protected readonly stage = new Stage(this.roster);
  protected readonly said = new Captions(() => this.emit({ type: "captions" }));
  protected peer: Peer | undefined;
  /** Whether the server has calls; null: it has not said. */
  protected hasCalls: boolean | null = null;
  protected quiet = false;
  /** Who speaks, as the server hears it. */
  protected servedSpeakers: readonly number[] = [];
  #state: CallState = "off";
  #line: { readonly rung: CallRung; readonly kbps: number } | null = null;
  readonly #listeners = new Set<(event: CallEvent) => void>();

  state(): CallState {
    return this.#state;
  }

  offered(): boolean {
    return this.hasCalls === true;
  }

  members(): readonly CallMember[] {
    return this.roster.members();
  }

  speakers(): readonly number[] {
    return this.roster.speakers();
  }

  captions(): ReadonlyMap<number, string> {
    return this.said.all();
  }

  pictures(): readonly CallPicture[] {
    return this.stage.pictures;
  }

  own(source: CallSource): { readonly on: boolean; readonly trouble: DeviceTrouble | null } {
    return this.media.state(source);
  }

  line(): { readonly rung: CallRung; readonly kbps: number } | null {
    // What the server thinks of the line says nothing of what goes directly.
    return this.pairing.flows ? null : this.#line;
  }

  async route(): Promise<CallRoute | null> {
    if (this.peer === undefined) return null;
    const direct = this.pairing.flows ? await this.pairing.stats() : null;
    return routeOf(direct ?? (await this.peer.stats()), direct !== null);
  }

  async counters(): Promise<CallCounters> {
    const [direct, served] = await Promise.all([this.pairing.stats(), this.peer?.stats()]);
    return [direct, served].reduce((sum, report) => (report ? addCounters(sum, countersOf(report)) : sum), NOTHING);
  }

  silent(): boolean {
    return this.quiet;
  }

  subscribe(listener: (event: CallEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected turn(state: CallState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.emit({ type: "state" });
  }

  /** The server has calls, or has none. */
  protected offers(offered: boolean): void {
    if (this.hasCalls === offered) return;
    this.hasCalls = offered;
    this.emit({ type: "state" });
  }

  protected carries(line: { readonly rung: CallRung; readonly kbps: number } | null): void {
    this.#line = line;
    this.emit({ type: "line" });
  }

  /** Shows and plays what comes, each by the way that it comes now. */
  protected present(own: readonly CallPicture[]): void {
    const unheard = new Set<MediaStream>();
    for (const { mid, member, source } of this.stage.places) {
      const direct = member === undefined || source === undefined ? null : this.pairing.track(member, source);
      this.peer?.lend(mid, direct);
      const voice = direct === null ? undefined : this.peer?.voice(mid);
      if (voice !== undefined) unheard.add(voice);
    }
    const sounds = this.pairing.sounds();
    for (const { stream, heard } of sounds) if (!heard) unheard.add(stream);
    this.voices.play([...(this.peer?.voices() ?? []), ...sounds.map(({ stream }) => stream)], unheard);
    if (this.stage.show(own, (mid) => this.peer?.picture(mid))) this.emit({ type: "pictures" });
  }

  /** When something of somebody's source last came by the server, as `arrivedAt` has it. */
  protected served(member: number, source: CallSource): number {
    const place = this.stage.places.find((place) => place.member === member && place.source === source);
    return (place && this.peer?.arrived(place.mid)) ?? 0;
  }

  protected speak(members: readonly number[]): void {
    if (members.join() === this.roster.speakers().join()) return;
    this.roster.speak(members);
    this.emit({ type: "speakers" });
  }

  protected emit(event: CallEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
