/** One room is one ear: whoever scanned the code on a panel's screen stands before it, and joins its call silently. */

const MARK = "panel";

/** What a panel shows to be scanned. */
export function panelLink(board: string): string {
  return `${location.origin}/b/${board}?${MARK}`;
}

/** Whether a page came by such a link. */
export function cameByPanel(query: string): boolean {
  return new URLSearchParams(query).has(MARK);
}
