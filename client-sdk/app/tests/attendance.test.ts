import type { Attendance, Attendee } from "@kakehashi/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cell, csvOf, lengthOf, localTime, rowsOf } from "../src/board/meeting/attendance";
import { speak } from "../src/words";

const SESSION = new Date(2026, 3, 1, 8, 55, 2).getTime();

function attendee(id: string, name: string, more: Partial<Attendee> = {}): Attendee {
  return { id, name, role: "member", entrance: "guest", hand: null, held: false, acting: false, setAside: false, removed: false, links: [], ...more };
}

function attended(participant: string, more: Partial<Attendance> = {}): Attendance {
  return { participant, session: SESSION, firstSeen: SESSION + 1000, lastSeen: SESSION + 3_000_000, connections: 1, outages: 0, away: 0, ...more };
}

/** A CSV file as RFC 4180 has it. */
function read(csv: string): string[][] {
  const cells = [...csv.slice(1).matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)];
  const rows: string[][] = [[]];
  for (const [, value = "", end] of cells) {
    rows[rows.length - 1]?.push(value.replace(/""/g, '"'));
    if (end !== ",") rows.push([]);
  }
  return rows.slice(0, -1);
}

describe("the attendance", () => {
  const meeting = { me: null, session: null, clockOffset: 0, participants: [attendee("h", "森 葵", { role: "host", entrance: "account" }), attendee("p", '=1+1,"x"\nSUM')] };
  const times = [attended("p", { firstSeen: SESSION + 60_000, connections: 7, outages: 6, away: 200_400 }), attended("h"), attended("p", { session: SESSION + 86_400_000 })];

  beforeAll(() => {
    // The language is put into the address and into what the browser keeps; neither is here.
    Object.assign(globalThis, { location: { href: "http://localhost/" } });
    speak("ja");
  });
  afterAll(() => speak("en"));

  it("has the latest session first, and within it whoever came first", () => {
    const rows = rowsOf(times, meeting);
    expect(rows.map(({ session, name }) => [session - SESSION, name])).toEqual([
      [86_400_000, '=1+1,"x"\nSUM'],
      [0, "森 葵"],
      [0, '=1+1,"x"\nSUM'],
    ]);
  });

  it("says of who is here that they were seen just now", () => {
    const here = attendee("p", "Hana", { links: [{ actor: "a", reaction: null, painted: null, roundTrip: null }] });
    const now = performance.timeOrigin + performance.now() + 5_000_000;
    const [row] = rowsOf([attended("p", { lastSeen: 5 })], { ...meeting, session: SESSION, clockOffset: 5_000_000, participants: [here] });
    expect(row?.hereNow).toBe(true);
    expect(Math.abs((row?.lastSeen ?? 0) - now)).toBeLessThan(1000);
    const [gone] = rowsOf([attended("p", { lastSeen: 5 })], { ...meeting, session: SESSION + 1, participants: [here] });
    expect([gone?.hereNow, gone?.lastSeen]).toEqual([false, 5]);
  });

  it("is a file that Excel opens in Japan: marked as UTF-8, in the language of the app, with local times", () => {
    const csv = csvOf(rowsOf(times, meeting));
    expect(csv.startsWith("\uFEFF")).toBe(true);
    const [head, , host, pupil] = read(csv);
    expect(head?.[1]).toBe("名前");
    expect(host).toEqual(["2026-04-01 08:55:02", "森 葵", "ホスト", "アカウント", "2026-04-01 08:55:03", "2026-04-01 09:45:02", "1", "0", "0:00:00"]);
    expect(pupil?.slice(6)).toEqual(["7", "6", "0:03:20"]);
    expect(pupil?.[1]).toBe(`'=1+1,"x"\nSUM`);
  });

  it("lets no name be calculated", () => {
    for (const name of ["=A1", "+1", "-1", "@SUM(A1)", "＝A1", "＋1", "－1", "＠x", "\t=1", "\r=1", " =1", "\uFEFF=1"]) expect(cell(name), JSON.stringify(name)).toBe(`"'${name}"`);
    for (const name of ["Hana", "森-葵", "1+1", "a=b", ""]) expect(cell(name)).toBe(`"${name}"`);
    expect(cell('"')).toBe('""""');
  });

  it("counts lengths and times of day without losing a second", () => {
    expect([0, 999, 59_499, 59_500, 3_600_000, 86_399_000].map(lengthOf)).toEqual(["0:00:00", "0:00:01", "0:00:59", "0:01:00", "1:00:00", "23:59:59"]);
    expect(localTime(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe("2026-01-02 03:04:05");
  });
});
