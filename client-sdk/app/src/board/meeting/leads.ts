/** What follows from the own role in the meeting. */
import type { Meeting } from "@kakehashi/client";

/** Whether one is in the meeting, and not still in its lobby. */
export function takesPart({ me }: Pick<Meeting, "me">): boolean {
  return me !== null && !me.waiting && me.participant !== null;
}

/** Hosts and assistants; also whoever acts for a host. */
export function leads({ me }: Pick<Meeting, "me">): boolean {
  return me !== null && !me.waiting && (me.role === "host" || me.role === "assistant");
}
