/** Who the members of a call are to the eye: name, colour, raised hand. Presence knows the pages, the meeting the people. */
import type { CallMember, Meeting, Participant } from "@kakehashi/client";
import type { Identity } from "../../state/identity";
import { opaque } from "../../ui/on-color";
import { raisedHands } from "../meeting/may";

/** Of somebody of whom nothing is known yet. */
const NO_COLOR = "#6b7079";
/** Letters in a disc. */
const INITIALS = 2;

export interface Who {
  /** Empty while it is not known. */
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  /** The place in the order of raised hands, from 1 on; 0: it is down. */
  readonly hand: number;
}

export function whoOf({ actor, own }: Pick<CallMember, "actor" | "own">, meeting: Meeting, people: readonly Participant[], self: Identity): Who {
  const attendee = own ? meeting.participants.find(({ id }) => id === meeting.me?.participant) : meeting.participants.find(({ links }) => links.some((link) => link.actor === actor));
  const person = people.find((other) => other.actor === actor);
  const hand = attendee === undefined ? 0 : raisedHands(meeting).findIndex(({ id }) => id === attendee.id) + 1;
  if (own) return { name: attendee?.name ?? self.name, color: opaque(self.color), hand };
  return { name: attendee?.name ?? person?.name ?? "", color: opaque(person?.color ?? NO_COLOR), hand };
}

/** The first letters of the first two words, or the first letter of a name that is one word. */
export function initialsOf(name: string): string {
  const parts = name.trim().split(/[\s\u3000]+/);
  const letters = parts.map((part) => Array.from(part)[0] ?? "");
  return letters.slice(0, INITIALS).join("").toLocaleUpperCase();
}
