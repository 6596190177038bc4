/** What is said when the meeting has changed: a few words, and only to whom they concern. */
import type { Meeting } from "@kakehashi/client";
import { words } from "../../words";
import { leads } from "./leads";
import { ownAttendee } from "./may";

/** The sentences that a change calls for; of several of one kind, as when a class comes in, one is enough. */
export function newsOf(before: Meeting, now: Meeting): readonly string[] {
  const told: string[] = [];
  const [was, is] = [ownAttendee(before), ownAttendee(now)];
  if (now.session !== before.session) told.push(now.session === null ? words.meeting.ended : words.meeting.began);
  else if (was?.acting === true && is?.acting === false) told.push(words.meeting.hostLeads);
  if (was !== undefined && is !== undefined && was.role !== is.role) told.push(words.meeting.roleNow(words.meeting.roles[is.role]));
  if (leads(before) && leads(now)) {
    const waited = new Set(before.lobby.map(({ id }) => id));
    const came = now.lobby.find(({ id }) => !waited.has(id));
    if (came !== undefined) told.push(words.meeting.came(came.name));
    const down = new Set(before.participants.filter(({ hand }) => hand === null).map(({ id }) => id));
    const raised = now.participants.find(({ id, hand }) => hand !== null && down.has(id) && id !== now.me?.participant);
    if (raised !== undefined) told.push(words.meeting.raisedHand(raised.name));
  }
  return told;
}
