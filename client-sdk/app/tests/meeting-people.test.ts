/** The meeting on the screen: who may what, what is said of a change, and who stands in the list. */
import type { Attendee, Meeting, PageEntry, Participant, Role } from "@kakehashi/client";
import { describe, expect, it } from "vitest";
import { directs, heldBy, raisedHands, rolesFor, veils } from "../src/board/meeting/may";
import { newsOf } from "../src/board/meeting/news";
import { linkOf, rowsOf } from "../src/board/meeting/rows";
import { words } from "../src/words";

function attendee(id: string, role: Role, more: Partial<Attendee> = {}): Attendee {
  return { id, name: id, role, entrance: "guest", hand: null, held: false, acting: false, setAside: false, removed: false, links: [], ...more };
}

/** The meeting as the first of them sees it. */
function meeting(participants: readonly Attendee[], more: Partial<Meeting> = {}): Meeting {
  const [own] = participants;
  const me = own === undefined ? null : { participant: own.id, role: own.acting ? ("host" as const) : own.role, waiting: false };
  return { me, clockOffset: 0, session: 1, writingHeld: false, timer: null, timerLength: 0, spotlight: null, participants, lobby: [], ...more };
}

const PAGE: PageEntry = { id: "p", title: "", hidden: false, background: "plain", locked: false };

describe("what one may in a meeting", () => {
  const pupil = attendee("pupil", "member");
  const assistant = attendee("assistant", "assistant");

  it("goes by rank: an assistant directs pupils and no assistant, a host everybody but themselves", () => {
    expect(directs(meeting([assistant, pupil]), pupil)).toBe(true);
    expect(directs(meeting([assistant, pupil]), attendee("other", "assistant"))).toBe(false);
    const host = attendee("host", "host");
    expect(directs(meeting([host, pupil]), attendee("second", "host"))).toBe(true);
    expect(directs(meeting([host, pupil]), host)).toBe(false);
    expect(directs(meeting([pupil, assistant]), assistant)).toBe(false);
  });

  it("lends nobody a greater role than their own, also while they act for the host", () => {
    expect(rolesFor(meeting([attendee("host", "host")]), pupil)).toEqual(["viewer", "assistant", "host"]);
    expect(rolesFor(meeting([assistant]), pupil)).toEqual([]);
    expect(rolesFor(meeting([attendee("assistant", "assistant", { acting: true })]), pupil)).toEqual(["viewer", "assistant"]);
  });

  it("says why one may not write, and nothing to those who lead", () => {
    expect(heldBy(meeting([pupil]), PAGE)).toBeNull();
    expect(heldBy(meeting([pupil], { writingHeld: true }), PAGE)).toBe("all");
    expect(heldBy(meeting([attendee("pupil", "member", { held: true })], { writingHeld: true }), PAGE)).toBe("you");
    expect(heldBy(meeting([attendee("pupil", "viewer")]), PAGE)).toBe("looking");
    expect(heldBy(meeting([pupil]), { ...PAGE, locked: true })).toBe("page");
    expect(heldBy(meeting([]), { ...PAGE, locked: true })).toBe("page");
    expect(heldBy(meeting([assistant], { writingHeld: true }), { ...PAGE, locked: true })).toBeNull();
  });

  it("lets all lock pages until a session is on", () => {
    expect(veils(meeting([pupil]))).toBe(false);
    expect(veils(meeting([pupil], { session: null }))).toBe(true);
    expect(veils(meeting([], { session: null }))).toBe(true);
    expect(veils(meeting([attendee("looker", "viewer")], { session: null }))).toBe(false);
    expect(veils(meeting([assistant]))).toBe(true);
  });
});

describe("what is said of a change", () => {
  const host = attendee("host", "host");
  const aki = attendee("Aki", "member");

  it("is a hand and somebody at the door, to those who lead alone", () => {
    const before = meeting([host, aki]);
    const now = meeting([host, { ...aki, hand: 5 }], { lobby: [{ id: "w", name: "Ren", role: "member", entrance: "guest" }] });
    expect(newsOf(before, now)).toEqual([words.meeting.came("Ren"), words.meeting.raisedHand("Aki")]);
    expect(newsOf(now, now)).toEqual([]);
    const other = attendee("other", "member");
    expect(newsOf(meeting([other, aki]), meeting([other, { ...aki, hand: 5 }]))).toEqual([]);
  });

  it("is the session, one's own role, and that the host is back", () => {
    expect(newsOf(meeting([aki], { session: null }), meeting([aki]))).toEqual([words.meeting.began]);
    expect(newsOf(meeting([aki]), meeting([aki], { session: null }))).toEqual([words.meeting.ended]);
    expect(newsOf(meeting([aki]), meeting([{ ...aki, role: "assistant" }]))).toEqual([words.meeting.roleNow(words.meeting.roles.assistant)]);
    const deputy = attendee("deputy", "assistant");
    expect(newsOf(meeting([{ ...deputy, acting: true }]), meeting([deputy]))).toEqual([words.meeting.hostLeads]);
  });
});

describe("the list of people", () => {
  const person = (actor: string): Participant => ({ actor, name: `at ${actor}`, color: "#146c43ff", page: null, following: null });
  const link = (actor: string, roundTrip: number | null) => ({ actor, reaction: null, painted: null, roundTrip });

  it("has everybody once: participants in their order with all their devices, then those with the bare link", () => {
    const aki = attendee("Aki", "member", { links: [link("a1", 40), link("a2", 900)] });
    const now = meeting([attendee("host", "host"), aki, attendee("gone", "member", { removed: true })]);
    const rows = rowsOf(now, [person("a1"), person("a2"), person("b")], { name: "Host", color: "#000000ff" });
    expect(rows.map(({ name, me, here }) => [name, me, here.length])).toEqual([["host", true, 0], ["Aki", false, 2], ["at b", false, 1]]);
  });

  it("has raised hands first, in their order", () => {
    const now = meeting([attendee("host", "host"), attendee("Aki", "member"), attendee("Ren", "member", { hand: 9 }), attendee("Yui", "member", { hand: 4 })]);
    const rows = rowsOf(now, [], { name: "Host", color: "#000000ff" });
    expect(rows.map(({ name }) => name)).toEqual(["Yui", "Ren", "host", "Aki"]);
  });

  it("has oneself first while one is no participant", () => {
    const rows = rowsOf(meeting([], { session: null }), [person("b")], { name: "Me", color: "#000000ff" });
    expect(rows.map(({ name, me }) => [name, me])).toEqual([["Me", true], ["at b", false]]);
  });

  it("tells the best link of several, and none that was not measured", () => {
    expect(linkOf(attendee("a", "member", { links: [link("a1", 900), link("a2", 250)] }))).toEqual({ state: "fair", milliseconds: 250 });
    expect(linkOf(attendee("a", "member", { links: [link("a1", null)] }))).toBeNull();
  });

  it("has hands in the order in which they were raised", () => {
    const now = meeting([attendee("a", "member", { hand: 9 }), attendee("b", "member", { hand: 3 }), attendee("c", "member")]);
    expect(raisedHands(now).map(({ id }) => id)).toEqual(["b", "a"]);
  });
});
