/** Voices in browsers that play nothing for a page that nobody has touched. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Voices } from "../../src-ts/call/voices";

/** What plays: as in WebKit, heard only after an act of a hand, and stopped when it is to be heard without one. */
class Sound {
  static made: Sound[] = [];
  static touched = false;
  autoplay = false;
  srcObject: MediaStream | null = null;
  plays = false;
  #muted = false;
  constructor() {
    Sound.made.push(this);
  }
  get muted(): boolean {
    return this.#muted;
  }
  set muted(muted: boolean) {
    if (this.#muted && !muted && !Sound.touched) this.plays = false;
    this.#muted = muted;
  }
  play = async (): Promise<void> => {
    if (!this.#muted && !Sound.touched) throw new DOMException("nobody has touched this page", "NotAllowedError");
    this.plays = true;
  };
  pause = (): void => void (this.plays = false);
}

let page: EventTarget;

beforeEach(() => {
  Sound.made = [];
  Sound.touched = false;
  page = new EventTarget();
  vi.stubGlobal("Audio", Sound);
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
});

afterEach(() => vi.unstubAllGlobals());

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

/** A finger comes down and is lifted; only then the browser counts it. */
async function touch(): Promise<void> {
  page.dispatchEvent(new Event("pointerdown"));
  await settle();
  Sound.touched = true;
  page.dispatchEvent(new Event("pointerup"));
  await settle();
}

it("a voice is heard after the first touch", async () => {
  const voices = new Voices();
  voices.play([{} as MediaStream], new Set());
  await settle();
  expect(Sound.made.map(({ plays }) => plays)).toEqual([false]);
  await touch();
  expect(Sound.made.map(({ plays, muted }) => [plays, muted])).toEqual([[true, false]]);
});

it("a voice that ran unheard and is to be heard now waits for a touch too", async () => {
  const voices = new Voices();
  const stream = {} as MediaStream;
  voices.play([stream], new Set([stream]));
  await settle();
  expect(Sound.made[0]!.plays).toBe(true);
  voices.play([stream], new Set());
  await settle();
  expect(Sound.made[0]!.plays).toBe(false);
  await touch();
  expect(Sound.made[0]!.plays).toBe(true);
});

it("so does one of a page that was silent because of a panel", async () => {
  const voices = new Voices();
  voices.setSilent(true);
  voices.play([{} as MediaStream], new Set());
  await settle();
  voices.setSilent(false);
  await touch();
  expect(Sound.made[0]!.plays).toBe(true);
});
