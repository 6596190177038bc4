import { describe, expect, it } from "vitest";
import type { LineUp } from "../../src-ts/call/statistics";
import { AGAIN_MAX_MS, AGAIN_MS, FOR_MS, Fullness, TRIAL_MS, Uplink } from "../../src-ts/call/uplink";

const free = (bits: number | null): LineUp => ({ bits, roundTrip: 20, lost: 0 });
const full = (bits: number): LineUp => ({ bits, roundTrip: 20, lost: 0.2 });

describe("a line up", () => {
  it("that holds little has the small picture, and all again when it holds enough", () => {
    const uplink = new Uplink();
    expect([null, 500_000, 199_000, 250_000, null, 300_000].map((bits, at) => uplink.next(free(bits), at * 1_000))).toEqual(["none", "none", "some", "some", "some", "none"]);
  });

  it("that holds no more than a voice has the voice alone, and a picture is tried again later and later", () => {
    const uplink = new Uplink();
    let now = 0;
    expect(uplink.next(full(90_000), now)).toBe("some");
    expect(uplink.next(full(90_000), (now += FOR_MS - 1))).toBe("some");
    expect(uplink.next(full(90_000), (now += 1))).toBe("voice");
    for (let again = AGAIN_MS; again < AGAIN_MAX_MS * 2; again *= 2) {
      const wait = Math.min(again, AGAIN_MAX_MS);
      expect(uplink.next(full(60_000), now + wait - 1)).toBe("voice");
      expect(uplink.next(full(60_000), (now += wait))).toBe("some");
      expect(uplink.next(full(60_000), now + TRIAL_MS - 1), "it has its time").toBe("some");
      expect(uplink.next(full(60_000), (now += TRIAL_MS))).toBe("voice");
    }
  });

  it("that was low for a moment keeps its picture", () => {
    const uplink = new Uplink();
    expect([90_000, 120_000, 90_000, 90_000].map((bits, at) => uplink.next(full(bits), at * 2_000))).toEqual(["some", "some", "some", "some"]);
  });

  it("of a device that has too much to do keeps its picture, however little it is thought to hold", () => {
    const uplink = new Uplink();
    for (let now = 0; now < 10 * FOR_MS; now += 1_000) expect(uplink.next(free(40_000), now)).toBe("some");
    expect(uplink.filled).toBe(false);
    expect(uplink.next(full(40_000), 10 * FOR_MS)).toBe("voice");
  });

  it("is known to have been full until the page is thrifty no longer", () => {
    const uplink = new Uplink();
    expect([full(400_000), full(150_000), free(150_000), free(300_000), free(150_000)].map((line, at) => [uplink.next(line, at * 1_000), uplink.filled])).toEqual([
      ["none", false],
      ["some", true],
      ["some", true],
      ["none", false],
      ["some", false],
    ]);
  });
});

describe("a line is full", () => {
  const signs = (fullness: Fullness, roundTrips: readonly (number | null)[], lost: number | null = 0): boolean[] =>
    roundTrips.map((roundTrip) => fullness.next({ bits: 90_000, roundTrip, lost }));

  it("where the way is long again and again, and not where it is long once or always", () => {
    expect(signs(new Fullness(), [20, 119, 20, 130, 20, 130, 130, 20])).toEqual([false, false, false, false, false, false, true, false]);
    expect(signs(new Fullness(), [600, 850, 850, 600]), "a long way trembles more").toEqual([false, false, false, false]);
    expect(signs(new Fullness(), [null, null])).toEqual([false, false]);
    const fullness = new Fullness();
    signs(fullness, [20]);
    expect(signs(fullness, Array<number>(70).fill(300)).at(-1), "it has become longer").toBe(false);
  });

  it("where much is lost", () => {
    expect([signs(new Fullness(), [20], 0.1), signs(new Fullness(), [20], 0.11), signs(new Fullness(), [null], 0.11), signs(new Fullness(), [20], null)]).toEqual([[false], [true], [true], [false]]);
  });
});
