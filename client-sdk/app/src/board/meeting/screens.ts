/** The screens of a meeting: what each shows, what of it is in sight there, and how far behind it is. */
import type { Attendee, Meeting, PageId, Participant } from "@kakehashi/client";
import type { Lag } from "./lag";

/** Milliseconds beyond a screen's own pace of reports, within which it counts as in step. */
const TOLERANCE = 2000;
/** Milliseconds from which on it is far behind. */
const FAR = 15_000;

export interface Screen {
  readonly participant: Attendee;
  /** Null: it has no connection. */
  readonly actor: string | null;
  readonly page: PageId | null;
  readonly painted: number | null;
  /** Milliseconds. */
  readonly roundTrip: number | null;
}

/** Panels first, then the others in the order in which they came; not the own ones. */
export function screensOf({ me, participants }: Meeting, people: readonly Participant[], wasHere: (participant: string) => boolean): readonly Screen[] {
  const pages = new Map(people.map(({ actor, page }) => [actor, page]));
  const screens = participants
    .filter(({ id, removed }) => !removed && id !== me?.participant)
    .flatMap((participant): readonly Screen[] => {
      const { links } = participant;
      if (links.length === 0) return wasHere(participant.id) ? [{ participant, actor: null, page: null, painted: null, roundTrip: null }] : [];
      return links.map(({ actor, painted, roundTrip }) => ({ participant, actor, page: pages.get(actor) ?? null, painted, roundTrip }));
    });
  const rank = ({ participant }: Screen): number => (participant.entrance === "panel" ? 0 : 1);
  return [...screens].sort((a, b) => rank(a) - rank(b));
}

export type Step = "gone" | "unknown" | "in-step" | "behind" | "far-behind";

/** How a screen keeps up; `every`: how often it tells, milliseconds. */
export function stepOf(screen: Screen, lag: Lag | null, every: number): Step {
  if (screen.actor === null) return "gone";
  if (screen.page === null || screen.painted === null) return "unknown";
  if (lag === null || lag.ms < every + TOLERANCE) return "in-step";
  return lag.ms < FAR ? "behind" : "far-behind";
}
