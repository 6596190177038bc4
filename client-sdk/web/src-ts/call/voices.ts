/** Plays the others' voices. The elements are in no document: there is nothing to see of them. */

/** After which acts of a hand a browser lets a page be heard: of a finger not when it comes down, but when it is lifted. */
const GESTURES = ["pointerdown", "pointerup", "touchend", "click", "keydown"] as const;

export class Voices {
  #elements: HTMLAudioElement[] = [];
  #unheard: ReadonlySet<MediaStream> = new Set();
  #speaker = "";
  #silent = false;

  /** Plays these and no others; those of `unheard` without a sound, so that they can be heard at any moment. */
  play(streams: readonly MediaStream[], unheard: ReadonlySet<MediaStream>): void {
    const before = this.#elements;
    const kept = new Map(before.map((element) => [element.srcObject, element]));
    this.#unheard = unheard;
    this.#elements = streams.map((stream) => kept.get(stream) ?? play(stream));
    before.filter((element) => !this.#elements.includes(element)).forEach(stop);
    const heard = this.#mute();
    if (this.#elements.length === 0) this.#forgetGestures();
    if (!heard && this.#elements.every((element) => before.includes(element))) return;
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
    if (this.#mute()) this.#start();
  }

  /** Whether one is heard now that was not: a browser may have let it play only because it was not. */
  #mute(): boolean {
    const before = this.#elements.filter(({ muted }) => muted);
    for (const element of this.#elements) element.muted = this.#silent || this.#unheard.has(element.srcObject as MediaStream);
    return before.some(({ muted }) => !muted);
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

function play(stream: MediaStream): HTMLAudioElement {
  const element = new Audio();
  element.autoplay = true;
  // It is heard when it is known whether it is to be.
  element.muted = true;
  element.srcObject = stream;
  return element;
}

function stop(element: HTMLAudioElement): void {
  element.pause();
  element.srcObject = null;
}
