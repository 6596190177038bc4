/**
 * When documents are written to the device: on a calm moment, and when the page is left. To write
 * down a full page takes a weak panel a good part of a second, so nobody's pen waits for it.
 */
import type { Keepable } from "./kept.js";

/** Nothing changed for so long: the hand rests, milliseconds. */
export const CALM_MS = 2_000;
/** The least time from one writing to the next, milliseconds. */
export const BETWEEN_MS = 10_000;
/** Where there is no calm, it is written after so long all the same, milliseconds. */
export const RESTLESS_MS = 60_000;
/** Writing takes no more than this part of the time. */
const SHARE = 1 / 200;

/** What a keeper needs. */
export interface KeeperParts {
  /** Where a document stands; undefined while there is nothing to keep. Cheap. */
  at(document: string): string | undefined;
  /** What is to be kept of it. Takes time. */
  take(document: string): Keepable | undefined;
  /** Keeps it; `leaving`: the page may be gone in a moment. */
  keep(state: Keepable, leaving: boolean): void;
  /** Milliseconds, never going back. */
  now(): number;
}

/** Waits until the browser has nothing better to do, where it can say so. */
function whenIdle(act: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(act, { timeout: 1_000 });
  else act();
}

export class Keeper {
  readonly #parts: KeeperParts;
  /** Documents that changed since they were written, perhaps. */
  readonly #touched = new Set<string>();
  /** Where each stood when it was written. */
  readonly #written = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstTouch = 0;
  #lastTouch = 0;
  #notBefore = 0;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** A document is other than before. */
  touch(document: string): void {
    this.#lastTouch = this.#parts.now();
    if (this.#touched.size === 0) this.#firstTouch = this.#lastTouch;
    this.#touched.add(document);
    this.#timer ??= setTimeout(this.#look, this.#due() - this.#lastTouch);
  }

  /** A document is as the device has it. */
  know(document: string): void {
    const at = this.#parts.at(document);
    if (at !== undefined) this.#written.set(document, at);
  }

  /** A document may no longer be kept. */
  forget(document: string): void {
    this.#touched.delete(document);
    this.#written.delete(document);
  }

  /** Writes at once: the page is hidden or left. */
  flush(): void {
    this.#writeAll(true);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#touched.clear();
  }

  #due(): number {
    return Math.max(this.#notBefore, Math.min(this.#lastTouch + CALM_MS, this.#firstTouch + RESTLESS_MS));
  }

  readonly #look = (): void => {
    this.#timer = undefined;
    if (this.#touched.size === 0) return;
    const wait = this.#due() - this.#parts.now();
    if (wait > 0) this.#timer = setTimeout(this.#look, wait);
    else whenIdle(() => this.#writeAll(false));
  };

  #writeAll(leaving: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const began = this.#parts.now();
    for (const document of [...this.#touched]) this.#write(document, leaving);
    const ended = this.#parts.now();
    this.#notBefore = ended + Math.max(BETWEEN_MS, (ended - began) / SHARE);
  }

  #write(document: string, leaving: boolean): void {
    this.#touched.delete(document);
    const at = this.#parts.at(document);
    if (at === undefined || this.#written.get(document) === at) return;
    const state = this.#parts.take(document);
    if (state === undefined) return;
    this.#written.set(document, at);
    this.#parts.keep(state, leaving);
  }
}
