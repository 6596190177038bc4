/** The calendar that the server writes (server/tests/data/timetable.ics), as another program reads it: ical.js, which Thunderbird has. */
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const text = readFileSync(new URL("../../../server/tests/data/timetable.ics", import.meta.url), "utf8");
const calendar = new ICAL.Component(ICAL.parse(text));

/** An event without the dates that are told apart from it. */
function eventOf(component: ICAL.Component): ICAL.Event {
  return new ICAL.Event(component, { strictExceptions: true, exceptions: [] });
}

/** The moments at which a session takes place, moved dates where they are now. */
function moments(title: string): string[] {
  const events = calendar.getAllSubcomponents("vevent").map(eventOf);
  const [main, ...moved] = events.filter(({ summary }) => summary === title).sort((a, b) => Number(a.isRecurrenceException()) - Number(b.isRecurrenceException()));
  if (main === undefined) throw new Error(`no event ${title}`);
  for (const exception of moved) main.relateException(exception);
  const utc = (time: ICAL.Time): string => time.toJSDate().toISOString().slice(0, 16);
  if (!main.isRecurring()) return [utc(main.startDate)];
  const all: string[] = [];
  const dates = main.iterator();
  for (let next = dates.next(); next; next = dates.next()) all.push(utc(main.getOccurrenceDetails(next).startDate));
  return all;
}

describe("a calendar program", () => {
  beforeAll(() => {
    // As programs do: the zones that the file describes, and no others.
    for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  });
  afterAll(() => ICAL.TimezoneService.reset());

  test("finds a weekly lesson at its local time before and after the clocks change", () => {
    // 09:40 in Berlin is 07:40 in summer; one date is cancelled, one moved to a Friday at 14:00, in winter.
    expect(moments("With Berlin")).toEqual(["2027-10-13T07:40", "2027-10-27T07:40", "2027-11-05T13:00", "2027-11-10T08:40"]);
    // Half an hour after the clocks were put forward it is summer.
    expect(moments("With Berlin in spring")).toEqual(["2027-03-21T02:30", "2027-03-28T01:30", "2027-04-04T01:30"]);
  });

  test("finds what was folded and escaped as it was written, in fifteen weeks where no clock changes", () => {
    const title = "壱岐と大村の英語、毎週の合同授業：地球の裏側の学校と話そう; part 1, \\o/";
    const all = moments(title);
    expect(all).toHaveLength(15);
    expect([all[0], all[14]]).toEqual(["2027-04-08T00:40", "2027-07-15T00:40"]);
    const [event] = calendar.getAllSubcomponents("vevent").map(eventOf);
    expect(event?.location).toBe("勝本小学校 3年2組, 大村小学校 理科室");
    expect(event?.duration.toSeconds()).toBe(50 * 60);
  });

  test("finds single sessions, and that one does not take place", () => {
    expect(moments("Once")).toEqual(["2027-11-01T23:30"]);
    expect(moments("Not at all")).toEqual(["2027-11-02T12:30"]);
    const states = calendar.getAllSubcomponents("vevent").map((component) => component.getFirstPropertyValue("status"));
    expect(states.filter((state) => state === "CANCELLED")).toHaveLength(1);
  });
});
