import { describe, expect, it } from "vitest";
import { type Glimpse, glimpseBytes, POINTS_MAX, readShown, SHOWN_BYTES_MAX, STROKES_MAX, type WetStroke } from "../../src-ts/call/lane-bytes";

/** The same bytes stand in WIRE and in the tests of `protocol/src/lane.rs`. */
const GOLDEN = "fc 70 11 01 00 02 fb 2c 01 01 a0 0f 00 01 07 00 ff 00 00 ff 18 fb 2c 01 02 fb 40 06 0f 7f 28 06 03 00 08";
const ACTOR = "fd 88 77 66 55 44 33 22 11";

const GLIMPSE: Glimpse = {
  sequence: 70_000,
  document: "0000000000000002.300",
  cursor: { x: 80, y: -8 },
  laser: null,
  strokes: [{ counter: 7, highlighter: false, color: "#ff0000ff", width: 24, first: 300, points: [800, -8, 127, 40, 803, -10, 0, 48] }],
};

function bytes(hex: string): Uint8Array {
  return new Uint8Array(hex.split(" ").map((byte) => Number.parseInt(byte, 16)));
}

/** As the server would tell of it. */
function told(glimpse: Glimpse): Uint8Array {
  return new Uint8Array([...bytes(ACTOR), ...glimpseBytes(glimpse)]);
}

function strokeOf(points: number): WetStroke {
  return { ...GLIMPSE.strokes[0]!, points: Array.from({ length: points * 4 }, () => 0) };
}

describe("the lane's bytes", () => {
  it("are those that are written down", () => {
    expect(glimpseBytes(GLIMPSE)).toEqual(bytes(GOLDEN));
    const shown = { actor: "1122334455667788", glimpse: GLIMPSE };
    expect(readShown(bytes(`${ACTOR} ${GOLDEN}`))).toEqual([shown]);
    expect(readShown(bytes(`${ACTOR} ${GOLDEN} ${ACTOR} ${GOLDEN}`)), "several in one message").toEqual([shown, shown]);
  });

  it("carry numbers of each length, and names of 64 bits", () => {
    const glimpse: Glimpse = {
      sequence: 0xffff_ffff,
      document: `fffffffffffffffe.${2 ** 53 - 1}`,
      cursor: { x: -1_048_576, y: 1_048_576 },
      laser: { x: 0, y: -125 },
      strokes: [250, 251, 65_535, 65_536, 2 ** 32, 2 ** 53 - 1].map((counter) => ({ ...GLIMPSE.strokes[0]!, counter, highlighter: true, color: "#00a0ff08" })),
    };
    expect(readShown(told(glimpse))).toEqual([{ actor: "1122334455667788", glimpse }]);
  });

  it("of which something is wrong count for nothing", () => {
    const whole = told(GLIMPSE);
    for (let end = 1; end < whole.length; end += 1) expect(readShown(whole.subarray(0, end)), `${end} bytes`).toBeNull();
    expect(readShown(new Uint8Array([...whole, 0]))).toBeNull();
    expect(readShown(told({ ...GLIMPSE, strokes: [strokeOf(POINTS_MAX)] }))).not.toBeNull();
    expect(readShown(told({ ...GLIMPSE, strokes: [strokeOf(POINTS_MAX), strokeOf(1)] })), "too many points").toBeNull();
    expect(readShown(told({ ...GLIMPSE, strokes: Array.from({ length: STROKES_MAX + 1 }, () => strokeOf(0)) })), "too many strokes").toBeNull();
    expect(readShown(told({ ...GLIMPSE, cursor: { x: 1_048_577, y: 0 } })), "beyond the page").toBeNull();
    expect(readShown(told({ ...GLIMPSE, strokes: [{ ...strokeOf(0), points: [1_048_576, 0, 0, 0, 1_048_577, 0, 0, 0] }] }))).toBeNull();
    expect(readShown(bytes(`${ACTOR} 00 02 00 02`)), "a place that is neither there nor not").toBeNull();
    // Seven bytes of nothing are one that shows nothing.
    const many = Math.floor(SHOWN_BYTES_MAX / 7);
    expect(readShown(new Uint8Array(7 * many))).toHaveLength(many);
    expect(readShown(new Uint8Array(7 * (many + 1))), "a message that is too long").toBeNull();
    expect(readShown(bytes("fe 00")), "a number as long as none is").toBeNull();
  });
});
