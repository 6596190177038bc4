import { describe, expect, it } from "vitest";
import { AGAIN_MAX_MS, AGAIN_MS, FOR_MS, TRIAL_MS, Uplink } from "../../src-ts/call/uplink";

describe("a line up", () => {
  it("that holds little has the small picture, and all again when it holds enough", () => {
    const uplink = new Uplink();
    expect([null, 500_000, 199_000, 250_000, null, 300_000].map((bits, at) => uplink.next(bits, at * 1_000))).toEqual(["none", "none", "some", "some", "some", "none"]);
  });

  it("that holds no more than a voice has the voice alone, and a picture is tried again later and later", () => {
    const uplink = new Uplink();
    let now = 0;
    expect(uplink.next(90_000, now)).toBe("some");
    expect(uplink.next(90_000, (now += FOR_MS - 1))).toBe("some");
    expect(uplink.next(90_000, (now += 1))).toBe("voice");
    for (let again = AGAIN_MS; again < AGAIN_MAX_MS * 2; again *= 2) {
      const wait = Math.min(again, AGAIN_MAX_MS);
      expect(uplink.next(60_000, now + wait - 1)).toBe("voice");
      expect(uplink.next(60_000, (now += wait))).toBe("some");
      expect(uplink.next(60_000, now + TRIAL_MS - 1), "it has its time").toBe("some");
      expect(uplink.next(60_000, (now += TRIAL_MS))).toBe("voice");
    }
  });

  it("that was low for a moment keeps its picture", () => {
    const uplink = new Uplink();
    expect([90_000, 120_000, 90_000, 90_000].map((bits, at) => uplink.next(bits, at * 2_000))).toEqual(["some", "some", "some", "some"]);
  });
});
