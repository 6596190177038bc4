import { describe, expect, it } from "vitest";
import { Offers } from "../../src-ts/call/offers";

/** Offers to a browser that is as slow as the test has it. */
function offering() {
  const done: string[] = [];
  let finish: (() => void)[] = [];
  let fail: ((error: Error) => void)[] = [];
  const step = (what: string): Promise<void> => {
    done.push(what);
    return new Promise((resolve, reject) => {
      finish.push(resolve);
      fail.push(reject);
    });
  };
  const offers = new Offers({
    offer: (restart) => step(restart ? "offer, restarting" : "offer"),
    apply: (answer) => step(`apply ${answer}`),
    rollback: () => step("rollback"),
    failed: (error) => done.push(String(error)),
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return {
    offers,
    settle,
    /** What the browser was asked to do since it was last looked at. */
    did: async (): Promise<string[]> => {
      await settle();
      return done.splice(0);
    },
    finish: (): void => {
      for (const one of finish.splice(0)) one();
      fail = [];
    },
    fail: (error: Error): void => {
      for (const one of fail.splice(0)) one(error);
      finish = [];
    },
  };
}

describe("offers to the server", () => {
  it("are one for all changes that are made together", async () => {
    const { offers, did } = offering();
    offers.request();
    offers.request();
    expect(await did()).toEqual(["offer"]);
  });

  it("wait for the answer to the one before, and are one for all changes since", async () => {
    const { offers, did, finish } = offering();
    offers.request();
    expect(await did()).toEqual(["offer"]);
    offers.request();
    finish();
    expect(await did(), "the server owes an answer").toEqual([]);
    expect(offers.waiting).toBe(true);
    offers.request(true);
    offers.answer("one");
    expect(await did()).toEqual(["apply one"]);
    offers.request();
    finish();
    expect(await did()).toEqual(["offer, restarting"]);
    finish();
    await did();
    offers.answer("two");
    finish();
    expect(await did()).toEqual(["apply two"]);
    expect(offers.waiting).toBe(false);
  });

  it("go out again if the answer was lost with the connection, and only then", async () => {
    const { offers, did, finish } = offering();
    offers.resume();
    expect(await did(), "nothing is owed").toEqual([]);
    offers.request(true);
    await did();
    finish();
    await did();
    offers.resume();
    expect(await did()).toEqual(["offer, restarting"]);
    finish();
    await did();
    offers.answer("one");
    finish();
    await did();
    offers.resume();
    expect(await did(), "it was answered").toEqual([]);
  });

  it("are taken back if they are refused, and what changed since is offered", async () => {
    const { offers, did, finish } = offering();
    offers.request();
    await did();
    finish();
    await did();
    offers.refuse();
    offers.request();
    expect(await did()).toEqual(["rollback"]);
    finish();
    expect(await did()).toEqual(["offer"]);
  });

  it("pass over answers that nobody waits for", async () => {
    const { offers, did, finish } = offering();
    offers.answer("early");
    expect(await did()).toEqual([]);
    offers.request();
    await did();
    finish();
    await did();
    offers.answer("one");
    offers.answer("one");
    expect(await did()).toEqual(["apply one"]);
  });

  it("that the browser cannot make are said, and the next is tried", async () => {
    const { offers, did, fail } = offering();
    offers.request();
    await did();
    fail(new Error("no"));
    expect(await did()).toEqual(["Error: no"]);
    offers.request();
    expect(await did()).toEqual(["offer"]);
  });

  it("end with the connection", async () => {
    const { offers, did, finish } = offering();
    offers.request();
    await did();
    offers.close();
    finish();
    offers.request();
    offers.resume();
    expect(await did()).toEqual([]);
  });
});
