/** What a timer shows at a moment. Ends and moments are by the server's clock, so all screens show the same. */
import type { Meeting } from "@kakehashi/client";

/** Seconds before the end in which all notice it. */
export const LAST_SECONDS = 10;
/** Milliseconds that the end stays on the screens. */
export const OVER_STAYS = 60_000;
/** What a timer may be set to in the app, minutes. */
export const MINUTES_MAX = 180;

export type Phase = "running" | "last" | "over";

export interface Countdown {
  /** Whole seconds, 0 at the end. */
  readonly left: number;
  readonly phase: Phase;
  /** Milliseconds until it shows something else. */
  readonly next: number;
}

/** The server's time, milliseconds since 1970. Whoever sets the device's clock changes nothing. */
export function serverNow(meeting: Pick<Meeting, "clockOffset">): number {
  return performance.timeOrigin + performance.now() + meeting.clockOffset;
}

/** Null once the end has been shown for long enough. */
export function countdownAt(ends: number, now: number): Countdown | null {
  const rest = ends - now;
  if (rest <= -OVER_STAYS) return null;
  if (rest <= 0) return { left: 0, phase: "over", next: rest + OVER_STAYS };
  const left = Math.ceil(rest / 1000);
  return { left, phase: left <= LAST_SECONDS ? "last" : "running", next: rest - (left - 1) * 1000 };
}

/** `4:05`, `1:04:05` */
export function clockFace(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours === 0 ? `${minutes}:${two(seconds % 60)}` : `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}

/** Minutes as somebody typed them, also in wide digits; null if they are none, or too many. */
export function minutesOf(typed: string): number | null {
  const plain = typed.normalize("NFKC").trim();
  if (!/^\d{1,3}$/.test(plain)) return null;
  const minutes = Number(plain);
  return minutes >= 1 && minutes <= MINUTES_MAX ? minutes : null;
}
