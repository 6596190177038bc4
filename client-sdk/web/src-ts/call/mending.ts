/**
 * When a connection of media that broke is mended: by an ICE restart, and if that is in vain by a new connection. It
 * decides, and others do.
 */

/** A line that is silent for a moment comes back by itself. */
export const PATIENCE_MS = 2_000;
/** How long a restart may take. */
export const RETRY_MS = 4_000;
/** Restarts in vain before a new connection is made. */
export const RESTARTS_MAX = 3;
/** How long a new connection may take; it has two round trips more to make. */
export const CONNECT_MS = 10_000;
/** Then whoever left the room with the device has left the call. */
export const GIVE_UP_MS = 5 * 60_000;

export interface Repair {
  interrupted(): void;
  flows(): void;
  restart(): void;
  renew(): void;
  giveUp(): void;
}

export class Mending {
  readonly #repair: Repair;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #end: ReturnType<typeof setTimeout> | undefined;
  #restarts = 0;
  /** Whether the server can be asked for something. */
  #live = false;

  constructor(repair: Repair) {
    this.#repair = repair;
  }

  get #broken(): boolean {
    return this.#end !== undefined;
  }

  /** What the browser says of the connection. */
  connection(state: RTCPeerConnectionState): void {
    switch (state) {
      case "connected":
        this.#restarts = 0;
        this.#clear();
        clearTimeout(this.#end);
        this.#end = undefined;
        this.#repair.flows();
        break;
      case "disconnected":
        if (!this.#broken) this.#after(PATIENCE_MS);
        break;
      case "failed":
        if (!this.#broken) this.#mend();
        break;
      default:
    }
  }

  /** The device is on another network now; what flows may flow on for a while and then no longer. */
  network(): void {
    if (this.#broken) this.#mend();
    else if (this.#live) this.#repair.restart();
  }

  /** The server can be asked, or no longer. */
  live(live: boolean): void {
    const came = live && !this.#live;
    this.#live = live;
    if (came && this.#broken) this.#mend();
  }

  /** There is no connection; the server is asked for another. */
  lost(): void {
    this.#live = false;
    this.#clear();
    this.#break();
  }

  /** Another connection is being made. */
  renewing(): void {
    this.#live = true;
    this.#restarts = 0;
    this.#break();
    this.#after(CONNECT_MS);
  }

  stop(): void {
    this.#clear();
    clearTimeout(this.#end);
    this.#end = undefined;
    this.#restarts = 0;
  }

  #mend(): void {
    this.#break();
    this.#clear();
    // Without the server nothing can be done; it is when it is back.
    if (!this.#live) return;
    this.#after(RETRY_MS);
    if (this.#restarts === RESTARTS_MAX) {
      this.#restarts = 0;
      this.#repair.renew();
    } else {
      this.#restarts += 1;
      this.#repair.restart();
    }
  }

  #break(): void {
    if (this.#broken) return;
    this.#end = setTimeout(() => this.#repair.giveUp(), GIVE_UP_MS);
    this.#repair.interrupted();
  }

  #after(milliseconds: number): void {
    this.#clear();
    this.#timer = setTimeout(() => this.#mend(), milliseconds);
  }

  #clear(): void {
    clearTimeout(this.#timer);
  }
}
