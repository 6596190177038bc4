/**
 * The page's offers to the server: one at a time, and what changes while one is unanswered goes into the next. The
 * server makes none, so two never cross.
 */
export interface Negotiation {
  /** Describes what is now and sends it; a connection that breaks meanwhile is no error. */
  offer(restart: boolean): Promise<void>;
  apply(answer: string): Promise<void>;
  /** Takes back the offer that was refused. */
  rollback(): Promise<void>;
  failed(error: unknown): void;
}

export class Offers {
  readonly #negotiation: Negotiation;
  /** `making` and `applying` are the browser's turn, `waiting` the server's. */
  #state: "idle" | "making" | "waiting" | "applying" | "closed" = "idle";
  /** Something changed since the last offer was described. */
  #changed = false;
  /** The next offer restarts ICE. */
  #restart = false;
  /** The unanswered one does. */
  #restarts = false;

  constructor(negotiation: Negotiation) {
    this.#negotiation = negotiation;
  }

  /** Whether the server owes an answer. */
  get waiting(): boolean {
    return this.#state === "waiting";
  }

  request(restart = false): void {
    this.#changed = true;
    this.#restart ||= restart;
    if (this.#state === "idle") this.#start();
  }

  answer(sdp: string): void {
    if (this.#state !== "waiting") return;
    this.#turn("applying", this.#negotiation.apply(sdp), "idle");
  }

  /** The server did not take the offer; what it describes is not tried again by itself. */
  refuse(): void {
    if (this.#state !== "waiting") return;
    this.#turn("applying", this.#negotiation.rollback(), "idle");
  }

  /** The way to the server is new: an answer that has not come will not come. */
  resume(): void {
    if (this.#state !== "waiting") return;
    this.#restart ||= this.#restarts;
    this.#start();
  }

  close(): void {
    this.#state = "closed";
  }

  #start(): void {
    // Changes that are made together go into one offer.
    this.#turn("making", Promise.resolve().then(() => this.#make()), "waiting");
  }

  #make(): Promise<void> {
    this.#changed = false;
    this.#restarts = this.#restart;
    this.#restart = false;
    return this.#negotiation.offer(this.#restarts);
  }

  #turn(state: "making" | "applying", work: Promise<void>, then: "waiting" | "idle"): void {
    this.#state = state;
    work.then(
      () => {
        if (this.#state !== state) return;
        this.#state = then;
        if (then === "idle" && this.#changed) this.#start();
      },
      (error: unknown) => {
        if (this.#state !== state) return;
        this.#state = "idle";
        this.#negotiation.failed(error);
      },
    );
  }
}
