/**
 * Everybody is taken to one view. The meeting says whose; here one follows it as one follows anybody, until one
 * looks around for oneself, and may come back. It ends when the meeting says so, or its session ends.
 */
import type { Board, Meeting } from "@kakehashi/client";
import { type Store, store } from "../../state/store";
import { words } from "../../words";
import type { Ending, Following } from "../together/following";

export interface Spot {
  /** Whose view it is. */
  readonly actor: string;
  readonly name: string;
  /** `#rrggbbaa` */
  readonly color: string;
  /** The own view is what all are taken to; they are shown it; one looks around for oneself. */
  readonly state: "own" | "led" | "away";
}

export class Spotlight {
  /** Null also while the one whose view it is has left. */
  readonly spot: Store<Spot | null> = store<Spot | null>(null);
  private actor: string | null = null;
  private away = false;
  /** Whom one follows, or did last. */
  private followed: string | null = null;
  /** Following ends here, and not by what somebody pressed. */
  private ending = false;
  private readonly stop: () => void;

  constructor(
    private readonly board: Pick<Board, "actor">,
    private readonly meeting: Store<Meeting>,
    private readonly following: Following,
  ) {
    const followedAnew = following.leader.on((leader) => {
      // Whoever chooses another's view looks away.
      if (leader !== null && this.actor !== null && leader.actor !== this.actor) this.away = true;
      this.followed = leader?.actor ?? this.followed;
      this.show();
    });
    const cameOrLeft = following.people.on(() => this.look());
    const said = meeting.on(() => this.look());
    this.stop = () => {
      followedAnew();
      cameOrLeft();
      said();
    };
    this.look();
  }

  /** The meeting, or who is on the board, has changed. */
  private look(): void {
    const { spotlight } = this.meeting.get();
    if (spotlight !== this.actor) this.change(spotlight);
    if (this.actor !== null && this.actor !== this.board.actor && !this.away && !this.leads()) {
      this.following.follow(this.actor);
    }
    this.show();
  }

  lookAround(): void {
    if (this.leads()) this.following.stop();
  }

  comeBack(): void {
    this.away = false;
    this.look();
  }

  /** Following has ended, and why. True if it was this: then it is said by its own bar. */
  ended(why: Ending): boolean {
    if (this.ending) return true;
    if (this.actor === null || this.followed !== this.actor) return false;
    // Whoever only lost their connection leads again when they are back.
    if (why !== "left") this.away = true;
    this.show();
    return true;
  }

  close(): void {
    this.stop();
  }

  private change(actor: string | null): void {
    // One does not lead to a view that is led itself.
    if (this.leads() || actor === this.board.actor) {
      this.ending = true;
      this.following.stop();
      this.ending = false;
    }
    this.actor = actor;
    this.away = false;
  }

  private leads(): boolean {
    return this.actor !== null && this.following.leader.get()?.actor === this.actor;
  }

  private show(): void {
    const next = this.next();
    if (JSON.stringify(next) !== JSON.stringify(this.spot.get())) this.spot.set(next);
  }

  private next(): Spot | null {
    const { actor } = this;
    if (actor === null) return null;
    if (actor === this.board.actor) return { actor, name: "", color: "", state: "own" };
    const leader = this.following.leader.get();
    const person = this.following.people.get().find((other) => other.actor === actor) ?? (leader?.actor === actor ? leader : undefined);
    if (person === undefined) return null;
    const { color } = person;
    const { participants } = this.meeting.get();
    const name = participants.find(({ links }) => links.some((link) => link.actor === actor))?.name ?? person.name;
    return { actor, name: name === "" ? words.somebody : name, color, state: this.leads() ? "led" : "away" };
  }
}
