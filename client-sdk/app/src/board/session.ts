/** One open board on this screen: what is chosen, what the board says, and every way to change it. */
import { type Board, type BoardEvent, type Edit, EditError, type Meeting, type Notice, type NoticeCode, type PageEntry, type PageId, type RecordId, type Status } from "@kakehashi/client";
import type { Rect } from "../canvas/rect";
import { Selecting } from "../tools/select/selecting";
import { Hands, MAIN_HAND } from "../tools/hands";
import { ImageIntake } from "../images/intake";
import { toolStyles, type ToolStyles } from "../tools/styles";
import type { ToolName } from "../tools/tool";
import { goBy, identity, standOut } from "../state/identity";
import { type Store, store } from "../state/store";
import { say } from "../ui/Toasts";
import { type OwnNotice, words } from "../words";
import { Calling } from "./call/calling";
import { cameByPanel } from "./call/room";
import { whoOf } from "./call/who";
import { PaintedReports } from "./meeting/painted";
import { Spotlight } from "./meeting/spotlight";
import { Talk } from "./meeting/talk";
import { type Held, heldBy, ownAttendee } from "./meeting/may";
import { newsOf } from "./meeting/news";
import { deskFor, turnedDeskPages } from "../pages/own";
import { type Ending, Following } from "./together/following";

/** Milliseconds after which one is not new on a board any more: by then one has heard of everybody who was there. */
const NEW_FOR = 3000;

export interface Undoable {
  readonly undo: boolean;
  readonly redo: boolean;
}

export class Session {
  readonly hands: Hands;
  readonly tool: Store<ToolName> = store<ToolName>("pen");
  readonly styles: ToolStyles = toolStyles();
  readonly selection: Store<readonly RecordId[]> = store<readonly RecordId[]>([]);
  readonly selecting = new Selecting();
  readonly marquee: Store<Rect | null> = store<Rect | null>(null);
  readonly zoom: Store<number> = store(1);
  readonly status: Store<Status>;
  readonly unsaved: Store<number>;
  /** The pages of all. */
  readonly pages: Store<readonly PageEntry[]>;
  /** Those that their owner and those who lead see, as far as they are seen here. */
  readonly deskPages: Store<readonly PageEntry[]>;
  readonly page: Store<PageId | null>;
  readonly ready: Store<boolean>;
  readonly undoable: Store<Undoable> = store<Undoable>({ undo: false, redo: false });
  /** Each code once, the newest last. */
  readonly notices: Store<readonly (NoticeCode | OwnNotice)[]> = store<readonly (NoticeCode | OwnNotice)[]>([]);
  readonly images: ImageIntake;
  readonly following: Following;
  /** What the engine says of the meeting. */
  readonly meeting: Store<Meeting>;
  readonly spotlight: Spotlight;
  readonly talk: Talk;
  readonly reports: PaintedReports;
  readonly calling: Calling;
  /** The sign that was given last here, and when, by the server's clock. */
  readonly ownSign: Store<{ readonly sign: number; readonly at: number } | null> = store<{ readonly sign: number; readonly at: number } | null>(null);
  /** Why one may not write on this page now. */
  readonly held: Store<Held | null> = store<Held | null>(null);
  /** Called before another page is shown, while what is being done can still be written on this one. */
  leavesPage: () => void = () => undefined;
  private readonly stopListening: readonly (() => void)[];
  private ownName = identity.get().name;
  /** As which one stands in the meeting. */
  private givenName: string | undefined;
  /** When the board was first live here. */
  private cameAt: number | null;

  constructor(readonly board: Board) {
    this.hands = new Hands(board);
    this.status = store(board.status());
    this.cameAt = board.status() === "live" ? performance.now() : null;
    this.unsaved = store(board.unsaved());
    this.pages = store(board.pages());
    this.deskPages = store(board.deskPages());
    this.page = store(board.page());
    this.ready = store(board.ready());
    this.images = new ImageIntake(this);
    this.images.waiting.on(() => this.followUnsaved());
    this.meeting = store(board.meeting());
    this.following = new Following(board, (why, name) => {
      if (!this.spotlight.ended(why)) followingEnded(why, name);
    });
    this.spotlight = new Spotlight(board, this.meeting, this.following, (actor) => void this.govern(() => board.setSpotlight(actor)));
    this.talk = new Talk(board, this.meeting, (name) => say(words.talk.messageFrom(name === "" ? words.somebody : name)));
    this.reports = new PaintedReports(board, this.meeting);
    this.calling = new Calling(board.call, cameByPanel(board.id), (actor) => this.nameOf(actor));
    this.stopListening = [board.on((event) => this.followEvent(event)), identity.on(({ name }) => this.nameParticipant(name))];
    this.followPages();
    this.takeName();
  }

  /** Writes a change; what the board does not take becomes a notice. */
  write<T>(hand: number, gesture: number, edits: (edit: Edit) => T): T | undefined {
    try {
      const result = this.board.change(hand, gesture, edits);
      this.hands.wrote(hand, gesture);
      this.followUndo();
      return result;
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      this.notice({ code: error.code, detail: error.message, ops: 0 });
      return undefined;
    }
  }

  /** Changes the meeting; what one may not becomes a notice. False if nothing was changed. */
  govern(change: (board: Board) => void): boolean {
    try {
      change(this.board);
      return true;
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      console.warn(error.message);
      this.say(error.code === "refused-rights" ? "meeting-rights" : error.code);
      return false;
    }
  }

  undo(): void {
    this.hands.undo();
    this.followUndo();
  }

  redo(): void {
    this.hands.redo();
    this.followUndo();
  }

  selectAll(): void {
    this.selection.set(this.board.records().flatMap((record) => (record.locked || record.kind === "unknown" ? [] : [record.id])));
  }

  openPage(page: PageId): void {
    if (page === this.page.get()) return;
    this.following.stop();
    this.showPage(page);
  }

  /** Shows a page because the one who is followed does. */
  showPage(page: PageId): void {
    this.leavesPage();
    this.board.openPage(page);
    this.followPages();
  }

  /** A page's entry, whether it is one of all or stands at a desk. */
  entry(page: PageId | null): PageEntry | undefined {
    const is = ({ id }: PageEntry): boolean => id === page;
    return this.pages.get().find(is) ?? this.deskPages.get().find(is);
  }

  /** The pages that one turns through. */
  turned(): readonly PageEntry[] {
    const page = this.page.get();
    return [...shownPages(this.pages.get(), page), ...turnedDeskPages(this.deskPages.get(), this.meeting.get(), page)];
  }

  /** Goes so many pages on or back; hidden ones are passed over. */
  turnPage(by: number): void {
    const pages = this.turned();
    const to = pages[pages.findIndex((entry) => entry.id === this.page.get()) + by];
    if (to !== undefined) this.openPage(to.id);
  }

  /** Adds a page behind the current one, ruled like it, and shows it. */
  addPage(): void {
    const after = this.pages.get().find(({ id }) => id === this.page.get());
    const made = this.write(MAIN_HAND, this.board.gesture(), (edit) => {
      if (after === undefined) return edit.addPage();
      const page = edit.addPage(after.id);
      if (after.background !== "plain") edit.setPage(page, { background: after.background });
      return page;
    });
    if (made !== undefined) this.openPage(made);
  }

  /** Adds a page that only those who lead see besides, ruled like the current one, and shows it. */
  addOwnPage(): void {
    const desk = deskFor(this.meeting.get());
    if (desk === null) return;
    const background = this.entry(this.page.get())?.background ?? "plain";
    const made = this.write(MAIN_HAND, this.board.gesture(), (edit) => {
      const page = edit.addPage(undefined, desk);
      if (background !== "plain") edit.setPage(page, { background });
      return page;
    });
    if (made !== undefined) this.openPage(made);
  }

  dismiss(code: NoticeCode | OwnNotice): void {
    this.notices.set(this.notices.get().filter((other) => other !== code));
  }

  close(): Promise<void> {
    for (const stop of this.stopListening) stop();
    this.images.close();
    this.spotlight.close();
    this.talk.close();
    this.reports.close();
    this.calling.close();
    this.following.close();
    goBy(null);
    return this.board.close();
  }

  /** Shows a sentence until it is read and closed. */
  say(code: NoticeCode | OwnNotice): void {
    this.notices.set([...this.notices.get().filter((other) => other !== code), code]);
  }

  notice(notice: Notice): void {
    console.warn(`${notice.code}: ${notice.detail}`);
    // Why nothing can be written stands below the sheet already.
    if (this.held.get() !== null && (notice.code === "refused-locked" || notice.code === "refused-rights")) return;
    this.say(notice.code);
  }

  private nameOf(actor: string): string {
    const { name } = whoOf({ actor, own: actor === this.board.actor }, this.meeting.get(), this.following.people.get(), identity.get());
    return name === "" ? words.somebody : name;
  }

  /** Pictures that are not with the server yet count too. */
  private followUnsaved(): void {
    this.unsaved.set(this.board.unsaved() + this.images.waiting.get());
  }

  private followEvent(event: BoardEvent): void {
    switch (event.type) {
      case "status":
        this.status.set(this.board.status());
        this.following.look();
        this.followMeeting();
        if (this.board.status() === "live") this.cameAt ??= performance.now();
        break;
      case "unsaved":
        this.followUnsaved();
        break;
      case "pages":
        this.followPages();
        break;
      case "records":
        this.dropGone(event.all ? null : event.changed);
        break;
      case "notice":
        this.notice(event.notice);
        break;
      case "people":
        this.following.look();
        this.meetOthers();
        return;
      case "meeting":
        this.followMeeting();
        return;
      case "presence":
      case "wet":
      case "said":
      case "leaving":
        return;
    }
    this.followUndo();
    this.ready.set(this.board.ready());
  }

  private followMeeting(): void {
    const before = this.meeting.get();
    const now = this.board.meeting();
    this.meeting.set(now);
    if (this.following.leader.get()?.here === false) this.following.look();
    this.followHeld();
    // Whoever comes while a session is on sees that it is, and need not be told.
    if (!this.isNew()) for (const sentence of newsOf(before, now)) say(sentence);
    this.takeName();
  }

  /** Under the name that one was given one also writes, whether it was given now or while one was away. */
  private takeName(): void {
    const given = ownAttendee(this.meeting.get())?.name;
    if (given === undefined || given === this.givenName) return;
    this.givenName = given;
    goBy(given);
  }

  /** A guest who takes another name has it in the meeting too; another colour leaves them the name that they were given there. */
  private nameParticipant(name: string): void {
    if (name === this.ownName) return;
    this.ownName = name;
    const own = ownAttendee(this.board.meeting());
    if (own === undefined || own.entrance !== "guest" || own.role === "viewer" || own.name === name) return;
    this.govern((board) => board.rename(own.id, name));
  }

  private followHeld(): void {
    this.held.set(heldBy(this.meeting.get(), this.entry(this.board.page())));
  }

  private isNew(): boolean {
    return this.cameAt === null || performance.now() - this.cameAt < NEW_FOR;
  }

  /** Whoever comes takes a colour of their own; those who were here keep theirs. */
  private meetOthers(): void {
    if (!this.isNew()) return;
    standOut(this.following.people.get().map(({ color }) => color));
  }

  /** Keeps a page open: the first one in sight, or the one before a page that was removed or hidden. */
  private followPages(): void {
    const before = this.pages.get();
    const now = this.board.pages();
    if (JSON.stringify(now) !== JSON.stringify(before)) this.pages.set(now);
    const atDesks = this.board.deskPages();
    if (JSON.stringify(atDesks) !== JSON.stringify(this.deskPages.get())) this.deskPages.set(atDesks);
    const open = this.board.page();
    const hidden = open !== null && hiddenNow(before, now, open);
    if (open === null || hidden || this.entry(open) === undefined) {
      const place = before.findIndex((entry) => entry.id === open);
      const inSight = now.filter((entry) => !entry.hidden);
      const next = inSight.filter((entry) => before.findIndex(({ id }) => id === entry.id) < place).pop() ?? inSight[0] ?? now[0];
      if (next !== undefined) this.board.openPage(next.id);
    }
    this.page.set(this.board.page());
    this.ready.set(this.board.ready());
    this.followHeld();
  }

  private followUndo(): void {
    const now = { undo: this.hands.canUndo, redo: this.hands.canRedo };
    const before = this.undoable.get();
    if (now.undo !== before.undo || now.redo !== before.redo) this.undoable.set(now);
  }

  /** What is deleted is not chosen any more. */
  private dropGone(changed: readonly RecordId[] | null): void {
    const chosen = this.selection.get();
    const kept = chosen.filter(
      (id) => (changed !== null && !changed.includes(id)) || this.board.record(id) !== undefined,
    );
    if (kept.length < chosen.length) this.selection.set(kept);
  }
}

/** The pages one turns through: those that are not hidden, and the current one wherever it is. */
export function shownPages(pages: readonly PageEntry[], current: PageId | null): readonly PageEntry[] {
  return pages.filter((entry) => !entry.hidden || entry.id === current);
}

/** Whether a page was in sight before and is hidden now. */
function hiddenNow(before: readonly PageEntry[], now: readonly PageEntry[], page: PageId): boolean {
  const was = before.find(({ id }) => id === page);
  return was !== undefined && !was.hidden && now.some((entry) => entry.id === page && entry.hidden);
}

function followingEnded(why: Ending, name: string): void {
  const sentences = { stopped: words.followEnded, left: words.leaderLeft, "follows-you": words.leaderFollowsYou };
  say(sentences[why](name));
}
