/** One room is one ear: whoever scanned the code on a panel's screen stands before it, and joins its call silently. */
import { keepWordInTab, wordInTab } from "../../state/kept";

const MARK = "panel";
const NAME = "before-panel";
/** A board in what a panel shows. */
const LINK = new RegExp(`/b/([0-9a-z]{26})\\?${MARK}(?![0-9a-z])`, "i");

/** What a panel shows to be scanned. */
export function panelLink(board: string): string {
  return `${location.origin}/b/${board}?${MARK}`;
}

/** The board of a link that a panel shows; null for any other text. */
export function boardOfPanel(text: string): string | null {
  return LINK.exec(text)?.[1]?.toLowerCase() ?? null;
}

/** Notes in the tab what was scanned by the app itself, which opens the board by an address of its own. */
export function noteScanned(text: string): void {
  const board = boardOfPanel(text);
  if (board !== null) keepWordInTab(NAME, board);
}

/** Whether this page came to a board by a panel's code. */
export function cameByPanel(board: string): boolean {
  return new URLSearchParams(location.search).has(MARK) || wordInTab(NAME) === board;
}
