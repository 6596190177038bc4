/** Which part of the meeting panel is shown on this screen; null while it is closed. */
import { type Store, store } from "../../state/store";

export type SectionName = "people" | "chat" | "signs" | "lead" | "screens" | "attendance";

export const shownSection: Store<SectionName | null> = store<SectionName | null>(null);

/** The one that is shown when the panel is opened again. */
let last: SectionName = "people";
shownSection.on((now) => (last = now ?? last));

/** Opens the panel where it was closed, or closes it. */
export function togglePanel(): void {
  shownSection.set(shownSection.get() === null ? last : null);
}

/** Something on the board is to be looked at now: a panel that lies over it is closed. */
export function makeRoom(): void {
  if (document.querySelector(".board[data-beside]") === null) shownSection.set(null);
}
