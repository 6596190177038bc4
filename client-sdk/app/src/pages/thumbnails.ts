/**
 * Live pictures of pages: each is painted when it comes into sight, and again when its page changes.
 * Only pages in sight are kept in step, and one at a time is painted, so that nobody who writes is
 * kept waiting.
 */
import type { Board, PageId } from "@kakehashi/client";
import type { Session } from "../board/session";
import { paintPage } from "../canvas/picture";
import { Pictures } from "../canvas/pictures";
import { PAGE } from "../canvas/rect";
import { type Store, store } from "../state/store";
import { entryOf } from "./own";

/** A page is painted again this many times more slowly than painting it took. */
const REST = 12;
/** Milliseconds, likewise, at least. */
const REST_MIN = 250;
/** Milliseconds before a page is looked for again that could not be opened: others are open. */
const LOOK_AGAIN = 1000;

interface Shown {
  readonly page: PageId;
  readonly canvas: HTMLCanvasElement;
  readonly arrived: Store<boolean>;
  stop: (() => void) | undefined;
  stale: boolean;
  /** On the clock of `performance`. */
  notBefore: number;
}

export class Thumbnails {
  private readonly board: Board;
  private readonly shown = new Map<HTMLCanvasElement, Shown>();
  private readonly pictures: Pictures;
  private readonly stopListening: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ board, images }: Session) {
    this.board = board;
    this.pictures = new Pictures(
      (asset) => images.urlOf(asset),
      () => this.touch(null),
    );
    this.stopListening = board.on((event) => {
      if (event.type === "records") this.touch(event.page);
      // A background, or a page that is open now because another was let go.
      else if (event.type === "pages") this.touch(null);
    });
  }

  /** Paints a page into a canvas from now on. Its store says whether the page is on this device. */
  show(page: PageId, canvas: HTMLCanvasElement): Store<boolean> {
    const arrived = store(this.board.reader(page).ready());
    this.shown.set(canvas, { page, canvas, arrived, stop: this.board.watch(page), stale: true, notBefore: 0 });
    this.paintSoon(0);
    return arrived;
  }

  hide(canvas: HTMLCanvasElement): void {
    this.shown.get(canvas)?.stop?.();
    this.shown.delete(canvas);
  }

  close(): void {
    clearTimeout(this.timer);
    this.stopListening();
    this.pictures.close();
    for (const canvas of [...this.shown.keys()]) this.hide(canvas);
  }

  private touch(page: PageId | null): void {
    for (const shown of this.shown.values()) {
      if (page === null || shown.page === page) shown.stale = true;
    }
    this.paintSoon(0);
  }

  private paintSoon(ms: number): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.paintNext();
    }, ms);
  }

  private paintNext(): void {
    const now = performance.now();
    const stale = [...this.shown.values()].filter((shown) => shown.stale);
    const next = stale.sort((a, b) => a.notBefore - b.notBefore)[0];
    if (next === undefined) return;
    if (next.notBefore > now) {
      this.paintSoon(next.notBefore - now);
      return;
    }
    this.paint(next, now);
    this.paintSoon(0);
  }

  private paint(shown: Shown, now: number): void {
    const { page, canvas, arrived } = shown;
    shown.stop ??= this.board.watch(page);
    const reader = this.board.reader(page);
    const entry = entryOf(this.board, page);
    arrived.set(reader.ready());
    if (!reader.ready() || entry === undefined) {
      // An event tells when it arrives, unless it could not even be asked for.
      shown.stale = shown.stop === undefined;
      shown.notBefore = now + LOOK_AGAIN;
      return;
    }
    shown.stale = false;
    const width = Math.max(1, Math.round(canvas.clientWidth * Math.min(2, window.devicePixelRatio || 1)));
    // Rounded down: a row that the page covers in part would be half black.
    const height = Math.max(1, Math.floor((width * PAGE.height) / PAGE.width));
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const ctx = canvas.getContext("2d", { alpha: false });
    if (ctx === null) return;
    paintPage(ctx, reader, entry, width / PAGE.width, (asset) => this.pictures.get(asset));
    shown.notBefore = now + Math.max(REST_MIN, REST * (performance.now() - now));
  }
}
