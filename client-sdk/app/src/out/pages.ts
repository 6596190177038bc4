/** Reads pages of a board one after another, also those that are not shown. */
import type { Board, PageEntry } from "@kakehashi/client";
import { deskPageName } from "../pages/own";
import { arrives, ARRIVES_WITHIN_OFFLINE, LOOK_EVERY } from "../pages/arrival";
import { type MeasureOf, readSheet, type Sheet } from "./sheet";
import { Stopped } from "./stopped";

export interface Numbered {
  readonly entry: PageEntry;
  /** Its place among all pages, from 1. */
  readonly number: number;
}

/** Pages that are neither on this device nor to be had now. */
export class PagesMissing extends Error {
  override readonly name = "PagesMissing";
  constructor(readonly numbers: readonly number[]) {
    super(`pages ${numbers.join(", ")} are not here`);
  }
}

/** Which pages are meant: the shown one, or all, with or without hidden ones. What stands at a desk goes out only where it is shown. */
export function chosenPages(board: Board, which: "this" | "all", hidden: boolean): Numbered[] {
  const all = board.pages().map((entry, i) => ({ entry, number: i + 1 }));
  if (which === "this") {
    const atDesks = board.deskPages();
    const named = atDesks.map((entry) => ({ entry: { ...entry, title: deskPageName(entry, atDesks, board.meeting()) }, number: 1 }));
    return [...all, ...named].filter(({ entry }) => entry.id === board.page());
  }
  return all.filter(({ entry }) => hidden || !entry.hidden);
}

/**
 * Hands each page to `visit` and lets go of it before the next is opened. Pages that do not arrive
 * are named at the end, all of them, unless they may be left out.
 */
export async function eachPage(
  board: Board,
  pages: readonly Numbered[],
  measure: MeasureOf,
  leaveOut: boolean,
  signal: AbortSignal,
  visit: (sheet: Sheet) => Promise<void>,
): Promise<void> {
  const missing: number[] = [];
  let patience = ARRIVES_WITHIN_OFFLINE;
  for (const { entry, number } of pages) {
    Stopped.check(signal);
    const stop = board.watch(entry.id);
    try {
      const reader = board.reader(entry.id);
      if (!(await arrives(board, reader, patience, () => Stopped.check(signal)))) {
        missing.push(number);
        // What is kept on the device was there at once; the next need not be waited for as long.
        patience = LOOK_EVERY * 10;
      } else if (missing.length === 0 || leaveOut) await visit(readSheet(reader, entry, number, measure));
    } finally {
      stop?.();
    }
  }
  if (missing.length === 0) return;
  if (!leaveOut || missing.length === pages.length) throw new PagesMissing(missing);
}
