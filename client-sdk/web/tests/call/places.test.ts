import { describe, expect, it } from "vitest";
import { picturesOf, placesFor, samePictures } from "../../src-ts/call/places";
import { Roster } from "../../src-ts/call/roster";

const stream = (name: string): MediaStream => ({ id: name }) as MediaStream;

describe("how many places for pictures are offered", () => {
  it("is a grid with room for all of them, and never fewer than one or more than the server takes", () => {
    expect([0, 1, 2, 4, 5, 9, 10, 17, 25, 60].map((pictures) => placesFor(pictures, 25))).toEqual([1, 1, 4, 4, 9, 9, 16, 25, 25, 25]);
    expect([0, 3, 60].map((pictures) => placesFor(pictures, 6))).toEqual([1, 4, 6]);
    expect(placesFor(3, 0), "a server may take none").toBe(0);
  });
});

describe("the pictures that come", () => {
  const streams = new Map([["4", stream("a")], ["5", stream("b")], ["6", stream("c")]]);
  const all = (): boolean => true;

  it("are those of places that somebody fills, with one stream for each place", () => {
    const pictures = picturesOf(
      [
        { mid: "2", member: 7, source: "microphone" },
        { mid: "4", member: 7, source: "camera" },
        { mid: "5" },
        { mid: "6", member: 9, source: "screen" },
        { mid: "11", member: 9, source: "camera" },
      ],
      (mid) => streams.get(mid),
      all,
    );
    expect(pictures).toEqual([
      { member: 7, source: "camera", own: false, stream: streams.get("4") },
      { member: 9, source: "screen", own: false, stream: streams.get("6") },
    ]);
    expect(pictures[0]?.stream).toBe(streams.get("4"));
  });

  it("are not those that are dark", () => {
    expect(picturesOf([{ mid: "4", member: 7, source: "camera" }], (mid) => streams.get(mid), () => false)).toEqual([]);
  });

  it("are told of when one is other than before, or elsewhere", () => {
    const before = picturesOf([{ mid: "4", member: 7, source: "camera" }], (mid) => streams.get(mid), all);
    const again = picturesOf([{ mid: "4", member: 7, source: "camera" }], (mid) => streams.get(mid), all);
    const moved = picturesOf([{ mid: "5", member: 7, source: "camera" }], (mid) => streams.get(mid), all);
    const other = picturesOf([{ mid: "4", member: 8, source: "camera" }], (mid) => streams.get(mid), all);
    const screen = picturesOf([{ mid: "4", member: 7, source: "screen" }], (mid) => streams.get(mid), all);
    expect(samePictures(before, again)).toBe(true);
    for (const changed of [moved, other, screen, []]) expect(samePictures(before, changed)).toBe(false);
  });
});

describe("who is in the call", () => {
  const told = (member: number, ...tracks: { source: "microphone" | "camera" | "screen"; muted: boolean }[]) => ({ member, actor: `000000000000000${member}`, tracks, connected: true });

  it("counts the pictures of others that are not dark", () => {
    const roster = new Roster();
    roster.all([
      told(1, { source: "camera", muted: false }),
      told(2, { source: "camera", muted: false }, { source: "screen", muted: false }, { source: "microphone", muted: false }),
      told(3, { source: "camera", muted: true }),
    ]);
    roster.own = 1;
    expect(roster.pictures()).toBe(2);
    roster.one(told(3, { source: "camera", muted: false }));
    expect(roster.pictures()).toBe(3);
    roster.gone(2);
    expect(roster.pictures()).toBe(1);
  });

  it("is the same list until something changes, and says who speaks and who is oneself", () => {
    const roster = new Roster();
    roster.all([told(1), told(2)]);
    const before = roster.members();
    expect(roster.members()).toBe(before);
    roster.own = 1;
    roster.speak([2]);
    expect(roster.members().map(({ member, own, speaking }) => [member, own, speaking])).toEqual([[1, true, false], [2, false, true]]);
    roster.gone(2);
    expect(roster.members().map(({ member }) => member)).toEqual([1]);
    expect(roster.speakers(), "whoever is gone is silent").toEqual([]);
  });
});
