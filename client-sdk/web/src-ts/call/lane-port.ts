/** Where the lane is joined to a board. Its code is fetched when there is a call to use it in. */
import type { PageId } from "../api.js";
import type { Lane, LaneHost } from "./lane.js";

/** How the page names the channel; unordered, and what is lost stays lost. */
const LABEL = "lane";

export class LanePort {
  readonly #host: LaneHost;
  #lane: Lane | undefined;
  #channel: RTCDataChannel | undefined;
  #page: PageId | null = null;
  #live = false;
  #rests = false;
  #closed = false;

  constructor(host: LaneHost) {
    this.#host = host;
  }

  /** The lane, once it has been used. */
  get lane(): Lane | undefined {
    return this.#lane;
  }

  /** Opens the channel, before the connection's first offer. A server that knows no lane refuses it, and nothing comes of it. */
  open(connection: RTCPeerConnection): void {
    this.#channel = connection.createDataChannel(LABEL, { ordered: false, maxRetransmits: 0 });
    if (this.#lane === undefined) void this.#load();
    else this.#lane.attach(this.#channel);
  }

  turn(page: PageId | null): void {
    this.#page = page;
    this.#lane?.turn(page);
  }

  live(live: boolean): void {
    this.#live = live;
    this.#lane?.live(live);
  }

  /** The line up has its hands full, or no longer. */
  rest(rests: boolean): void {
    this.#rests = rests;
    this.#lane?.rest(rests);
  }

  close(): void {
    this.#closed = true;
    this.#lane?.close();
    this.#lane = undefined;
  }

  /** Without it, as where it cannot be fetched, everything goes the other way alone. */
  async #load(): Promise<void> {
    const module = await import("./lane.js").catch(() => undefined);
    if (module === undefined || this.#closed || this.#lane !== undefined) return;
    this.#lane = new module.Lane(this.#host);
    this.#lane.turn(this.#page);
    this.#lane.live(this.#live);
    this.#lane.rest(this.#rests);
    if (this.#channel !== undefined) this.#lane.attach(this.#channel);
  }
}
