/** Pages at desks: who may make one, what each is called, and which go into a file. */
import type { Attendee, Board, Meeting, PageEntry, Role } from "@kakehashi/client";
import { describe, expect, it } from "vitest";
import { chosenPages } from "../src/out/pages";
import { deskFor, deskPageName, turnedDeskPages } from "../src/pages/own";

function attendee(id: string, role: Role, held = false): Attendee {
  return { id, name: id, role, entrance: "guest", hand: null, held, acting: false, setAside: false, removed: false, links: [] };
}

/** The meeting as the first of them sees it. */
function meeting(participants: readonly Attendee[], more: Partial<Meeting> = {}): Meeting {
  const [own] = participants;
  const me = own === undefined ? null : { participant: own.id, role: own.role, waiting: false };
  return { me, clockOffset: 0, session: 1, writingHeld: false, timer: null, timerLength: 0, spotlight: null, participants, lobby: [], ...more };
}

const page = (id: string, desk?: string, title = ""): PageEntry => ({ id, title, hidden: false, background: "plain", locked: false, ...(desk === undefined ? {} : { desk }) });

const mio = attendee("Mio", "member");
const host = attendee("host", "host");

describe("a page of one's own", () => {
  it("is for participants who may write now, with or without a session", () => {
    expect(deskFor(meeting([mio]))).toBe("Mio");
    expect(deskFor(meeting([mio], { session: null }))).toBe("Mio");
    expect(deskFor(meeting([mio], { writingHeld: true }))).toBeNull();
    expect(deskFor(meeting([host], { writingHeld: true }))).toBe("host");
    expect(deskFor(meeting([attendee("Mio", "member", true)]))).toBeNull();
    expect(deskFor(meeting([attendee("Mio", "viewer")]))).toBeNull();
    expect(deskFor(meeting([]))).toBeNull();
    expect(deskFor(meeting([mio], { me: { participant: null, role: "member", waiting: true } }))).toBeNull();
  });

  it("is called after whoever looks, with a number from the second on", () => {
    const pages = [page("1", "Mio"), page("2", "host"), page("3", "Mio"), page("4", "Mio", "Sketch")];
    const names = (seen: Meeting): string[] => pages.map((entry) => deskPageName(entry, pages, seen));
    expect(names(meeting([mio, host]))).toEqual(["My page", "host’s page", "My page 2", "Sketch"]);
    expect(names(meeting([host, mio]))).toEqual(["Mio’s page", "My page", "Mio’s page 2", "Sketch"]);
  });

  it("is turned to by its owner, and by others only while they have it open", () => {
    const pages = [page("1", "Mio"), page("2", "Ken")];
    expect(turnedDeskPages(pages, meeting([mio]), null).map(({ id }) => id)).toEqual(["1"]);
    expect(turnedDeskPages(pages, meeting([host]), null)).toEqual([]);
    expect(turnedDeskPages(pages, meeting([host]), "2").map(({ id }) => id)).toEqual(["2"]);
  });

  it("goes into a file where it is shown, and never among all pages", () => {
    const board = (shown: string): Board => ({ page: () => shown, pages: () => [page("a"), page("b")], deskPages: () => [page("1", "Mio")], meeting: () => meeting([mio]) }) as unknown as Board;
    expect(chosenPages(board("1"), "this", false).map(({ entry }) => entry.title)).toEqual(["My page"]);
    expect(chosenPages(board("1"), "all", true).map(({ entry }) => entry.id)).toEqual(["a", "b"]);
    expect(chosenPages(board("b"), "this", false)).toEqual([{ entry: page("b"), number: 2 }]);
  });
});
