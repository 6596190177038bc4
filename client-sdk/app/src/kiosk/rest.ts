/**
 * When a panel that was left alone goes back to its idle screen. Nobody is surprised: a warning with
 * a countdown comes first, and neither comes while somebody writes, here or elsewhere, while others are
 * in a call with it, or while anything is not yet with the server.
 */
import { useEffect, useState } from "preact/hooks";
import type { Session } from "../board/session";

/** Minutes without a touch or a change; `?rest=` in the panel's address says another number, 0 for never. */
const REST = 30;
const REST_MAX = 24 * 60;
/** Seconds from the warning to the end. */
export const COUNTDOWN = 60;

/** Milliseconds; null for never. */
export function restOf(query: string): number | null {
  const asked = new URLSearchParams(query).get("rest");
  const minutes = asked === null || !/^\d+$/.test(asked) ? REST : Math.min(REST_MAX, Number(asked));
  return minutes === 0 ? null : minutes * 60_000;
}

/** Seconds that are left before the board is closed; null while nothing is to be warned of. */
export function useRest(session: Session, end: () => void): { readonly left: number | null; stay(): void } {
  const [left, setLeft] = useState<number | null>(null);
  const [round, setRound] = useState(0);

  useEffect(() => {
    const rest = restOf(location.search);
    if (rest === null) return;
    let last = Date.now();
    const active = (): void => {
      last = Date.now();
      setLeft(null);
    };
    // What is done within the warning is its buttons' to answer: it must not go from under the hand that presses one.
    const touched = ({ target }: Event): void => {
      if (!(target instanceof Element) || target.closest(".kiosk-warning") === null) active();
    };
    const inputs = ["pointerdown", "pointermove", "keydown", "wheel"] as const;
    for (const type of inputs) window.addEventListener(type, touched, { capture: true, passive: true });
    const stopListening = session.board.on((event) => {
      if (event.type === "records" || event.type === "pages") active();
    });
    const timer = setInterval(() => {
      if (session.unsaved.get() > 0 || session.calling.withOthers()) last = Date.now();
      const over = Date.now() - last - rest;
      if (over < 0) setLeft(null);
      else if (over >= COUNTDOWN * 1000) end();
      else setLeft(COUNTDOWN - Math.floor(over / 1000));
    }, 1000);
    return () => {
      clearInterval(timer);
      stopListening();
      for (const type of inputs) window.removeEventListener(type, touched, { capture: true });
    };
  }, [session, round]);

  return {
    left,
    stay: () => {
      setLeft(null);
      setRound(round + 1);
    },
  };
}
