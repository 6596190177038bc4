/**
 * What is said in the meeting, in threads: one with all, and at the desks one with those who lead. Those who lead
 * have a thread with everybody who is here or has written; the others have one, at their own desk.
 */
import type { Board, Meeting, Message, RecordId } from "@kakehashi/client";
import { type Store, store } from "../../state/store";
import { serverNow } from "./countdown";
import { leads, takesPart } from "./leads";

/** Desks that are kept in step at a time: a class, and as many documents again are left for pages. */
const DESKS_MAX = 40;

/** With all, or at the desk of a participant. */
export type ThreadId = RecordId | null;

export interface Thread {
  readonly desk: ThreadId;
  /** Whose desk it is; of the own one and of the thread with all it is empty. */
  readonly name: string;
  readonly unread: number;
}

export class Talk {
  readonly threads: Store<readonly Thread[]> = store<readonly Thread[]>([]);
  /** In all threads. */
  readonly unread: Store<number> = store(0);
  /** Counts what was said or taken back, so that whoever shows a thread reads it again. */
  readonly said: Store<number> = store(0);
  private readonly desks = new Map<RecordId, () => void>();
  private readonly counts = new Map<ThreadId, { readonly all: number; readonly unread: number }>();
  /** Up to when each thread was read. */
  private readonly readTo = new Map<ThreadId, number>();
  private reading: ThreadId | undefined;
  private began: number | null = null;
  private readonly stop: () => void;

  constructor(
    private readonly board: Pick<Board, "on" | "actor" | "messages" | "watchDesk">,
    private readonly meeting: Store<Meeting>,
    /** Somebody has written at a desk that is not being read. */
    private readonly wrote: (name: string) => void,
  ) {
    this.look();
    const changed = meeting.on(() => this.look());
    const heard = board.on((event) => {
      if (event.type === "said") this.heard(event.desk);
    });
    this.stop = () => {
      changed();
      heard();
    };
  }

  close(): void {
    this.stop();
    this.leave(() => true);
  }

  messages(desk: ThreadId): readonly Message[] {
    return this.board.messages(desk ?? undefined);
  }

  /** What is said in a thread counts as read, until another is shown, or none. */
  read(desk: ThreadId | undefined): void {
    this.reading = desk;
    if (desk !== undefined) this.heard(desk);
  }

  private heard(desk: ThreadId): void {
    const messages = this.messages(desk);
    if (this.reading === desk) this.readTo.set(desk, Math.max(this.since(desk), ...messages.map(({ at }) => at)));
    const since = this.since(desk);
    const news = messages.filter((message) => message.at > since && !this.isOwn(message));
    const before = this.counts.get(desk)?.unread ?? 0;
    this.counts.set(desk, { all: messages.length, unread: news.length });
    const latest = news[news.length - 1];
    if (desk !== null && latest !== undefined && news.length > before) this.wrote(this.nameOf(latest.participant));
    this.show();
    this.said.set(this.said.get() + 1);
  }

  /** Also what one said before the page was loaded anew. */
  private isOwn({ author, participant }: Message): boolean {
    return author === this.board.actor || (participant !== null && participant === this.meeting.get().me?.participant);
  }

  private nameOf(participant: RecordId | null): string {
    return this.meeting.get().participants.find(({ id }) => id === participant)?.name ?? "";
  }

  /** What was said before one came, or before the session, is no news. */
  private since(desk: ThreadId): number {
    return this.readTo.get(desk) ?? this.began ?? 0;
  }

  private look(): void {
    const meeting = this.meeting.get();
    const { me } = meeting;
    this.began ??= me === null ? null : (meeting.session ?? serverNow(meeting));
    if (!takesPart(meeting)) {
      this.leave(() => true);
      this.threads.set([]);
      this.unread.set(0);
      return;
    }
    const wanted = desksOf(meeting);
    this.leave(([desk]) => !wanted.includes(desk));
    for (const desk of wanted) {
      if (this.desks.has(desk) || this.desks.size >= DESKS_MAX) continue;
      const leave = this.board.watchDesk(desk);
      if (leave === undefined) continue;
      this.desks.set(desk, leave);
      this.heard(desk);
    }
    this.show();
  }

  private leave(which: (desk: [RecordId, () => void]) => boolean): void {
    for (const [desk, leave] of [...this.desks].filter(which)) {
      leave();
      this.desks.delete(desk);
      this.counts.delete(desk);
    }
  }

  private show(): void {
    const meeting = this.meeting.get();
    const { me, participants } = meeting;
    const known = new Map(participants.map((participant) => [participant.id, participant]));
    // Of those who are not here only who has written, or was written to.
    const shown = ([desk]: [RecordId, unknown]): boolean => desk === me?.participant || (known.get(desk)?.links.length ?? 0) > 0 || (this.counts.get(desk)?.all ?? 0) > 0;
    const desks = [...this.desks].filter(shown).map(([desk]) => desk);
    const threads = [null, ...desks].map((desk): Thread => {
      const name = desk === null || desk === me?.participant ? "" : (known.get(desk)?.name ?? "");
      return { desk, name, unread: this.counts.get(desk)?.unread ?? 0 };
    });
    if (JSON.stringify(threads) !== JSON.stringify(this.threads.get())) this.threads.set(threads);
    this.unread.set(threads.reduce((sum, { unread }) => sum + unread, 0));
  }
}

/** Whose desks are kept in step: of those who lead all others', who is here first, and then who came last. */
function desksOf(meeting: Meeting): readonly RecordId[] {
  const { me, participants } = meeting;
  if (me === null || me.participant === null) return [];
  if (!leads(meeting)) return [me.participant];
  const others = participants.filter(({ id, role, removed }) => id !== me.participant && !removed && (role === "viewer" || role === "member"));
  const here = others.filter(({ links }) => links.length > 0);
  const away = others.filter(({ links }) => links.length === 0).reverse();
  return [...here, ...away].map(({ id }) => id);
}
