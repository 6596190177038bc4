/** What one may do in the call, from the own role in the meeting. The server has the last word. */
import type { CallMember, Meeting } from "@kakehashi/client";
import { leads } from "../meeting/leads";

/** Viewers see and hear, and send nothing. */
export function listensOnly({ me }: Pick<Meeting, "me">): boolean {
  return me?.role === "viewer";
}

/** Whether one may make somebody's microphone silent. */
export function mayHush(meeting: Meeting, member: CallMember): boolean {
  return leads(meeting) && !member.own && isHeard(member);
}

export function isHeard({ tracks }: CallMember): boolean {
  return tracks.get("microphone")?.muted === false;
}
