import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Calm } from "../src/state/calm";

describe("what waits for calm", () => {
  let done = 0;
  const calm = new Calm(() => done++, () => 100, 1000);

  beforeEach(() => {
    vi.useFakeTimers();
    done = 0;
  });
  afterEach(() => {
    calm.stop();
    vi.useRealTimers();
  });

  it("is done once, when nothing has happened for a while", () => {
    calm.ask();
    calm.ask();
    vi.advanceTimersByTime(99);
    expect(done).toBe(0);
    vi.advanceTimersByTime(1);
    expect(done).toBe(1);
    vi.advanceTimersByTime(5000);
    expect(done).toBe(1);
  });

  it("is put off by a disturbance, but not for ever", () => {
    calm.ask();
    for (let ms = 0; ms < 960; ms += 60) {
      vi.advanceTimersByTime(60);
      expect(done).toBe(0);
      calm.disturb();
    }
    vi.advanceTimersByTime(40);
    expect(done).toBe(1);
  });

  it("is not done because of a disturbance alone, nor after it was stopped", () => {
    calm.disturb();
    vi.advanceTimersByTime(5000);
    calm.ask();
    calm.stop();
    vi.advanceTimersByTime(5000);
    expect(done).toBe(0);
  });
});
