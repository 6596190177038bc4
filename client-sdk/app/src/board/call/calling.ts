/** The call of an open board as this screen has it: stores of what the client says of it, and what is said when it changes. */
import type { BoardCall, CallDevices, CallEvent, CallMember, CallPicture, CallSource, CallState, DeviceTrouble } from "@kakehashi/client";
import { type Store, store } from "../../state/store";
import { say } from "../../ui/Toasts";
import { words } from "../../words";
import { type CallChoices, callChoices, choose } from "./choices";
import type { CallLine } from "./line";
import type { LineFound } from "./check";
import { PictureWindow } from "./picture-window";
import { tryLine } from "./probe";

export type Own = Readonly<Record<CallSource, { readonly on: boolean; readonly trouble: DeviceTrouble | null }>>;

/** Why one is not in the call after all. */
export type CallProblem = "off" | "full" | "rights" | "unreachable" | "unsupported";

export class Calling {
  readonly state: Store<CallState>;
  readonly offered: Store<boolean>;
  readonly members: Store<readonly CallMember[]>;
  /** The loudest first. */
  readonly speakers: Store<readonly number[]>;
  readonly pictures: Store<readonly CallPicture[]>;
  /** What members say, in writing. */
  readonly captions: Store<ReadonlyMap<number, string>>;
  readonly own: Store<Own>;
  readonly line: Store<CallLine | null>;
  readonly silent: Store<boolean>;
  /** Whether the tiles are put away on this screen. */
  readonly folded: Store<boolean> = store(false);
  /** Whose screen is shown where several are; null: the first. */
  readonly screen: Store<number | null> = store<number | null>(null);
  /** Whether a shared screen takes half of the window. */
  readonly large: Store<boolean> = store(false);
  readonly window = new PictureWindow();
  /** Whether this device is in one room with a panel, and so joins silently. */
  readonly inRoom: Store<boolean>;
  /** Until one tries again. */
  readonly problem: Store<CallProblem | null> = store<CallProblem | null>(null);
  /** Whether one is in the call only to try the line. */
  readonly trying: Store<boolean> = store(false);
  private trial: Promise<LineFound> | null = null;
  private readonly stop: () => void;

  constructor(
    readonly call: BoardCall,
    /** Whether the page came by the code on a panel's screen. */
    readonly byPanel: boolean,
    private readonly nameOf: (actor: string) => string,
  ) {
    this.inRoom = store(byPanel || callChoices.get().inRoom);
    this.state = store(call.state());
    this.offered = store(call.offered());
    this.members = store(call.members());
    this.speakers = store(call.speakers());
    this.pictures = store(call.pictures());
    this.captions = store(call.captions());
    this.own = store(ownOf(call));
    this.line = store(call.line());
    this.silent = store(call.silent());
    this.stop = call.subscribe((event) => this.follow(event));
  }

  /** Joins as one did last, or as chosen meanwhile; false if one is not in the call then, and `problem` says why. */
  async join(listensOnly: boolean): Promise<boolean> {
    const chosen = callChoices.get();
    const silent = this.inRoom.get();
    this.problem.set(null);
    await this.trial;
    try {
      await this.call.join({
        microphone: chosen.microphoneOn && !silent && !listensOnly,
        camera: chosen.cameraOn && !listensOnly,
        devices: devicesOf(chosen),
        silent,
      });
    } catch (error) {
      console.warn(error);
      this.problem.set(problemOf(error));
      return false;
    }
    choose({ joined: true });
    this.missed(chosen, silent || listensOnly);
    return true;
  }

  /** Says what one wanted to be heard and seen with and is not. That there is no camera, or none that may be used, is no news. */
  private missed({ microphoneOn, cameraOn }: CallChoices, unheard: boolean): void {
    const { microphone, camera } = ownOf(this.call);
    if (microphoneOn && !unheard && microphone.trouble !== null) say(words.callDevices.unheard.microphone[microphone.trouble]);
    else if (cameraOn && camera.trouble === "busy") say(words.callDevices.unheard.camera.busy);
  }

  leave(): void {
    this.call.leave();
  }

  /** Whether media gets through; `reached`: whether the board itself is connected. */
  tryLine(reached: boolean): Promise<LineFound> {
    if (this.trial === null) this.trying.set(this.state.get() === "off");
    this.trial ??= tryLine(this.call, devicesOf(callChoices.get()), reached).finally(() => {
      this.trial = null;
      this.trying.set(false);
    });
    return this.trial;
  }

  /** As one leaves it, one comes the next time. */
  async turn(source: "microphone" | "camera", on: boolean): Promise<void> {
    choose(source === "microphone" ? { microphoneOn: on } : { cameraOn: on });
    if ((await this.call.setOn(source, on)) === on) return;
    const { trouble } = this.call.own(source);
    if (on) say(words.callDevices.unheard[source][trouble ?? "unknown"]);
  }

  async shareScreen(): Promise<void> {
    if (this.own.get().screen.on) {
      this.call.stopScreen();
      return;
    }
    await this.call.shareScreen();
    // Whoever closes the browser's question has changed their mind, which is no trouble.
    if (this.call.own("screen").trouble !== null) say(words.call.screenFailed);
  }

  /** Whether one is in the call, or on the way, and not only to try the line. */
  isIn(): boolean {
    return this.state.get() !== "off" && !this.trying.get();
  }

  /** Whether somebody else is in the call that one is in. */
  withOthers(): boolean {
    return this.state.get() !== "off" && this.members.get().some(({ own }) => !own);
  }

  /** What is said here is kept for the next time; that one came by a panel's code is not. */
  standInRoom(inRoom: boolean): void {
    this.inRoom.set(inRoom);
    choose({ inRoom });
    if (this.isIn()) this.call.setSilent(inRoom);
  }

  /** Makes the microphone of somebody silent, or those of all others. */
  hush(member?: CallMember): void {
    const hushed = member === undefined ? words.call.hushedAll : words.call.hushedOne(this.nameOf(member.actor));
    say(this.call.hush(member?.member) ? hushed : words.call.notHushed);
  }

  /** Takes another device, at once where one is in the call. */
  takeDevices(devices: Partial<CallDevices>): void {
    choose(devices);
    if (this.isIn()) void this.call.setDevices(devicesOf(callChoices.get()));
  }

  close(): void {
    this.stop();
    this.window.close();
    if (this.call.state() !== "off") this.call.leave();
  }

  /** What one was heard or seen with is pulled out, or does not go on. */
  private lost(before: Own, now: Own): void {
    for (const source of ["microphone", "camera"] as const) {
      const { trouble } = now[source];
      if (before[source].on && trouble !== null) say(words.callDevices.unheard[source][trouble]);
    }
  }

  private follow(event: CallEvent): void {
    switch (event.type) {
      case "state":
        this.state.set(this.call.state());
        this.offered.set(this.call.offered());
        this.silent.set(this.call.silent());
        break;
      case "members":
        this.members.set([...this.call.members()]);
        break;
      case "speakers":
        this.speakers.set([...this.call.speakers()]);
        this.members.set([...this.call.members()]);
        break;
      case "pictures":
        this.pictures.set([...this.call.pictures()]);
        this.window.follow(this.pictures.get());
        break;
      case "captions":
        this.captions.set(this.call.captions());
        break;
      case "own":
        this.lost(this.own.get(), ownOf(this.call));
        this.own.set(ownOf(this.call));
        this.silent.set(this.call.silent());
        break;
      case "line":
        this.line.set(this.call.line());
        break;
      case "hushed":
        say(words.call.hushedBy(this.nameOf(event.by)));
        break;
      case "over":
        this.folded.set(false);
        this.window.close();
        if (event.why !== "left") say(words.call.over[event.why]);
        break;
    }
  }
}

export function devicesOf({ microphone, camera, speaker }: CallChoices): CallDevices {
  return { microphone, camera, speaker };
}

function ownOf(call: BoardCall): Own {
  return { microphone: call.own("microphone"), camera: call.own("camera"), screen: call.own("screen"), "screen-sound": call.own("screen-sound") };
}

/** By its shape: the client's errors come from a module of their own, of which a page may have two. */
function problemOf(error: unknown): CallProblem {
  const why: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "why") : undefined;
  return why === "off" || why === "full" || why === "rights" || why === "unsupported" ? why : "unreachable";
}
