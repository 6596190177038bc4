/** What is known of a board's call on this page, and who is told when it changes. */
import type { CallCounters, CallEvent, CallMember, CallPicture, CallRoute, CallRung, CallSource, CallState, DeviceTrouble } from "../api-call.js";
import type { OwnMedia } from "./own.js";
import type { Peer } from "./peer.js";
import { Roster } from "./roster.js";
import { Stage } from "./stage.js";
import { countersOf, NOTHING, routeOf } from "./statistics.js";

export abstract class CallView {
  protected abstract readonly media: OwnMedia;
  protected readonly roster = new Roster();
  protected readonly stage = new Stage(this.roster);
  protected peer: Peer | undefined;
  /** Whether the server has calls; null: it has not said. */
  protected hasCalls: boolean | null = null;
  protected quiet = false;
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

  pictures(): readonly CallPicture[] {
    return this.stage.pictures;
  }

  own(source: CallSource): { readonly on: boolean; readonly trouble: DeviceTrouble | null } {
    return this.media.state(source);
  }

  line(): { readonly rung: CallRung; readonly kbps: number } | null {
    return this.#line;
  }

  async route(): Promise<CallRoute | null> {
    return this.peer === undefined ? null : routeOf(await this.peer.stats());
  }

  async counters(): Promise<CallCounters> {
    return this.peer === undefined ? NOTHING : countersOf(await this.peer.stats());
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

  protected emit(event: CallEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
