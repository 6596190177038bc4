/** Hands: who of those writing at one screen did what, and in which order it can be taken back. */
import type { Board } from "@kakehashi/client";

/** The last hand that the board knows. */
const HAND_MAX = 255;

/** Gestures whose order is remembered; the board itself keeps 200 of each hand. */
const GESTURES_MAX = 2000;

/** The mouse, a pen, and what is done with buttons and keys. */
export const MAIN_HAND = 0;

export class Hands {
  private readonly held = new Map<number, number>();
  private done: number[] = [];
  private undone: number[] = [];
  private readonly gestures = new Set<number>();

  constructor(private readonly board: Pick<Board, "undo" | "redo" | "canUndo" | "canRedo">) {}

  /** The lowest free hand for a finger; mouse and pen have the main hand if nobody holds it. */
  take(pointerId: number, type: string): number {
    const taken = new Set(this.held.values());
    let hand = type === "touch" ? MAIN_HAND + 1 : MAIN_HAND;
    while (taken.has(hand) && hand < HAND_MAX) hand++;
    this.held.set(pointerId, hand);
    return hand;
  }

  release(pointerId: number): void {
    this.held.delete(pointerId);
  }

  /** A hand wrote something that belongs to `gesture`. */
  wrote(hand: number, gesture: number): void {
    if (this.gestures.has(gesture)) return;
    this.gestures.add(gesture);
    this.done.push(hand);
    if (this.done.length > GESTURES_MAX) this.done.shift();
    for (const oldest of this.gestures) {
      if (this.gestures.size <= GESTURES_MAX) break;
      this.gestures.delete(oldest);
    }
    this.undone = [];
  }

  get canUndo(): boolean {
    return this.done.some((hand) => this.board.canUndo(hand));
  }

  get canRedo(): boolean {
    return this.undone.some((hand) => this.board.canRedo(hand));
  }

  /** Takes back the last gesture of this screen that can be, whoever made it. */
  undo(): void {
    for (let hand = this.done.pop(); hand !== undefined; hand = this.done.pop()) {
      if (!this.board.canUndo(hand) || !this.board.undo(hand)) continue;
      this.undone.push(hand);
      return;
    }
  }

  redo(): void {
    for (let hand = this.undone.pop(); hand !== undefined; hand = this.undone.pop()) {
      if (!this.board.canRedo(hand) || !this.board.redo(hand)) continue;
      this.done.push(hand);
      return;
    }
  }
}
