/**
 * Phones: what the chosen tool is set to lies over the ground below the sheet. Where the sheet reaches
 * there, zoomed in for example, it goes as soon as somebody writes, and a press on the tool brings it back.
 */
import { useEffect, useState } from "preact/hooks";
import { PAGE } from "../canvas/rect";
import { useStore } from "../state/store";
import type { Session } from "./session";

export interface Folding {
  /** Only phones heed it (toolbar-below.css): elsewhere the settings have a place of their own. */
  readonly folded: boolean;
  toggle(): void;
  unfold(): void;
}

export function useFolding({ zoom, selection, tool }: Session): Folding {
  // What one does with a selection stands in a bar of its own, in the same place.
  const selected = useStore(selection).length > 0;
  const active = useStore(tool);
  const [folded, setFolded] = useState(false);
  useEffect(() => {
    const onDown = ({ target }: PointerEvent): void => {
      if (target instanceof Element && target.classList.contains("surface") && coversSheet(zoom.get())) setFolded(true);
    };
    window.addEventListener("pointerdown", onDown, true);
    return () => window.removeEventListener("pointerdown", onDown, true);
  }, [zoom]);
  return { folded: folded || (selected && active === "select"), toggle: () => setFolded((before) => !before), unfold: () => setFolded(false) };
}

/** The sheet lies in the middle of its place, and as much of it above as below. */
function coversSheet(zoom: number): boolean {
  const place = document.querySelector(".sheet-place")?.getBoundingClientRect();
  const panel = document.querySelector(".options")?.getBoundingClientRect();
  // While something is selected the panel is away, and covers nothing.
  if (place === undefined || panel === undefined || panel.height === 0) return false;
  return place.top + (place.height + PAGE.height * zoom) / 2 > panel.top;
}
