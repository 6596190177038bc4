/**
 * What one may do in the meeting, so that nothing is offered that would be refused. The engine has the last word
 * (protocol/SPEC.md MAY-13, MAY-14): what it refuses after all is said in a sentence.
 */
import type { Attendee, Meeting, PageEntry, Role } from "@kakehashi/client";
import { leads } from "./leads";

const RANKS: readonly Role[] = ["viewer", "member", "assistant", "host"];

function rankOf(role: Role): number {
  return RANKS.indexOf(role);
}

export function ownAttendee({ me, participants }: Meeting): Attendee | undefined {
  return participants.find(({ id }) => id === me?.participant);
}

/** Whether one may name, hold, remove and appoint somebody: those of lower rank than one's own record says, or all as a host. */
export function directs(meeting: Meeting, other: Attendee): boolean {
  const own = ownAttendee(meeting);
  if (own === undefined || own.id === other.id || !leads(meeting)) return false;
  return own.role === "host" || rankOf(own.role) > rankOf(other.role);
}

/** The roles that one may give somebody, besides the one they have. */
export function rolesFor(meeting: Meeting, other: Attendee): readonly Role[] {
  const own = ownAttendee(meeting);
  if (own === undefined || meeting.me?.role !== "host" || !directs(meeting, other)) return [];
  return RANKS.filter((role) => role !== other.role && rankOf(role) <= rankOf(own.role));
}

/** Whether one may lock and hide pages: while no session is on the board belongs to all who write on it. */
export function veils(meeting: Meeting): boolean {
  if (leads(meeting)) return true;
  return meeting.session === null && meeting.me?.role !== "viewer";
}

/** Why one may not write here now. */
export type Held = "looking" | "you" | "all" | "page";

export function heldBy(meeting: Meeting, page: PageEntry | undefined): Held | null {
  if (leads(meeting)) return null;
  if (meeting.me?.role === "viewer") return "looking";
  if (ownAttendee(meeting)?.held === true) return "you";
  if (meeting.writingHeld) return "all";
  return page?.locked === true ? "page" : null;
}

/** Those whose hand is up, the first one first. */
export function raisedHands({ participants }: Meeting): readonly Attendee[] {
  const up = participants.filter(({ hand, removed }) => hand !== null && !removed);
  return [...up].sort((one, other) => (one.hand ?? 0) - (other.hand ?? 0));
}
