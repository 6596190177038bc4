/**
 * Everybody is taken to one view. The meeting says whose; here one follows it as one follows anybody, until one
 * looks around for oneself, and may come back. It ends when the meeting says so, or its session ends. Whoever
 * leads and is gone for a while is waited for; a page that they load anew goes on leading.
 */
import type { Board, Meeting, RecordId } from "@kakehashi/client";
import { keepWordInTab, wordInTab } from "../../state/kept";
import { type Store, store } from "../../state/store";
import { words } from "../../words";
import { attendeeOf, type Ending, type Following } from "../together/following";
import { leads } from "./leads";

/** Under which the tab keeps the page load that leads: it outlives that, and no other tab has it. */
const LEADING = "spotlight";

export interface Spot {
  /** Whose view it is. */
  readonly actor: string;
  readonly name: string;
  /** `#rrggbbaa` */
  readonly color: string;
  /** The own view is what all are taken to; they are shown it; they wait for it; one looks around for oneself. */
  readonly state: "own" | "led" | "waits" | "away";
}

export class Spotlight {
  /** Null also while the one whose view it is has left. */
  readonly spot: Store<Spot | null> = store<Spot | null>(null);
  private actor: string | null = null;
  /** Who that is in the meeting, as far as it is known. */
  private participant: RecordId | null = null;
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
    /** Takes all to a view, or lets them go. */
    private readonly take: (actor: string | null) => void,
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
    const meeting = this.meeting.get();
    if (meeting.spotlight !== this.actor) this.change(meeting.spotlight);
    if (this.actor !== null && this.actor !== this.board.actor) {
      this.recognise(attendeeOf(meeting, this.actor)?.id);
      if (leads(meeting) && this.wasThisTab(this.actor)) {
        this.take(this.board.actor);
        return;
      }
      if (!this.away && !this.leads()) this.following.follow(this.actor);
    }
    this.show();
  }

  /** Whoever looks around is left to it when the same person leads on; another one takes everybody along. */
  private recognise(participant: RecordId | undefined): void {
    if (participant === undefined || participant === this.participant) return;
    if (this.participant !== null) this.away = false;
    this.participant = participant;
  }

  /** Whether this tab has led as that page load, which is gone; a copy of the tab may have its word as well. */
  private wasThisTab(actor: string): boolean {
    const people = this.following.people.get();
    return actor === wordInTab(LEADING) && attendeeOf(this.meeting.get(), actor) === undefined && !people.some((person) => person.actor === actor);
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
    // Whoever has left leads again should they come back.
    if (why !== "left") this.away = true;
    this.show();
    return why !== "left";
  }

  /** Whoever leaves the board lets all go. */
  close(): void {
    this.stop();
    if (this.actor === this.board.actor) this.take(null);
  }

  private change(actor: string | null): void {
    // One does not lead to a view that is led itself.
    if (this.leads() || actor === this.board.actor) {
      this.ending = true;
      this.following.stop();
      this.ending = false;
    }
    this.actor = actor;
    this.following.spotlight(actor);
    if (actor === null || actor === this.board.actor) {
      this.away = false;
      this.participant = null;
    }
    if (actor === this.board.actor) keepWordInTab(LEADING, actor);
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
    const { participants } = this.meeting.get();
    const name = participants.find(({ id }) => id === this.participant)?.name ?? person.name;
    const state = !this.leads() ? "away" : leader?.here === false ? "waits" : "led";
    return { actor, name: name === "" ? words.somebody : name, color: person.color, state };
  }
}
