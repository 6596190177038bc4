/**
 * How far behind somebody's screen is. Rows count a board's log, and what others paint of a page they say by
 * its last row; so whoever watches the page knows since when a row is here that is not yet there.
 */
import type { Board, PageId } from "@kakehashi/client";

/** Rows of a page that are remembered; whoever is farther behind is behind at least since the oldest. */
const ROWS_MAX = 400;

export interface Lag {
  readonly rows: number;
  /** Milliseconds since the first of them came here. */
  readonly ms: number;
}

interface Came {
  readonly row: number;
  /** On the clock of `performance`. */
  readonly at: number;
}

export class Lags {
  private readonly came = new Map<PageId, Came[]>();
  /** Where each page stood when it was first looked at: nobody is behind for what was there before. */
  private readonly from = new Map<PageId, number>();
  private readonly stop: () => void;

  constructor(
    private readonly board: Pick<Board, "on" | "reader">,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.stop = board.on((event) => {
      if (event.type === "records") this.note(event.page);
    });
  }

  close(): void {
    this.stop();
  }

  /** How much of a page that is watched here is not on a screen that has painted so far; null if nothing. */
  of(page: PageId, painted: number): Lag | null {
    this.note(page);
    const missing = (this.came.get(page) ?? []).filter(({ row }) => row > painted);
    const [first] = missing;
    return first === undefined ? null : { rows: missing.length, ms: this.now() - first.at };
  }

  private note(page: PageId): void {
    const row = this.board.reader(page).row();
    if (row === null) return;
    const before = this.from.get(page);
    if (before === undefined) this.from.set(page, row);
    if (before === undefined || row <= before) return;
    this.from.set(page, row);
    this.came.set(page, [...(this.came.get(page) ?? []), { row, at: this.now() }].slice(-ROWS_MAX));
  }
}
