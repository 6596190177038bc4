/** Pages at desks, which their owner and those who lead see and nobody else: who may make one, and what each is called. */
import type { Board, Meeting, PageEntry, PageId, RecordId } from "@kakehashi/client";
import { takesPart } from "../board/meeting/leads";
import { heldBy } from "../board/meeting/may";
import { words } from "../words";

/** A page's entry, whether it is one of all or stands at a desk. */
export function entryOf(board: Pick<Board, "pages" | "deskPages">, page: PageId | null): PageEntry | undefined {
  return [...board.pages(), ...board.deskPages()].find(({ id }) => id === page);
}

/** The desk where one may put a page now; null: one may not. */
export function deskFor(meeting: Meeting): RecordId | null {
  return takesPart(meeting) && heldBy(meeting, undefined) === null ? (meeting.me?.participant ?? null) : null;
}

export function isOwn({ me }: Pick<Meeting, "me">, { desk }: PageEntry): boolean {
  return desk !== undefined && desk === me?.participant;
}

/** Those that one turns through after the pages of all: one's own, and another's while it is shown. */
export function turnedDeskPages(deskPages: readonly PageEntry[], meeting: Meeting, current: PageId | null): readonly PageEntry[] {
  return deskPages.filter((entry) => isOwn(meeting, entry) || entry.id === current);
}

export function ownerOf({ participants }: Meeting, { desk }: PageEntry): string {
  return participants.find(({ id }) => id === desk)?.name ?? words.somebody;
}

/** What a page at a desk is called; from the second one at the same desk on with its number. */
export function deskPageName(entry: PageEntry, deskPages: readonly PageEntry[], meeting: Meeting): string {
  if (entry.title !== "") return entry.title;
  const number = deskPages.filter(({ desk }) => desk === entry.desk).findIndex(({ id }) => id === entry.id) + 1;
  return isOwn(meeting, entry) ? words.ownPages.mine(number) : words.ownPages.of(ownerOf(meeting, entry), number);
}
