/** What a meeting shows beside the board: timer, signs, one view for all, screens, threads. */
import type { Attendee, BoardEvent, Link, Meeting, Message, Participant, Status } from "@kakehashi/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clockFace, countdownAt, minutesOf, OVER_STAYS } from "../src/board/meeting/countdown";
import { Gathering, SIGN_STAYS } from "../src/board/meeting/gathering";
import { Lags } from "../src/board/meeting/lag";
import { piecesOf } from "../src/board/meeting/links";
import { PaintedReports, REPORT_MS, reportEvery } from "../src/board/meeting/painted";
import { screensOf, stepOf } from "../src/board/meeting/screens";
import { Spotlight } from "../src/board/meeting/spotlight";
import { Talk } from "../src/board/meeting/talk";
import { Following, LEADER_AWAY } from "../src/board/together/following";
import { store, type Store } from "../src/state/store";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function link(actor: string, more: Partial<Link> = {}): Link {
  return { actor, reaction: null, painted: null, roundTrip: null, ...more };
}

function attendee(id: string, links: readonly Link[], more: Partial<Attendee> = {}): Attendee {
  return { id, name: id.toUpperCase(), role: "member", entrance: "guest", hand: null, held: false, acting: false, setAside: false, removed: false, links, ...more };
}

function meetingOf(more: Partial<Meeting> = {}): Meeting {
  return {
    me: { participant: "me", role: "host", waiting: false },
    clockOffset: 0,
    session: 1000,
    writingHeld: false,
    timer: null,
    timerLength: 0,
    spotlight: null,
    participants: [],
    lobby: [],
    ...more,
  };
}

/** What of a board these parts ask for, and how its events are told. */
class Boardlike {
  readonly actor = "own";
  readonly listeners = new Set<(event: BoardEvent) => void>();
  readonly said = new Map<string | undefined, Message[]>();
  readonly watched: string[] = [];
  others: Participant[] = [];
  reported = 0;
  row: number | null = null;
  desksFree = 100;
  meeting = (): Meeting => meetingOf();
  status = (): Status => "live";
  people = (): readonly Participant[] => this.others;
  page = (): string => "p";
  painted = (): void => void this.reported++;
  messages = (desk?: string): readonly Message[] => this.said.get(desk) ?? [];
  reader = () => ({ ready: () => true, records: () => [], record: () => undefined, ink: () => new Float32Array(), digest: () => "", row: () => this.row, presence: () => [] });
  watchDesk = (desk: string): (() => void) | undefined => {
    if (this.watched.length >= this.desksFree) return undefined;
    this.watched.push(desk);
    return () => void this.watched.splice(this.watched.indexOf(desk), 1);
  };
  on = (listener: (event: BoardEvent) => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  tell(event: BoardEvent): void {
    for (const listener of this.listeners) listener(event);
  }
  say(words: string, at: number, desk?: string, author = "other", participant: string | null = null): void {
    this.said.set(desk, [...this.messages(desk), { id: `${at}`, author, participant, at, words }]);
    this.tell({ type: "said", desk: desk ?? null });
  }
}

describe("the timer", () => {
  it("counts whole seconds down, says when it changes, and leaves some time after its end", () => {
    expect(countdownAt(60_000, 0)).toEqual({ left: 60, phase: "running", next: 1000 });
    expect(countdownAt(60_000, 1)).toEqual({ left: 60, phase: "running", next: 999 });
    expect(countdownAt(60_000, 49_999)).toMatchObject({ left: 11, phase: "running" });
    expect(countdownAt(60_000, 50_000)).toMatchObject({ left: 10, phase: "last" });
    expect(countdownAt(60_000, 59_999)).toEqual({ left: 1, phase: "last", next: 1 });
    expect(countdownAt(60_000, 60_000)).toEqual({ left: 0, phase: "over", next: OVER_STAYS });
    expect(countdownAt(60_000, 60_000 + OVER_STAYS)).toBeNull();
    for (let now = 0; now < 60_000; now += 137) {
      const { left, next } = countdownAt(60_000, now) ?? { left: -1, next: 0 };
      expect(countdownAt(60_000, now + next)?.left).toBe(left - 1);
      expect(countdownAt(60_000, now + next - 1)?.left).toBe(left);
    }
  });

  it("is read as a clock, and set by whole minutes in narrow and wide digits", () => {
    expect([0, 9, 65, 600, 3600, 3725].map(clockFace)).toEqual(["0:00", "0:09", "1:05", "10:00", "1:00:00", "1:02:05"]);
    expect(["7", " 12 ", "４５", "180"].map(minutesOf)).toEqual([7, 12, 45, 180]);
    for (const typed of ["", "0", "181", "-1", "1.5", "1e2", "x"]) expect(minutesOf(typed), typed).toBeNull();
  });
});

describe("signs", () => {
  const given = (actor: string, sign: number, at: number): Attendee => attendee(actor, [link(actor, { reaction: { sign, at } })]);

  it("are gathered, shown for some seconds, and never longer than from now", () => {
    const gathering = new Gathering();
    gathering.look({ participants: [given("a", 0, 100_000), given("b", 0, 99_000), given("c", 3, 900_000), given("d", 200, 100_000)] }, 100_000);
    expect(gathering.shown(100_000)).toEqual([
      { sign: 0, names: ["A", "B"] },
      { sign: 3, names: ["C"] },
    ]);
    expect(gathering.next(100_000)).toBe(SIGN_STAYS - 1000);
    expect(gathering.shown(100_000 + SIGN_STAYS - 1000)).toEqual([
      { sign: 0, names: ["A"] },
      { sign: 3, names: ["C"] },
    ]);
    expect(gathering.shown(100_000 + SIGN_STAYS)).toEqual([]);
    expect(gathering.next(100_000 + SIGN_STAYS)).toBeNull();
    gathering.look({ participants: [given("c", 3, 900_000)] }, 110_000);
    expect(gathering.shown(110_000)).toEqual([]);
    gathering.look({ participants: [given("e", 1, 100_000)] }, 110_000);
    expect(gathering.shown(110_000)).toEqual([]);
  });
});

describe("addresses in what is said", () => {
  const links = (words: string): (string | null)[] => piecesOf(words).flatMap(({ href }) => href ?? []);

  it("become links only if they are of the web and lead where they seem to", () => {
    expect(piecesOf("見て https://example.jp/a?b=1。次")).toEqual([
      { text: "見て ", href: null },
      { text: "https://example.jp/a?b=1", href: "https://example.jp/a?b=1" },
      { text: "。次", href: null },
    ]);
    expect(links("(http://example.org/x).")).toEqual(["http://example.org/x"]);
    for (const words of ["javascript:alert(1)", "data:text/html,x", "https://", "file:///etc/passwd", "https://good.example@bad.example/", "https://a:b@c.example", "https://a\u202egpj.example", "https://a.example/\u202egpj.exe", "https://a.example/\u200bb"]) {
      expect(links(words), words).toEqual([]);
    }
    for (const words of ["", "x", "https://a.example https://b.example\n最後", "https://good.example@bad.example/ https://c.example"]) {
      expect(piecesOf(words).map(({ text }) => text).join("")).toBe(words);
    }
  });
});

describe("how far behind a screen is", () => {
  it("is counted from the first row that is here and not there, and not from what was there before", () => {
    const board = new Boardlike();
    let now = 0;
    board.row = 10;
    const lags = new Lags(board, () => now);
    const wrote = (row: number, at: number): void => {
      now = at;
      board.row = row;
      board.tell({ type: "records", page: "p", changed: [], all: false });
    };
    expect(lags.of("p", 3)).toBeNull();
    wrote(10, 500);
    expect(lags.of("p", 3)).toBeNull();
    wrote(12, 1000);
    wrote(15, 2000);
    now = 5000;
    expect(lags.of("p", 15)).toBeNull();
    expect(lags.of("p", 20)).toBeNull();
    expect(lags.of("p", 12)).toEqual({ rows: 1, ms: 3000 });
    expect(lags.of("p", 10)).toEqual({ rows: 2, ms: 4000 });
    lags.close();
    wrote(16, 6000);
    expect(board.listeners.size).toBe(0);
  });

  it("is said of panels first, and of those whose connection is gone", () => {
    const participants = [attendee("a", [link("a1", { painted: 5 }), link("a2")]), attendee("w", [link("w1", { painted: 4 })], { entrance: "panel" }), attendee("g", []), attendee("x", []), attendee("r", [], { removed: true }), attendee("me", [link("own")])];
    const people = ["a1", "w1"].map((actor) => ({ actor, name: "", color: "", page: "p", following: null }));
    const screens = screensOf(meetingOf({ participants }), people, (id) => id === "g" || id === "r");
    expect(screens.map(({ participant, actor, page }) => [participant.id, actor, page])).toEqual([
      ["w", "w1", "p"],
      ["a", "a1", "p"],
      ["a", "a2", null],
      ["g", null, null],
    ]);
    const steps = screens.map((screen, i) => stepOf(screen, i === 0 ? { rows: 2, ms: 9000 } : null, 1000));
    expect(steps).toEqual(["behind", "in-step", "unknown", "gone"]);
    const [wall] = screens;
    if (wall === undefined) throw new Error("the wall is a screen");
    expect([2999, 3000, 14_999, 15_000].map((ms) => stepOf(wall, { rows: 1, ms }, 1000))).toEqual(["in-step", "behind", "behind", "far-behind"]);
  });
});

describe("reports of what is painted", () => {
  const board = (): { board: Boardlike; meeting: Store<Meeting>; reports: PaintedReports; wrote: () => void } => {
    const made = new Boardlike();
    const meeting = store(meetingOf());
    const reports = new PaintedReports(made, meeting, () => Date.now());
    return { board: made, meeting, reports, wrote: () => made.tell({ type: "records", page: "p", changed: [], all: false }) };
  };

  it("are given when all is on the screen, and seldom enough", () => {
    const { board: made, reports, wrote } = board();
    reports.painted();
    expect(made.reported).toBe(1);
    for (let i = 0; i < 60; i++) {
      wrote();
      reports.painted();
      vi.advanceTimersByTime(16);
    }
    vi.advanceTimersByTime(REPORT_MS);
    expect(made.reported).toBe(2);
    wrote();
    vi.advanceTimersByTime(REPORT_MS * 50);
    // What came is not painted yet.
    expect(made.reported).toBe(2);
    reports.painted();
    expect(made.reported).toBe(3);
    reports.painted();
    vi.advanceTimersByTime(REPORT_MS * 5);
    expect(made.reported).toBe(3);
    reports.close();
  });

  it("are more seldom the more there are, and there are none without a session", () => {
    const crowd = Array.from({ length: 40 }, (_, i) => attendee(`${i}`, [link(`${i}`)]));
    expect(reportEvery(meetingOf())).toBe(REPORT_MS);
    expect(reportEvery(meetingOf({ participants: crowd }))).toBe(3200);
    const { board: made, meeting, reports, wrote } = board();
    reports.painted();
    meeting.set(meetingOf({ session: null }));
    wrote();
    reports.painted();
    vi.advanceTimersByTime(REPORT_MS * 60);
    expect(made.reported).toBe(1);
    meeting.set(meetingOf());
    expect(made.reported).toBe(2);
    reports.close();
  });
});

describe("one view for all", () => {
  afterEach(() => vi.unstubAllGlobals());

  function led(): { board: Boardlike; meeting: Store<Meeting>; following: Following; spotlight: Spotlight; said: string[]; taken: (string | null)[]; came: (...actors: string[]) => void } {
    const board = new Boardlike();
    const meeting = store(meetingOf());
    const said: string[] = [];
    const following: Following = new Following(board, (why) => void (spotlight.ended(why) || said.push(why)), () => Date.now());
    const taken: (string | null)[] = [];
    const spotlight = new Spotlight(board, meeting, following, (actor) => void taken.push(actor));
    board.meeting = () => meeting.get();
    meeting.on(() => following.look());
    const came = (...actors: string[]): void => {
      board.others = actors.map((actor) => ({ actor, name: actor, color: "#000000ff", page: "p", following: null }));
      following.look();
    };
    return { board, meeting, following, spotlight, said, taken, came };
  }

  it("leads there at once, or when the one whose view it is has come", () => {
    const { meeting, following, spotlight, came } = led();
    meeting.set(meetingOf({ spotlight: "t", participants: [attendee("teacher", [link("t")])] }));
    expect(spotlight.spot.get()).toBeNull();
    came("t", "k");
    expect(following.leader.get()?.actor).toBe("t");
    expect(spotlight.spot.get()).toMatchObject({ name: "TEACHER", state: "led" });
    meeting.set(meetingOf());
    expect(following.leader.get()).toBeNull();
    expect(spotlight.spot.get()).toBeNull();
  });

  it("lets one look around and come back, and takes all along anew when it is begun anew", () => {
    const { meeting, following, spotlight, said, came } = led();
    came("t", "k");
    meeting.set(meetingOf({ spotlight: "t" }));
    following.stop();
    expect(spotlight.spot.get()?.state).toBe("away");
    meeting.set(meetingOf({ spotlight: "t", writingHeld: true }));
    expect(following.leader.get()).toBeNull();
    spotlight.comeBack();
    expect(following.leader.get()?.actor).toBe("t");
    following.follow("k");
    expect(spotlight.spot.get()?.state).toBe("away");
    expect(following.leader.get()?.actor).toBe("k");
    meeting.set(meetingOf({ spotlight: null }));
    // Whom one chose to follow oneself is still followed.
    expect(following.leader.get()?.actor).toBe("k");
    meeting.set(meetingOf({ spotlight: "t" }));
    expect(following.leader.get()?.actor).toBe("t");
    expect(said).toEqual([]);
    meeting.set(meetingOf());
    came("t", "k");
    following.follow("k");
    following.stop();
    expect(said).toEqual(["stopped"]);
  });

  it("leads again when the one whose view it is comes back, and ends whom one followed when it is one's own", () => {
    const { meeting, following, spotlight, said, came } = led();
    came("t");
    meeting.set(meetingOf({ spotlight: "t" }));
    came();
    vi.advanceTimersByTime(60_000);
    expect(following.leader.get()).toBeNull();
    expect(spotlight.spot.get()).toBeNull();
    expect(said).toEqual(["left"]);
    came("t");
    expect(spotlight.spot.get()?.state).toBe("led");
    came("t", "k");
    following.follow("k");
    meeting.set(meetingOf({ spotlight: "own" }));
    expect(following.leader.get()).toBeNull();
    expect(spotlight.spot.get()?.state).toBe("own");
    expect(said).toEqual(["left"]);
  });

  it("waits for the one whose view it is as long as they are away, and for no page of theirs that does not lead", () => {
    const { meeting, following, spotlight, said, came } = led();
    const teacher = (...actors: string[]): Partial<Meeting> => ({ participants: [attendee("teacher", actors.map((actor) => link(actor)))] });
    came("t");
    meeting.set(meetingOf({ spotlight: "t", ...teacher("t") }));
    came();
    meeting.set(meetingOf({ spotlight: "t", ...teacher() }));
    expect(spotlight.spot.get()).toMatchObject({ name: "TEACHER", state: "waits" });
    vi.advanceTimersByTime(600_000);
    expect(spotlight.spot.get()?.state).toBe("waits");
    // Their page was loaded anew, and leads on.
    came("t2");
    meeting.set(meetingOf({ spotlight: "t2", ...teacher("t2") }));
    expect(following.leader.get()?.actor).toBe("t2");
    following.stop();
    came("t3");
    meeting.set(meetingOf({ spotlight: "t3", ...teacher("t3") }));
    // Whoever looks around goes on with that.
    expect(spotlight.spot.get()?.state).toBe("away");
    spotlight.comeBack();
    expect(said).toEqual([]);
    came("t4");
    meeting.set(meetingOf({ spotlight: "t3", ...teacher("t4") }));
    vi.advanceTimersByTime(LEADER_AWAY);
    expect(following.leader.get()).toBeNull();
    expect(said).toEqual(["left"]);
  });

  it("is taken over by the page that is loaded anew in the tab that led, and given up by whoever leaves the board", () => {
    const words = new Map<string, string>();
    vi.stubGlobal("sessionStorage", { getItem: (key: string) => words.get(key) ?? null, setItem: (key: string, word: string) => words.set(key, word) });
    const before = led();
    before.meeting.set(meetingOf({ spotlight: "own" }));
    const { meeting, spotlight, taken, came, board } = led();
    Object.assign(board, { actor: "anew" });
    // A copy of the tab has its word as well; the page that leads is still there.
    came("own");
    meeting.set(meetingOf({ spotlight: "own", participants: [attendee("teacher", [link("own")])] }));
    expect(taken).toEqual([]);
    came();
    meeting.set(meetingOf({ spotlight: "own" }));
    expect(taken[0]).toBe("anew");
    meeting.set(meetingOf({ spotlight: "anew" }));
    expect(spotlight.spot.get()?.state).toBe("own");
    spotlight.close();
    expect(taken.pop()).toBeNull();
  });
});

describe("what is said", () => {
  it("counts as unread what others said since the session began, until it is read", () => {
    const board = new Boardlike();
    board.said.set(undefined, [{ id: "1", author: "other", participant: null, at: 900, words: "before" }]);
    const meeting = store(meetingOf({ me: { participant: "me", role: "member", waiting: false } }));
    const told: string[] = [];
    const talk = new Talk(board, meeting, (name) => void told.push(name));
    expect(board.watched).toEqual(["me"]);
    board.say("now", 1100);
    board.say("mine", 1200, undefined, "own");
    board.say("mine, before a reload", 1210, undefined, "before", "me");
    board.say("for you", 1300, "me");
    expect(talk.threads.get().map(({ desk, unread }) => [desk, unread])).toEqual([
      [null, 1],
      ["me", 1],
    ]);
    expect(talk.unread.get()).toBe(2);
    talk.read(null);
    expect(talk.unread.get()).toBe(1);
    board.say("while it is read", 1400);
    expect(talk.unread.get()).toBe(1);
    talk.read(undefined);
    board.say("afterwards", 1500);
    expect(talk.unread.get()).toBe(2);
    // Of what is said at a desk one is told, unless one reads it.
    expect(told).toEqual([""]);
    talk.read("me");
    board.say("while it is read", 1600, "me");
    expect(told).toEqual([""]);
    talk.close();
    expect(board.listeners.size).toBe(0);
  });

  it("has a thread for each who is here, for those who lead, and no more than there is room for", () => {
    const board = new Boardlike();
    board.desksFree = 2;
    const participants = ["a", "b", "c"].map((id) => attendee(id, [link(id)]));
    const meeting = store(meetingOf({ participants: [...participants, attendee("gone", []), attendee("helper", [link("h")], { role: "assistant" })] }));
    const talk = new Talk(board, meeting, () => undefined);
    expect(talk.threads.get().map(({ name }) => name)).toEqual(["", "A", "B"]);
    board.desksFree = 3;
    meeting.set(meetingOf({ participants }));
    expect(talk.threads.get().map(({ name }) => name)).toEqual(["", "A", "B", "C"]);
    board.desksFree = 4;
    const gone = attendee("gone", []);
    meeting.set(meetingOf({ participants: [gone, ...participants] }));
    expect(talk.threads.get()).toHaveLength(4);
    board.say("I was here", 1100, "gone");
    expect(talk.threads.get().map(({ name, unread }) => [name, unread]).pop()).toEqual(["GONE", 1]);
    // Whoever leads no more has but the own desk.
    meeting.set(meetingOf({ me: { participant: "me", role: "member", waiting: false }, participants }));
    expect(board.watched).toEqual(["me"]);
    expect(talk.threads.get().map(({ desk }) => desk)).toEqual([null, "me"]);
    meeting.set(meetingOf({ me: null }));
    expect(talk.threads.get()).toEqual([]);
    board.desksFree = 100;
    meeting.set(meetingOf({ participants: Array.from({ length: 50 }, (_, i) => attendee(`p${i}`, [link(`l${i}`)])) }));
    expect(board.watched).toHaveLength(40);
    talk.close();
  });
});
