/** The room that the tiles have, as it changes with the window. */
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import type { TileRoom } from "./tiles";

export interface StripRoom extends TileRoom {
  /** CSS pixels of the own picture. */
  readonly ownWidth: number;
}

const NONE: StripRoom = { width: 0, height: 0, gap: 0, nameHeight: 0, widthMin: 1, widthMax: 1, ownWidth: 1 };
/** Of a name's line (styles/call.css sets its size by --call-name). */
const LINE = 1.5;
/** Pictures are no smaller than so many letters of a name are wide, and no larger than so many. */
const LETTERS_MIN = 6;
const LETTERS_MAX = 24;
/** The own picture: of the width of a strip at the side, and no more letters; above the board, as wide as others are high. */
const OWN_AT_SIDE = 0.5;
const OWN_LETTERS_MAX = 7;

export function useRoom(list: RefObject<HTMLElement | null>, at: "side" | "top"): StripRoom {
  const [room, setRoom] = useState<StripRoom>(NONE);
  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const measure = (): void => {
      const style = getComputedStyle(element);
      const letter = parseFloat(style.fontSize);
      const width = element.clientWidth;
      const height = element.clientHeight;
      const nameHeight = letter * LINE;
      setRoom({
        width,
        height,
        gap: parseFloat(style.rowGap) || 0,
        nameHeight,
        widthMin: letter * LETTERS_MIN,
        widthMax: letter * LETTERS_MAX,
        ownWidth: at === "side" ? Math.min(width * OWN_AT_SIDE, letter * OWN_LETTERS_MAX) : Math.max(1, height - nameHeight),
      });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [list, at]);
  return room;
}
