/**
 * The way onto a board: asks to be let in where somebody has to be asked, and opens the socket with what was
 * given. It says what happened, and when to try again is the core's to decide.
 */
import { type NoticeCode, NoticeError } from "./api.js";
import { Socket, type SocketListener } from "./socket.js";

/** Why one may not enter, until somebody changes it. */
const REFUSALS: readonly NoticeCode[] = ["unknown-board", "closed-board", "removed", "door"];

export interface EntranceListener extends SocketListener {
  /** What the connection that is opened next shows. */
  shows(credential: string): void;
  refused(code: NoticeCode, detail: string): void;
}

export class Entrance {
  readonly #url: string;
  readonly #enter: ((anew: boolean) => Promise<string>) | undefined;
  readonly #listener: EntranceListener;
  #socket: Socket | undefined;
  /** Counts connections, so that a credential that comes late opens none. */
  #attempt = 0;
  /** What was shown last; empty with the bare link. */
  #shown = "";
  /** Whether that was refused; then it is asked for anew, once. */
  #refused = false;

  constructor(url: string, enter: ((anew: boolean) => Promise<string>) | undefined, listener: EntranceListener) {
    this.#url = url;
    this.#enter = enter;
    this.#listener = listener;
  }

  connect(): void {
    this.close();
    if (this.#enter === undefined) this.#open();
    else void this.#enterAndOpen(this.#enter, this.#refused, this.#attempt);
  }

  /** Ends the connection, or the attempt, without another word. */
  close(): void {
    this.#attempt += 1;
    this.#socket?.close();
    this.#socket = undefined;
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#socket?.send(bytes);
  }

  letIn(): void {
    this.#refused = false;
  }

  /** The server did not take what was shown, or not any more. True if it is worth asking for something else to show. */
  refused(detail: string, waited: boolean): boolean {
    if (waited) {
      this.#listener.refused("turned-away", detail);
      return false;
    }
    if (this.#enter !== undefined && !this.#refused) {
      this.#refused = true;
      return true;
    }
    // Whoever was let in at the door a moment ago and not onto the board was removed from it.
    this.#listener.refused(this.#shown === "" ? "closed-board" : "removed", detail);
    return false;
  }

  async #enterAndOpen(enter: (anew: boolean) => Promise<string>, anew: boolean, attempt: number): Promise<void> {
    try {
      const credential = await enter(anew);
      if (attempt !== this.#attempt) return;
      this.#shown = credential;
      this.#listener.shows(credential);
      this.#open();
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.#listener.closed();
      // What passes by itself is said by the status, as ever.
      if (error instanceof NoticeError && REFUSALS.includes(error.notice.code)) this.#listener.refused(error.notice.code, error.notice.detail);
    }
  }

  #open(): void {
    this.#socket = new Socket(this.#url, {
      opened: () => this.#listener.opened(),
      message: (bytes) => this.#listener.message(bytes),
      closed: () => {
        this.#socket = undefined;
        this.#listener.closed();
      },
    });
  }
}
