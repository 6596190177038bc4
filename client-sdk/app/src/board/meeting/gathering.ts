/** Signs that were given lately, gathered: each with those who gave it, so that a whole class fits in a corner. */
import type { Meeting } from "@kakehashi/client";
import { SIGNS } from "./signs";

/** Milliseconds that a sign is shown. */
export const SIGN_STAYS = 6000;
/** Names beside a sign; further ones are counted. */
export const NAMES_SHOWN = 3;

export interface Gathered {
  readonly sign: number;
  /** The latest first. */
  readonly names: readonly string[];
}

interface Given {
  readonly sign: number;
  readonly at: number;
  readonly name: string;
  /** Never longer than from now, whatever time somebody claims. */
  readonly until: number;
}

export class Gathering {
  private readonly given = new Map<string, Given>();

  /** Takes in who has given which sign; `now` is the server's time. */
  look(meeting: Pick<Meeting, "participants">, now: number): void {
    for (const { name, links } of meeting.participants) {
      for (const { actor, reaction } of links) {
        if (reaction !== null) this.note(actor, name, reaction, now);
      }
    }
  }

  /** Takes in a sign of one screen; the server tells nobody of their own. */
  note(actor: string, name: string, { sign, at }: { readonly sign: number; readonly at: number }, now: number): void {
    if (SIGNS[sign] === undefined || this.given.get(actor)?.at === at) return;
    // Whoever comes later sees no old ones.
    const age = Math.max(0, now - at);
    this.given.set(actor, { sign, at, name, until: now + SIGN_STAYS - age });
  }

  /** What is to be shown, in the order of the signs. */
  shown(now: number): readonly Gathered[] {
    const fresh = [...this.given.values()].filter(({ until }) => until > now).sort((a, b) => b.until - a.until);
    return SIGNS.flatMap((_, sign) => {
      const names = fresh.filter((given) => given.sign === sign).map(({ name }) => name);
      return names.length === 0 ? [] : [{ sign, names }];
    });
  }

  /** Milliseconds until one of them goes; null if there is none. */
  next(now: number): number | null {
    const ends = [...this.given.values()].map(({ until }) => until).filter((until) => until > now);
    return ends.length === 0 ? null : Math.min(...ends) - now;
  }
}
