/** A panel that wants to be approved shows a code, and asks every few seconds whether somebody has typed it. */
import { useEffect, useState } from "preact/hooks";
import { ask, Refused } from "../state/ask";
import { isOver, prove } from "../state/device";
import { forgetDeviceKey, ownDeviceKey } from "../state/device-key";
import { appVersion, browserOf } from "./about";

/** Milliseconds between two questions. */
const LOOK = 3000;
/** Milliseconds before a code's end at which another takes its place. */
const RENEW = 15_000;

export type Pairing = { readonly is: "asking" } | { readonly is: "shown"; readonly code: string } | { readonly is: "failed"; readonly error: unknown };

interface Shown {
  readonly code: string;
  readonly ends_ms: number;
}

/** As long as it is shown; {@link place} says when it was approved. */
export function usePairing(): Pairing {
  const [pairing, setPairing] = useState<Pairing>({ is: "asking" });
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let until = 0;
    const look = async (): Promise<void> => {
      try {
        if (performance.now() >= until) {
          const asked = Date.now();
          const shown = await askCode();
          // Approved meanwhile.
          if (shown === null) return;
          // A wrong clock here makes it end sooner or later, never not at all.
          until = performance.now() + Math.min(Math.max(shown.ends_ms - asked - RENEW, 60_000), 600_000 - RENEW);
          if (!ended) setPairing({ is: "shown", code: shown.code });
        } else await prove();
      } catch (error) {
        if (ended || isOver(error)) return;
        until = 0;
        setPairing({ is: "failed", error });
      } finally {
        if (!ended) timer = setTimeout(() => void look(), LOOK);
      }
    };
    void look();
    // It must outlast whatever the browser would rather have room for.
    navigator.storage?.persist?.().catch((error: unknown) => console.warn(error));
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, []);
  return pairing;
}

/** Null if the key was approved while nobody looked. */
async function askCode(): Promise<Shown | null> {
  const about = { browser: browserOf(navigator.userAgent), version: appVersion() };
  const send = async (): Promise<Shown> => ask("POST", "panel/pairing", { key: (await ownDeviceKey()).text, ...about });
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== "panel_paired") throw error;
  }
  try {
    await prove();
    return null;
  } catch (error) {
    if (!isOver(error)) throw error;
    // Revoked: with another key it is a new panel.
    await forgetDeviceKey();
    return send();
  }
}
