/** How one joins a call on this device: which devices, and what is on. Remembered, so that the next time is one tap. */
import { keepWord, keptValue } from "../../state/kept";
import { type Store, store } from "../../state/store";

const NAME = "call";

export interface CallChoices {
  /** Ids as `enumerateDevices` has them; empty: the system's choice. */
  readonly microphone: string;
  readonly camera: string;
  readonly speaker: string;
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  /** Whether this device is in one room with a panel, which hears and is heard for all in it. */
  readonly inRoom: boolean;
  /** Whether one has joined from here before: then one tap is enough. */
  readonly joined: boolean;
}

export const USUAL_CHOICES: CallChoices = { microphone: "", camera: "", speaker: "", microphoneOn: true, cameraOn: true, inRoom: false, joined: false };

/** What was kept, as far as it can be understood. */
export function choicesOf(kept: unknown): CallChoices {
  if (typeof kept !== "object" || kept === null) return USUAL_CHOICES;
  const found = kept as Partial<Record<keyof CallChoices, unknown>>;
  const text = (name: "microphone" | "camera" | "speaker"): string => (typeof found[name] === "string" ? found[name] : "");
  const flag = (name: "microphoneOn" | "cameraOn" | "inRoom" | "joined"): boolean => (typeof found[name] === "boolean" ? found[name] : USUAL_CHOICES[name]);
  return {
    microphone: text("microphone"),
    camera: text("camera"),
    speaker: text("speaker"),
    microphoneOn: flag("microphoneOn"),
    cameraOn: flag("cameraOn"),
    inRoom: flag("inRoom"),
    joined: flag("joined"),
  };
}

export const callChoices: Store<CallChoices> = store<CallChoices>(choicesOf(keptValue(NAME)));
callChoices.on((chosen) => keepWord(NAME, JSON.stringify(chosen)));

export function choose(some: Partial<CallChoices>): void {
  callChoices.set({ ...callChoices.get(), ...some });
}
