/** Who is in the call, what they send and who speaks, as the server tells it. */
import type { CallMember, CallSource } from "../api-call.js";
import type { ToldMember } from "./messages.js";

export class Roster {
  #told = new Map<number, ToldMember>();
  #speaking: readonly number[] = [];
  #own: number | null = null;
  /** Made when it is asked for, and the same until something changes. */
  #members: readonly CallMember[] | undefined;

  /** Which of them this page is; null: none. */
  set own(member: number | null) {
    this.#own = member;
    this.#members = undefined;
  }

  all(members: readonly ToldMember[]): void {
    this.#told = new Map(members.map((member) => [member.member, member]));
    this.#members = undefined;
  }

  one(member: ToldMember): void {
    this.#told.set(member.member, member);
    this.#members = undefined;
  }

  gone(member: number): void {
    this.#told.delete(member);
    this.speak(this.#speaking.filter((one) => one !== member));
  }

  speak(members: readonly number[]): void {
    this.#speaking = members;
    this.#members = undefined;
  }

  members(): readonly CallMember[] {
    this.#members ??= Array.from(this.#told.values(), ({ member, actor, tracks, connected }) => ({
      member,
      actor,
      connected,
      own: member === this.#own,
      tracks: new Map(tracks.map(({ source, muted }) => [source, { muted }])),
      speaking: this.#speaking.includes(member),
    }));
    return this.#members;
  }

  speakers(): readonly number[] {
    return this.#speaking;
  }

  /** Whether a track of somebody is sent, and neither silent nor dark. */
  sends(member: number, source: CallSource): boolean {
    return this.#told.get(member)?.tracks.some((track) => track.source === source && !track.muted) === true;
  }

  /** How many pictures the others send now. */
  pictures(): number {
    let count = 0;
    for (const { member } of this.#told.values()) {
      if (member === this.#own) continue;
      if (this.sends(member, "camera")) count += 1;
      if (this.sends(member, "screen")) count += 1;
    }
    return count;
  }
}
