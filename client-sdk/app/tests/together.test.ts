import type { Attendee, Meeting as Roster, Participant, ShapeRecord, Status } from "@kakehashi/client";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { makerOf, makersOf } from "../src/board/together/authors";
import { CROSSING, leavesRing, PATIENCE, ringThrough } from "../src/board/together/chain";
import { type Ending, Following, LEADER_AWAY, LEADER_AWAY_TOO } from "../src/board/together/following";
import { shownIn, viewOver } from "../src/canvas/follow-view";
import { Glide } from "../src/canvas/glide";
import { centre, type Rect } from "../src/canvas/rect";
import { lettersOn } from "../src/ui/on-color";

/** Numbers from 0 to 1, the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function holdsAll(outer: Rect, inner: Rect, within: number): boolean {
  return (
    inner.x >= outer.x - within &&
    inner.y >= outer.y - within &&
    inner.x + inner.width <= outer.x + outer.width + within &&
    inner.y + inner.height <= outer.y + outer.height + within
  );
}

describe("the view of a follower", () => {
  const random = numbers(3);
  const place = (): Rect => ({ x: random() * 300, y: random() * 120, width: 120 + random() * 3600, height: 90 + random() * 2000 });

  it("shows all that the leader sees, middle on middle, whatever the two windows are", () => {
    for (let i = 0; i < 2000; i++) {
      const leader = { scale: 0.06 + random() * 7.9, x: (random() - 0.5) * 4000, y: (random() - 0.5) * 4000 };
      const seen = shownIn(leader, place());
      const own = place();
      const view = viewOver(seen, own);
      if (view === null) throw new Error("there is something to see");
      const shown = shownIn(view, own);
      const tiny = 1e-6 * (seen.width + seen.height);
      expect(holdsAll(shown, seen, tiny)).toBe(true);
      expect(centre(shown).x).toBeCloseTo(centre(seen).x, 4);
      expect(centre(shown).y).toBeCloseTo(centre(seen).y, 4);
    }
  });

  it("is the leader's own in a window of the same size", () => {
    const own = { x: 110, y: 60, width: 1100, height: 600 };
    const leader = { scale: 1.7, x: -300, y: -40 };
    const view = viewOver(shownIn(leader, own), own);
    expect(view?.scale).toBeCloseTo(1.7);
    expect(view?.x).toBeCloseTo(-300);
    expect(view?.y).toBeCloseTo(-40);
  });

  it("stays the same when it is computed again and again, also along a chain", () => {
    const places = [place(), place(), place()];
    const leader = shownIn({ scale: 1.3, x: 20, y: -300 }, place());
    let seen = leader;
    const views = places.map((own) => {
      const view = viewOver(seen, own);
      if (view === null) throw new Error("there is something to see");
      seen = shownIn(view, own);
      return view;
    });
    for (let round = 0; round < 50; round++) {
      seen = leader;
      places.forEach((own, i) => {
        expect(viewOver(seen, own)).toEqual(views[i]);
        seen = shownIn(views[i] ?? { scale: 1, x: 0, y: 0 }, own);
      });
    }
  });

  it("is none where nothing is seen", () => {
    const own = { x: 0, y: 0, width: 100, height: 100 };
    for (const seen of [{ width: 0, height: 10 }, { width: 10, height: -1 }, { width: Number.NaN, height: 10 }]) {
      expect(viewOver({ x: 0, y: 0, ...seen }, own)).toBe(null);
    }
  });
});

describe("a ring", () => {
  const links = (pairs: Readonly<Record<string, string | null>>): ReadonlyMap<string, string | null> => new Map(Object.entries(pairs));

  it("is found from everyone in it, and from nobody else", () => {
    const known = links({ a: "b", b: "c", c: "a", d: "a", e: null, f: "gone" });
    expect(ringThrough("a", known)).toEqual(["a", "b", "c"]);
    expect(ringThrough("c", known)).toEqual(["c", "a", "b"]);
    for (const outside of ["d", "e", "f", "gone"]) expect(ringThrough(outside, known)).toEqual([]);
  });

  it("is left by the one whom the newest follower chose", () => {
    const ring = ["a", "b"];
    const late = { began: 1000, followed: 1000 + CROSSING + 1, closed: 9000, now: 9000 };
    expect(leavesRing("a", ring, late)).toBe(true);
    // The newest one keeps the view that was asked for.
    expect(leavesRing("b", ["b", "a"], { began: 9000, followed: 1000, closed: 9000, now: 9100 })).toBe(false);
  });

  it("that closed from both sides at once is left by one, after a while", () => {
    const times = { began: 1000, followed: 1100, closed: 1100, now: 1200 };
    const leave = (now: number): readonly string[] => ["a", "b", "c"].filter((me) => leavesRing(me, ["a", "b", "c"], { ...times, now }));
    expect(leave(1200)).toEqual([]);
    expect(leave(1100 + PATIENCE)).toEqual(["c"]);
  });
});

/** A board on which people come, go, and follow each other. */
class Meeting {
  readonly actor = "me";
  present: Participant[] = [];
  private participants: readonly Attendee[] = [];
  state: Status = "live";
  readonly endings: [Ending, string][] = [];
  readonly following = new Following(this, (why, name) => this.endings.push([why, name]), () => Date.now());

  people(): readonly Participant[] {
    return this.present;
  }

  status(): Status {
    return this.state;
  }

  meeting(): Roster {
    return { me: null, clockOffset: 0, session: 1000, writingHeld: false, timer: null, timerLength: 0, spotlight: null, participants: this.participants, lobby: [] };
  }

  /** The connections of Bea in the meeting. */
  connect(...actors: readonly string[]): void {
    const links = actors.map((actor) => ({ actor, reaction: null, painted: null, roundTrip: null }));
    this.participants = [{ id: "bea", name: "Bea", role: "member", entrance: "guest", hand: null, held: false, acting: false, setAside: false, removed: false, links }];
  }

  show(...present: readonly Partial<Participant>[]): void {
    this.present = present.map((person) => ({ actor: "b", name: "Bea", color: "#146c43ff", page: "p1", following: null, ...person }));
    this.following.look();
  }
}

describe("following", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("goes with the leader until the leader is away for long", () => {
    const meeting = new Meeting();
    meeting.show({});
    meeting.following.follow("b");
    expect(meeting.following.leading()).toMatchObject({ actor: "b", page: "p1", here: true });
    meeting.show({ page: "p2" });
    expect(meeting.following.leading()).toMatchObject({ page: "p2" });
    meeting.show();
    expect(meeting.following.leading()).toMatchObject({ here: false });
    vi.advanceTimersByTime(LEADER_AWAY - 1);
    meeting.show({});
    expect(meeting.following.leading()).toMatchObject({ here: true });
    vi.advanceTimersByTime(LEADER_AWAY * 2);
    expect(meeting.endings).toEqual([]);
    meeting.show({ actor: "other" });
    vi.advanceTimersByTime(LEADER_AWAY);
    expect(meeting.following.leading()).toBe(null);
    expect(meeting.endings).toEqual([["left", "Bea"]]);
  });

  it("goes on with the page that the leader has loaded anew", () => {
    const meeting = new Meeting();
    meeting.connect("b");
    meeting.show({});
    meeting.following.follow("b");
    meeting.connect();
    meeting.show();
    expect(meeting.following.leading()).toMatchObject({ actor: "b", here: false });
    meeting.connect("b2");
    meeting.show({ actor: "other" }, { actor: "b2", page: "p2" });
    expect(meeting.following.leading()).toMatchObject({ actor: "b2", page: "p2", here: true });
    vi.advanceTimersByTime(LEADER_AWAY);
    expect(meeting.endings).toEqual([]);
  });

  it("waits as long as one's own connection is broken", () => {
    const meeting = new Meeting();
    meeting.show({});
    meeting.following.follow("b");
    meeting.state = "offline";
    meeting.show();
    vi.advanceTimersByTime(LEADER_AWAY * 50);
    expect(meeting.following.leading()).toMatchObject({ here: false });
    meeting.state = "live";
    meeting.show();
    vi.advanceTimersByTime(LEADER_AWAY_TOO - 1);
    meeting.show({ page: "p3" });
    expect(meeting.following.leading()).toMatchObject({ here: true, page: "p3" });
    expect(meeting.endings).toEqual([]);
  });

  it("ends when the leader chooses this view, and nobody's view moves while it is not known who leads", () => {
    const meeting = new Meeting();
    meeting.show({});
    meeting.following.follow("b");
    vi.advanceTimersByTime(CROSSING * 2);
    meeting.show({ following: "me" });
    expect(meeting.endings).toEqual([["follows-you", "Bea"]]);
    // And whoever follows already is followed in turn without ado: they are the ones who stop.
    meeting.following.follow("b");
    expect(meeting.following.leader.get()).toMatchObject({ actor: "b" });
    expect(meeting.following.leading()).toBe(null);
    meeting.show({ following: null });
    expect(meeting.following.leading()).toMatchObject({ actor: "b" });
    expect(meeting.endings).toHaveLength(1);
  });

  it("of two who chose each other at once one is left", () => {
    for (const [other, stays] of [["a", false], ["z", true]] as const) {
      const meeting = new Meeting();
      meeting.show({ actor: other });
      meeting.following.follow(other);
      vi.advanceTimersByTime(100);
      meeting.show({ actor: other, following: "me" });
      expect(meeting.endings).toEqual([]);
      vi.advanceTimersByTime(PATIENCE + 1);
      expect(meeting.following.leader.get() !== null).toBe(stays);
      meeting.following.close();
    }
  });

  it("cannot begin with somebody who is not here", () => {
    const meeting = new Meeting();
    meeting.show({});
    meeting.following.follow("nobody");
    expect(meeting.following.leader.get()).toBe(null);
  });
});

describe("a pointer that is told in steps", () => {
  it("moves without jumping or overshooting, and arrives", () => {
    const glide = new Glide();
    glide.to({ x: 0, y: 0 });
    expect(glide.step(16)).toEqual({ x: 0, y: 0 });
    glide.to({ x: 100, y: 0 });
    let before = 0;
    for (let i = 0; i < 60 && !glide.there; i++) {
      const x = glide.step(16)?.x ?? Number.NaN;
      expect(x).toBeGreaterThan(before);
      expect(x - before).toBeLessThan(40);
      before = x;
    }
    expect(before).toBe(100);
  });

  it("is at once where it goes with less motion, and comes back from nowhere without a flight", () => {
    const glide = new Glide();
    glide.to({ x: 0, y: 0 });
    glide.to({ x: 100, y: 7 });
    expect(glide.step(Infinity)).toEqual({ x: 100, y: 7 });
    glide.to(null);
    expect(glide.step(16)).toBe(null);
    glide.to({ x: 900, y: 7 });
    expect(glide.step(16)).toEqual({ x: 900, y: 7 });
  });
});

describe("letters on a colour", () => {
  it("can be read on every one of them", () => {
    const luminance = (color: string): number => {
      const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
        const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const random = numbers(9);
    for (let i = 0; i < 500; i++) {
      const color = `#${Math.floor(random() * 2 ** 24).toString(16).padStart(6, "0")}`;
      const [one = 0, two = 0] = [luminance(color), luminance(lettersOn(`${color}ff`))].sort((a, b) => b - a);
      expect((one + 0.05) / (two + 0.05), color).toBeGreaterThan(3.9);
    }
  });
});

describe("who made something", () => {
  const names: Readonly<Record<string, string>> = { a1: "Bea", a2: "Bea", b: "Ken" };
  const board = {
    actor: "me",
    author: (actor: string) => (names[actor] === undefined ? undefined : { name: names[actor], color: "#146c43ff" }),
  };
  const by = (...actors: readonly string[]): readonly ShapeRecord[] => actors.map((author) => ({ author }) as ShapeRecord);

  it("is one person however often they came", () => {
    expect(makersOf(board, by("a1", "a2", "a1"))).toEqual([{ key: "#146c43ff Bea", me: false, author: { name: "Bea", color: "#146c43ff" } }]);
    expect(makersOf(board, by("a1", "b", "me", "a2"))).toHaveLength(3);
  });

  it("is oneself, or somebody who never said", () => {
    expect(makerOf(board, "me")).toMatchObject({ me: true });
    expect(makerOf(board, "gone")).toMatchObject({ me: false, author: null });
    expect(makersOf(board, by("gone", "away"))).toHaveLength(1);
  });
});
