/** Somebody on a board who is in its call: what comes to them, as their browser counts it. */
import type { BoardPage } from "./board-page";
import { expect } from "./fixtures";

/** The call as `window.kakehashi` shows it; what is used of it here. */
export interface PlainCall {
  readonly state: "off" | "joining" | "in" | "interrupted";
  readonly members: readonly { readonly member: number; readonly own: boolean; readonly connected: boolean; readonly sends: readonly string[] }[];
  readonly pictures: readonly { readonly member: number; readonly own: boolean; readonly source: string }[];
  /** Whether it goes from page to page. */
  readonly direct: boolean;
  readonly counters: { readonly framesDecoded: number; readonly samplesReceived: number; readonly samplesConcealed: number; readonly audioEnergy: number };
}

/** What may be read of the call from outside; see the app's `debug.ts`. */
type View = { readonly kakehashi?: { call(): Promise<PlainCall> } };

export class Caller {
  private constructor(readonly board: BoardPage) {}

  /** Joins the call, with what the card before it proposes. */
  static async joins(board: BoardPage): Promise<Caller> {
    const { page } = board;
    const caller = new Caller(board);
    await page.getByRole("button", { name: "Join call" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Join call" }).click();
    await expect(page.getByRole("button", { name: "Leave call" })).toBeVisible();
    await expect.poll(async () => (await caller.call()).state).toBe("in");
    return caller;
  }

  call(): Promise<PlainCall> {
    return this.board.page.evaluate(() => (window as unknown as View).kakehashi!.call());
  }

  /** The own number in the call. */
  async member(): Promise<number | undefined> {
    return (await this.call()).members.find(({ own }) => own)?.member;
  }

  /** What each of the others sends that is not muted. */
  async others(): Promise<readonly (readonly string[])[]> {
    return (await this.call()).members.filter(({ own }) => !own).map(({ sends }) => [...sends].sort());
  }

  /** Waits until so many pictures of others are to be seen. */
  async sees(pictures: number): Promise<void> {
    await expect.poll(async () => (await this.call()).pictures.filter(({ own }) => !own).length).toBe(pictures);
  }

  /**
   * Waits until more pictures and more sound have come than there were; the sound is no silence. A machine with too much to do
   * looks like a line that is full, for which the ladder leaves pictures out for up to 32 s.
   */
  async receives(): Promise<void> {
    let { counters: before } = await this.call();
    await expect(async () => {
      const { counters } = await this.call();
      // A new connection counts anew.
      if (counters.samplesReceived < before.samplesReceived) before = counters;
      expect(counters.framesDecoded - before.framesDecoded, "pictures").toBeGreaterThan(5);
      expect(counters.samplesReceived - before.samplesReceived, "sound").toBeGreaterThan(24_000);
      expect(counters.audioEnergy - before.audioEnergy, "loudness").toBeGreaterThan(0);
    }).toPass({ timeout: 75_000, intervals: [250] });
  }

  async turns(device: "Microphone" | "Camera", on: boolean): Promise<void> {
    const button = this.board.page.getByRole("button", { name: device, exact: true });
    await expect(button).toHaveAttribute("aria-pressed", String(!on));
    await button.click();
    await expect(button).toHaveAttribute("aria-pressed", String(on));
  }

  async leaves(): Promise<void> {
    await this.board.page.getByRole("button", { name: "Leave call" }).click();
    await expect.poll(async () => (await this.call()).state).toBe("off");
  }
}
