/** Plays the others' voices. The elements are in no document: there is nothing to see of them. */

/** After which acts of a hand a browser lets a page be heard. */
const GESTURES = ["pointerdown", "keydown"] as const;

export class Voices {
  #elements: HTMLAudioElement[] = [];
  #speaker = "";
  #silent = false;

  play(streams: readonly MediaStream[]): void {
    this.stop();
    this.#elements = streams.map((stream) => {
      const element = new Audio();
      element.autoplay = true;
      element.muted = this.#silent;
      element.srcObject = stream;
      return element;
    });
    this.#route();
    this.#start();
  }

  /** Another loudspeaker; empty: the system's choice. */
  setSpeaker(speaker: string): void {
    if (speaker === this.#speaker) return;
    this.#speaker = speaker;
    this.#route();
  }

  /** Plays nothing that anybody hears, where another device of the same room does. */
  setSilent(silent: boolean): void {
    this.#silent = silent;
    for (const element of this.#elements) element.muted = silent;
  }

  stop(): void {
    this.#forgetGestures();
    for (const element of this.#elements) {
      element.pause();
      element.srcObject = null;
    }
    this.#elements = [];
  }

  #route(): void {
    for (const element of this.#elements) {
      // A loudspeaker that is gone leaves the voice where it is.
      if (typeof element.setSinkId === "function" && element.sinkId !== this.#speaker) element.setSinkId(this.#speaker).catch(() => undefined);
    }
  }

  readonly #start = (): void => {
    this.#forgetGestures();
    for (const element of this.#elements) {
      element.play().catch((error: unknown) => {
        if (!(error instanceof DOMException) || error.name !== "NotAllowedError" || !this.#elements.includes(element)) return;
        for (const gesture of GESTURES) addEventListener(gesture, this.#start, { capture: true });
      });
    }
  };

  #forgetGestures(): void {
    for (const gesture of GESTURES) removeEventListener(gesture, this.#start, { capture: true });
  }
}
