/**
 * Brings pictures to the server, one after the other, and does not give up while it cannot be reached. Until
 * then, and as long as this page lives, they are shown from here.
 */
import { type Board, NoticeError, type Notice } from "@kakehashi/client";
import { type Store, store } from "../state/store";
import { forgetWaiting, keepWaiting, type Waiting, waitingFor } from "./waiting";

/** Milliseconds before the next try; twice as many each time, up to the longest. */
const AGAIN = 2000;
const AGAIN_MAX = 60_000;

/** What passes: the server is away, full of people, or out of room for the moment. */
const PASSING: ReadonlySet<string> = new Set(["unreachable", "busy", "disk-full"]);

export interface UploadsHost {
  readonly board: Board;
  /** The device cannot keep it: it is lost if the page is closed before it is with the server. */
  notKept(): void;
  /** The server does not take it. */
  refused(asset: string, notice: Notice): void;
}

export class Uploads {
  /** How many are not with the server yet. */
  readonly waiting: Store<number> = store(0);
  private readonly queue: Waiting[] = [];
  private readonly urls = new Map<string, string>();
  private readonly stopListening: () => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pause = AGAIN;
  private sending = false;
  private closed = false;

  constructor(private readonly host: UploadsHost) {
    this.stopListening = host.board.on((event) => {
      if (event.type === "status" && host.board.status() === "live") this.tryNow();
    });
    // What a tab that was closed left behind.
    waitingFor(host.board.id).then(
      (left) => left.forEach((picture) => this.enqueue(picture)),
      () => undefined,
    );
  }

  /** Shows a picture from here from now on, keeps it on the device, and sends it. */
  async add(picture: Waiting): Promise<void> {
    this.enqueue(picture);
    try {
      await keepWaiting(this.host.board.id, picture);
      // It may have reached the server in the meantime.
      if (!this.queue.includes(picture)) await forgetWaiting(this.host.board.id, picture.asset);
    } catch (error) {
      console.warn(error);
      if (this.queue.includes(picture)) this.host.notKept();
    }
  }

  /** Where this page has the picture itself. */
  urlOf(asset: string): string | undefined {
    return this.urls.get(asset);
  }

  close(): void {
    this.closed = true;
    this.stopListening();
    clearTimeout(this.timer);
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
  }

  private enqueue(picture: Waiting): void {
    if (this.closed) return;
    if (!this.urls.has(picture.asset)) this.urls.set(picture.asset, URL.createObjectURL(picture.file));
    if (this.queue.some(({ asset }) => asset === picture.asset)) return;
    this.queue.push(picture);
    this.waiting.set(this.queue.length);
    this.tryNow();
  }

  private tryNow(): void {
    clearTimeout(this.timer);
    this.pause = AGAIN;
    void this.send();
  }

  private async send(): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    try {
      await this.sendAll();
    } finally {
      this.sending = false;
    }
    if (this.queue.length === 0 || this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.send(), this.pause);
    this.pause = Math.min(AGAIN_MAX, 2 * this.pause);
  }

  /** One after the other, until one has to wait. */
  private async sendAll(): Promise<void> {
    for (let picture = this.queue[0]; picture !== undefined && !this.closed; picture = this.queue[0]) {
      if (!(await this.sent(picture))) return;
      this.queue.splice(this.queue.indexOf(picture), 1);
      this.waiting.set(this.queue.length);
      this.pause = AGAIN;
      await forgetWaiting(this.host.board.id, picture.asset).catch(() => undefined);
    }
  }

  /** True if there is nothing more to do for it. */
  private async sent({ asset, file }: Waiting): Promise<boolean> {
    try {
      await this.host.board.upload(file);
      return true;
    } catch (error) {
      if (!(error instanceof NoticeError)) throw error;
      if (PASSING.has(error.notice.code)) return false;
      this.host.refused(asset, error.notice);
      return true;
    }
  }
}
