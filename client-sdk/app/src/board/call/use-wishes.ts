/** Asks for the pictures that are in sight, and for no others: none while the strip is folded or the page is not looked at. */
import { useEffect, useState } from "preact/hooks";
import type { Calling } from "./calling";
import { type InWindow, windowWish } from "./picture-window";
import { wishesOf } from "./tiles";

export interface InSight {
  readonly screen: number | null;
  readonly cameras: readonly number[];
  /** CSS pixels. */
  readonly cameraHeight: number;
  readonly inWindow: InWindow | null;
}

/** Milliseconds: a window that is being dragged larger asks once. */
const CALM = 200;

export function useWishes(calling: Calling, sight: InSight): void {
  const seen = useSeen();
  const ratio = window.devicePixelRatio || 1;
  const screenHeight = document.querySelector(".call-screen video")?.clientHeight ?? sight.cameraHeight;
  const { inWindow } = sight;
  const page = seen ? wishesOf({ ...sight, screenHeight, ratio }) : [];
  const wishes = inWindow === null ? page : [...page.filter(({ member, source }) => member !== inWindow.member || source !== inWindow.source), windowWish(inWindow, ratio)];
  const key = JSON.stringify(wishes);
  useEffect(() => {
    const timer = setTimeout(() => calling.call.want(wishes), CALM);
    return () => clearTimeout(timer);
  }, [calling, key]);
}

function useSeen(): boolean {
  const [seen, setSeen] = useState(document.visibilityState === "visible");
  useEffect(() => {
    const look = (): void => setSeen(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return seen;
}
