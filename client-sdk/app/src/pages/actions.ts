/** What can be done to pages. Each is one gesture, so that one undo takes it back. */
import type { Background, PageEntry, PageId } from "@kakehashi/client";
import type { Session } from "../board/session";
import { MAIN_HAND } from "../tools/hands";
import { leads } from "../board/meeting/leads";
import { type Copy, copiesOfRecords, setDown } from "../tools/select/copies";
import { removeStep, writeSteps } from "../tools/select/write";
import { say } from "../ui/Toasts";
import { words } from "../words";
import { arrives } from "./arrival";

/** The pages among which one stands: those of all, or those of its desk. */
export function siblingsOf({ pages, deskPages }: Session, { desk }: PageEntry): readonly PageEntry[] {
  return desk === undefined ? pages.get() : deskPages.get().filter((entry) => entry.desk === desk);
}

/** Puts a page where another one stands; those between move up. */
export function movePageTo(session: Session, entry: PageEntry, place: number): boolean {
  const page = entry.id;
  const others = siblingsOf(session, entry).filter(({ id }) => id !== page);
  const after = others[place - 1]?.id ?? null;
  const wrote = session.write(MAIN_HAND, session.board.gesture(), (edit) => {
    edit.movePage(page, after);
    return true;
  });
  return wrote === true;
}

/** Where a page can go by one step, past hidden ones too; null at the end. */
export function placeBeside(pages: readonly PageEntry[], page: PageId, by: -1 | 1): number | null {
  const at = pages.findIndex(({ id }) => id === page);
  const to = at + by;
  return at < 0 || to < 0 || to >= pages.length ? null : to;
}

export function hidePage(session: Session, page: PageId, hidden: boolean): void {
  session.write(MAIN_HAND, session.board.gesture(), (edit) => edit.setPage(page, { hidden }));
}

/** Nobody but those who lead changes a locked page. */
export function lockPage(session: Session, page: PageId, locked: boolean): void {
  session.write(MAIN_HAND, session.board.gesture(), (edit) => edit.setPage(page, { locked }));
}

/** Hides everything on the current page, in one gesture; what is locked stays, except before those who lead. */
export function clearPage(session: Session): void {
  const { board } = session;
  const all = leads(session.meeting.get());
  const records = board.records().filter(({ locked }) => all || !locked);
  session.selection.set([]);
  if (writeSteps(session, MAIN_HAND, board.gesture(), records.map(({ id }) => removeStep(id)))) say(words.meeting.cleared);
}

export function setBackground(session: Session, page: PageId, background: Background): void {
  session.write(MAIN_HAND, session.board.gesture(), (edit) => edit.setPage(page, { background }));
}

export function deletePage(session: Session, page: PageId): void {
  session.write(MAIN_HAND, session.board.gesture(), (edit) => edit.removePage(page));
}

/** A page may go only if another one stays in sight. */
export function canGo(pages: readonly PageEntry[], page: PageId): boolean {
  return pages.some((entry) => entry.id !== page && !entry.hidden);
}

/**
 * Makes a page with copies of all that stands on another: behind it, or `forAll` as the last of the pages of all. The copies belong
 * to whoever makes them. A page that is on its way is waited for; undefined if it does not come, or the board did not take it.
 */
export async function duplicatePage(session: Session, entry: PageEntry, forAll = false): Promise<PageId | undefined> {
  const { board } = session;
  const leave = board.watch(entry.id);
  try {
    const reader = board.reader(entry.id);
    if (!(await arrives(board, reader))) return undefined;
    return setDownAnew(session, entry, forAll, copiesOfRecords(reader.records(), (id) => reader.ink(id)));
  } finally {
    leave?.();
  }
}

/** Writes copies on a new page, in one gesture. */
function setDownAnew(session: Session, entry: PageEntry, forAll: boolean, copies: readonly Copy[]): PageId | undefined {
  const { board } = session;
  const gesture = board.gesture();
  const made = session.write(MAIN_HAND, gesture, (edit) => {
    const page = forAll ? edit.addPage() : edit.addPage(entry.id, entry.desk);
    edit.setPage(page, { background: entry.background, ...(entry.title === "" ? {} : { title: entry.title }) });
    return page;
  });
  if (made === undefined) return undefined;
  // While it is written on, it must be open.
  const stop = board.watch(made);
  setDown({ write: (hand, number, edits) => session.write(hand, number, (edit) => edits(edit.on(made))) }, MAIN_HAND, gesture, copies, 0, 0);
  stop?.();
  return made;
}
