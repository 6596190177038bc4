/** Who stands in the list of people: raised hands in their order, the other participants in the order of the engine, and those who are here by the board's link alone. */
import type { Attendee, Meeting, Participant } from "@kakehashi/client";
import type { Identity } from "../../state/identity";
import { opaque } from "../../ui/on-color";
import type { LinkState } from "../../words";
import { raisedHands } from "./may";

/** Milliseconds of an answer, up to which a link is called good, and fair. */
const GOOD_MS = 200;
const FAIR_MS = 600;
/** Of somebody who is not here. */
const NO_COLOR = "#6b7079";

export interface Row {
  readonly key: string;
  readonly name: string;
  readonly color: string;
  readonly me: boolean;
  /** Null for somebody with the bare link. */
  readonly attendee: Attendee | null;
  /** Their page loads that show something of themselves; without one's own. */
  readonly here: readonly Participant[];
}

export function rowsOf(meeting: Meeting, people: readonly Participant[], own: Identity): readonly Row[] {
  const raised = raisedHands(meeting);
  const participants = [...raised, ...meeting.participants.filter(({ removed, id }) => !removed && raised.every((hand) => hand.id !== id))];
  const linked = new Set(participants.flatMap(({ links }) => links.map(({ actor }) => actor)));
  const rows = participants.map((attendee): Row => {
    const actors = new Set(attendee.links.map(({ actor }) => actor));
    const here = people.filter(({ actor }) => actors.has(actor));
    const me = attendee.id === meeting.me?.participant;
    return { key: attendee.id, name: attendee.name, color: opaque(me ? own.color : (here[0]?.color ?? NO_COLOR)), me, attendee, here };
  });
  const others = people.filter(({ actor }) => !linked.has(actor));
  const bare = others.map((person): Row => ({ key: person.actor, name: person.name, color: person.color, me: false, attendee: null, here: [person] }));
  const self: Row = { key: "me", name: own.name, color: own.color, me: true, attendee: null, here: [] };
  return rows.some(({ me }) => me) ? [...rows, ...bare] : [self, ...rows, ...bare];
}

/** How somebody's best connection is; null while it was not measured. */
export function linkOf({ links }: Attendee): { readonly state: LinkState; readonly milliseconds: number } | null {
  const measured = links.flatMap(({ roundTrip }) => roundTrip ?? []);
  if (measured.length === 0) return null;
  const milliseconds = Math.min(...measured);
  return { state: milliseconds <= GOOD_MS ? "good" : milliseconds <= FAIR_MS ? "fair" : "poor", milliseconds };
}
