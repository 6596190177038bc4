/** The meeting's part of an open board: who takes part and what holds, and every way to change it. */
import type { Core } from "../dist/kakehashi_web.js";
import { type Attendance, EditError, type Meeting, type Message, type RecordId, type Role } from "./api.js";
import { plainlyNamed } from "./names.js";
import { editError } from "./raw.js";
import { now } from "./time.js";

const ROLES: readonly Role[] = ["viewer", "member", "assistant", "host"];

export abstract class MeetingCalls {
  protected abstract readonly core: Core;
  /** Does what the core wants done. */
  protected abstract pump(): void;

  meeting(): Meeting {
    const meeting = JSON.parse(this.core.meeting()) as Meeting;
    return { ...meeting, participants: meeting.participants.map(plainlyNamed), lobby: meeting.lobby.map(plainlyNamed) };
  }

  messages(desk?: RecordId): readonly Message[] {
    return JSON.parse(this.core.messages(desk)) as Message[];
  }

  attendance(): readonly Attendance[] {
    return JSON.parse(this.core.attendance()) as Attendance[];
  }

  holdSession(on: boolean): void {
    this.#govern("session", undefined, on);
  }

  holdWriting(on: boolean): void {
    this.#govern("writing", undefined, on);
  }

  setTimer(length: number | null): void {
    this.#govern("timer", undefined, length ?? Number.NaN);
  }

  setSpotlight(actor: string | null): void {
    this.#govern("spotlight", undefined, 0, actor ?? undefined);
  }

  raiseHand(up: boolean, participant?: RecordId): void {
    const whose = participant ?? this.meeting().me?.participant;
    if (whose === undefined || whose === null) throw new EditError("only a participant has a hand", "refused-rights");
    this.#govern("hand", whose, up);
  }

  setRole(participant: RecordId, role: Role): void {
    this.#govern("role", participant, ROLES.indexOf(role));
  }

  rename(participant: RecordId, name: string): void {
    this.#govern("name", participant, 0, name);
  }

  holdParticipant(participant: RecordId, on: boolean): void {
    this.#govern("held", participant, on);
  }

  remove(participant: RecordId, on: boolean): void {
    this.#govern("removed", participant, on);
  }

  setAside(participant: RecordId, on: boolean): void {
    this.#govern("aside", participant, on);
  }

  admit(waiting: RecordId, on: boolean): void {
    this.#govern("admitted", waiting, on);
  }

  say(words: string, desk?: RecordId): void {
    this.#write(() => this.core.say(now(), words, desk));
  }

  retract(message: RecordId, desk?: RecordId): void {
    this.#write(() => this.core.retract(now(), message, desk));
  }

  react(sign: number): void {
    this.core.react(now(), sign);
    this.pump();
  }

  #govern(what: string, record: RecordId | undefined, value: number | boolean, words?: string): void {
    this.#write(() => this.core.govern(now(), what, record, Number(value), words));
  }

  #write(write: () => void): void {
    try {
      write();
    } catch (error) {
      throw editError(error);
    } finally {
      this.pump();
    }
  }
}
