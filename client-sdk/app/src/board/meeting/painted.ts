/**
 * Tells how this screen is doing: that the page is painted as it is now, so that those who lead see what is
 * really shown here. Everybody in the meeting hears of each report, so the more there are, the more seldom.
 */
import type { Board, Meeting } from "@kakehashi/client";
import type { Store } from "../../state/store";
import { takesPart } from "./leads";

/** Milliseconds between two reports of one screen, at least. */
export const REPORT_MS = 1000;
/** The same for each screen of the meeting: all together some twelve reports a second. */
const SHARE_MS = 80;
/** Milliseconds after which a screen where nothing changes reports once more how long answers take. */
const BEAT_MS = 15_000;

/** How often each screen of a meeting reports, milliseconds. */
export function reportEvery(meeting: Pick<Meeting, "participants">): number {
  const links = meeting.participants.reduce((sum, participant) => sum + participant.links.length, 0);
  return Math.max(REPORT_MS, SHARE_MS * links);
}

export class PaintedReports {
  /** What is on the screen is all there is. */
  private upToDate = false;
  private due = true;
  private active = false;
  private every = REPORT_MS;
  private notBefore = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly beat: ReturnType<typeof setInterval>;
  private readonly stop: () => void;

  constructor(
    private readonly board: Pick<Board, "on" | "page" | "painted">,
    private readonly meeting: Store<Meeting>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.look();
    const changed = meeting.on(() => this.look());
    const wrote = board.on((event) => {
      if (event.type === "records" && event.page === board.page()) {
        this.upToDate = false;
        this.due = true;
      }
    });
    this.stop = () => {
      changed();
      wrote();
    };
    this.beat = setInterval(() => {
      this.due = true;
      this.tell();
    }, BEAT_MS);
  }

  /** Whether there is something to report as soon as it is painted. Asked with every frame. */
  get wanted(): boolean {
    return this.active && this.due;
  }

  /** The current page is painted as it is. */
  painted(): void {
    this.upToDate = true;
    if (this.due) this.tell();
  }

  close(): void {
    this.stop();
    clearTimeout(this.timer);
    clearInterval(this.beat);
  }

  private look(): void {
    const meeting = this.meeting.get();
    this.active = takesPart(meeting) && meeting.session !== null;
    this.every = reportEvery(meeting);
    if (this.active && this.due) this.tell();
  }

  private tell(): void {
    if (!this.active || !this.upToDate || this.timer !== undefined) return;
    const wait = this.notBefore - this.now();
    if (wait > 0) {
      this.timer = setTimeout(() => {
        this.timer = undefined;
        if (this.due) this.tell();
      }, wait);
      return;
    }
    this.due = false;
    this.notBefore = this.now() + this.every;
    this.board.painted();
  }
}
