import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CONNECT_MS, GIVE_UP_MS, Mending, PATIENCE_MS, RETRY_MS } from "../../src-ts/call/mending";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** A connection that flows, to a server that can be asked. */
function mending() {
  const done: string[] = [];
  const note = (what: string) => (): void => void done.push(what);
  const mending = new Mending({ interrupted: note("interrupted"), flows: note("flows"), restart: note("restart"), renew: note("renew"), giveUp: note("give up") });
  mending.live(true);
  mending.connection("connected");
  done.length = 0;
  return { mending, did: () => done.splice(0) };
}

describe("a connection that breaks", () => {
  it("is given a moment to come back by itself", () => {
    const { mending: one, did } = mending();
    one.connection("disconnected");
    vi.advanceTimersByTime(PATIENCE_MS - 1);
    one.connection("connected");
    vi.advanceTimersByTime(RETRY_MS * 4);
    expect(did()).toEqual(["flows"]);
  });

  it("is restarted after that moment, or at once where it failed", () => {
    const { mending: one, did } = mending();
    one.connection("disconnected");
    vi.advanceTimersByTime(PATIENCE_MS);
    expect(did()).toEqual(["interrupted", "restart"]);
    one.connection("failed");
    expect(did(), "it is being mended").toEqual([]);
    const { mending: other, did: otherDid } = mending();
    other.connection("failed");
    expect(otherDid()).toEqual(["interrupted", "restart"]);
  });

  it("is made anew after three restarts in vain, and again after three more", () => {
    const { mending: one, did } = mending();
    one.connection("failed");
    vi.advanceTimersByTime(RETRY_MS * 6);
    expect(did()).toEqual(["interrupted", "restart", "restart", "restart", "renew", "restart", "restart", "restart"]);
    one.connection("connected");
    vi.advanceTimersByTime(RETRY_MS * 7);
    expect(did()).toEqual(["flows"]);
  });

  it("waits for the server where it cannot be asked", () => {
    const { mending: one, did } = mending();
    one.live(false);
    one.connection("failed");
    vi.advanceTimersByTime(RETRY_MS * 7);
    expect(did()).toEqual(["interrupted"]);
    one.live(true);
    expect(did()).toEqual(["restart"]);
  });

  it("is given up when nobody can be there any more", () => {
    const { mending: one, did } = mending();
    one.live(false);
    one.connection("failed");
    vi.advanceTimersByTime(GIVE_UP_MS);
    expect(did()).toEqual(["interrupted", "give up"]);
    one.stop();
    one.live(true);
    vi.advanceTimersByTime(GIVE_UP_MS * 2);
    expect(did()).toEqual([]);
  });
});

describe("another network", () => {
  it("is gone over to at once, and no interruption as long as media flows", () => {
    const { mending: one, did } = mending();
    one.network();
    vi.advanceTimersByTime(RETRY_MS * 4);
    expect(did()).toEqual(["restart"]);
  });

  it("is tried at once where nothing flows", () => {
    const { mending: one, did } = mending();
    one.connection("failed");
    did();
    one.network();
    expect(did()).toEqual(["restart"]);
  });
});

describe("a new connection", () => {
  it("has the time that connecting takes, before it is restarted", () => {
    const { mending: one, did } = mending();
    one.lost();
    expect(did()).toEqual(["interrupted"]);
    vi.advanceTimersByTime(RETRY_MS * 4);
    expect(did(), "the server has not let it in yet").toEqual([]);
    one.renewing();
    vi.advanceTimersByTime(CONNECT_MS - 1);
    expect(did()).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(did()).toEqual(["restart"]);
    one.connection("connected");
    expect(did()).toEqual(["flows"]);
  });
});
