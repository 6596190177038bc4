/** Where the tools stand: it follows from the window, the device and the settings, and from nothing else. */
import { type Store, store } from "../state/store";

export interface Layout {
  /** Beside the sheet where the window is as wide as the sheet, below it where there is height to spare. */
  readonly dock: "side" | "bottom";
  /** At both sides of a wall, so that nobody has to walk for a pen. */
  readonly both: boolean;
  /** Tools abreast in a dock that stands at the side. */
  readonly abreast: 1 | 2;
  /** Where the pictures of a call stand: at the side of a window that is wider than high, above the board in others. */
  readonly call: "side" | "top";
}

export interface Room {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** CSS pixels of a rem. */
  readonly rem: number;
  /** Whether fingers are the first way to point here. */
  readonly touch: boolean;
}

/** A sheet is 16:9; from here on it leaves the sides free. */
const WIDE = 1.5;
/** rem; a narrower window has its tools below. */
const SIDE_MIN = 40;
/** rem; in a narrower window pictures at the side leave a board that is too small. */
const CALL_SIDE_MIN = 62;
/** rem; in a lower window all tools do not stand in one column. */
const COLUMN_MIN = 42;
/** CSS pixels; a touch screen as large as this hangs on a wall. */
const WALL_MIN = 1600;

export function layoutOf(room: Room, kiosk: boolean): Layout {
  const wide = room.width / room.height >= WIDE && room.width >= SIDE_MIN * room.rem;
  const both = wide && (kiosk || (room.touch && room.width >= WALL_MIN));
  return {
    dock: wide ? "side" : "bottom",
    both,
    abreast: wide && (both || room.height < COLUMN_MIN * room.rem) ? 2 : 1,
    call: wide || (room.width > room.height && room.width > CALL_SIDE_MIN * room.rem) ? "side" : "top",
  };
}

export interface LayoutWatch {
  readonly layout: Store<Layout>;
  stop(): void;
}

/** The layout of this window, for as long as somebody looks at it. */
export function watchLayout(kiosk: boolean): LayoutWatch {
  const touch = window.matchMedia("(pointer: coarse)");
  const now = (): Layout =>
    layoutOf(
      {
        width: window.innerWidth,
        height: window.innerHeight,
        rem: parseFloat(getComputedStyle(document.documentElement).fontSize) || 16,
        touch: touch.matches,
      },
      kiosk,
    );
  const layout = store<Layout>(now());
  const follow = (): void => {
    const next = now();
    const before = layout.get();
    if (next.dock !== before.dock || next.both !== before.both || next.abreast !== before.abreast || next.call !== before.call) layout.set(next);
  };
  window.addEventListener("resize", follow);
  touch.addEventListener("change", follow);
  return {
    layout,
    stop() {
      window.removeEventListener("resize", follow);
      touch.removeEventListener("change", follow);
    },
  };
}
