/**
 * Whose view is shown here. What is kept is only whom one follows, and everybody is told that; which
 * page and which part of it are shown is looked up anew in each frame.
 */
import type { Attendee, Board, Meeting, PageId, Participant, RecordId } from "@kakehashi/client";
import { type Store, store } from "../../state/store";
import { leavesRing, PATIENCE, ringThrough } from "./chain";

/** Milliseconds that a leader may be away: connections break and come back. */
export const LEADER_AWAY = 8000;
/** As long after one's own connection came back: what broke it broke theirs as well, and they try again every 15 seconds. */
export const LEADER_AWAY_TOO = 25_000;

/** Why following ended. */
export type Ending = "stopped" | "left" | "follows-you";

export interface Leader {
  readonly actor: string;
  readonly name: string;
  /** `#rrggbbaa` */
  readonly color: string;
  readonly page: PageId | null;
  /** Who this is in the meeting, as far as it was ever known. */
  readonly participant: RecordId | null;
  /** False while one of the two has no connection. */
  readonly here: boolean;
}

export class Following {
  readonly leader: Store<Leader | null> = store<Leader | null>(null);
  /** All others on the board. */
  readonly people: Store<readonly Participant[]>;
  private began = 0;
  /** Who follows this page load, and since when that is known. */
  private followers = new Map<string, number>();
  private ringClosed: number | null = null;
  /** The leader was lost from sight with one's own connection. */
  private broke = false;
  /** Whose view the meeting takes all to. */
  private spotlit: string | null = null;
  private awayTimer: ReturnType<typeof setTimeout> | undefined;
  private ringTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly board: Pick<Board, "actor" | "people" | "status" | "meeting">,
    private readonly ended: (why: Ending, name: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.people = store(board.people());
    this.look();
  }

  /** Whose view is to be shown now; null also while it cannot be told who leads. */
  leading(): Leader | null {
    return this.ringClosed === null ? this.leader.get() : null;
  }

  follow(actor: string): void {
    const person = this.people.get().find((other) => other.actor === actor);
    if (person === undefined || this.leader.get()?.actor === actor) return;
    this.release();
    this.began = this.now();
    this.leader.set(leaderOf(person, attendeeOf(this.board.meeting(), actor)?.id ?? null));
    this.look();
  }

  /** The view that all are taken to is said by the meeting alone, and waited for as long as it says so. */
  spotlight(actor: string | null): void {
    this.spotlit = actor;
  }

  /** Also when somebody moves the page by hand: then they want to see it for themselves. */
  stop(): void {
    this.end("stopped");
  }

  /** Who is on the board has changed, or the connection, or the meeting. */
  look(): void {
    const people = this.board.people();
    if (JSON.stringify(people) !== JSON.stringify(this.people.get())) this.people.set(people);
    this.noteFollowers(people);
    const leader = this.leader.get();
    if (leader === null) return;
    const person = people.find(({ actor }) => actor === leader.actor);
    if (person === undefined) this.miss(leader);
    else this.meet(leader, person);
    this.lookForRing(people);
  }

  close(): void {
    this.release();
    this.leader.set(null);
  }

  private noteFollowers(people: readonly Participant[]): void {
    const now = this.now();
    const followers = people.filter(({ following }) => following === this.board.actor);
    this.followers = new Map(followers.map(({ actor }) => [actor, this.followers.get(actor) ?? now]));
  }

  private meet(leader: Leader, person: Participant): void {
    this.waitOn();
    this.broke = false;
    const now = leaderOf(person, attendeeOf(this.board.meeting(), person.actor)?.id ?? leader.participant);
    if (JSON.stringify(now) !== JSON.stringify(leader)) this.leader.set(now);
  }

  private miss(leader: Leader): void {
    if (leader.here) this.leader.set({ ...leader, here: false });
    if (this.board.status() !== "live") {
      // Without a connection of one's own nobody is seen, and nothing is known of them.
      this.waitOn();
      this.broke = true;
      return;
    }
    const attendee = this.board.meeting().participants.find(({ id }) => id === leader.participant);
    if (leader.actor === this.spotlit) {
      // Nobody is held fast meanwhile: each may look around, and those who lead may let all go.
      if (attendee !== undefined && !attendee.removed && attendee.links.length === 0) return this.waitOn();
    } else {
      // They have loaded the page anew, or gone on at another screen.
      const again = this.people.get().find(({ actor }) => attendee?.links.some((link) => link.actor === actor));
      if (again !== undefined) return this.meet(leader, again);
    }
    this.awayTimer ??= setTimeout(() => this.end("left"), this.broke ? LEADER_AWAY_TOO : LEADER_AWAY);
  }

  private waitOn(): void {
    clearTimeout(this.awayTimer);
    this.awayTimer = undefined;
  }

  private lookForRing(people: readonly Participant[]): void {
    const leader = this.leader.get();
    const me = this.board.actor;
    const links = new Map(people.map(({ actor, following }) => [actor, following]));
    links.set(me, leader?.actor ?? null);
    const ring = ringThrough(me, links);
    const last = ring[ring.length - 1];
    if (last === undefined) {
      clearTimeout(this.ringTimer);
      this.ringClosed = null;
      return;
    }
    const now = this.now();
    if (this.ringClosed === null) {
      this.ringClosed = now;
      this.ringTimer = setTimeout(() => this.look(), PATIENCE + 1);
    }
    const times = { began: this.began, followed: this.followers.get(last) ?? now, closed: this.ringClosed, now };
    if (leavesRing(me, ring, times)) this.end("follows-you", people.find(({ actor }) => actor === last)?.name);
  }

  private end(why: Ending, name = this.leader.get()?.name ?? ""): void {
    if (this.leader.get() === null) return;
    this.release();
    this.leader.set(null);
    this.ended(why, name);
  }

  private release(): void {
    this.waitOn();
    clearTimeout(this.ringTimer);
    this.ringClosed = null;
    this.broke = false;
  }
}

function leaderOf({ actor, name, color, page }: Participant, participant: RecordId | null): Leader {
  return { actor, name, color, page, participant, here: true };
}

/** Whose connection it is. */
export function attendeeOf({ participants }: Pick<Meeting, "participants">, actor: string): Attendee | undefined {
  return participants.find(({ links }) => links.some((link) => link.actor === actor));
}
