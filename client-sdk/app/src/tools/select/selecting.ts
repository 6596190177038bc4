/** What the Select tool, the frame on the board and the bar beside it know of each other. */
import type { Point, Rect } from "../../canvas/rect";
import { type Store, store } from "../../state/store";
import type { Act } from "./act";
import type { Desk } from "../tool";
import type { Frame } from "./frame";

/** A gesture that changes what is selected. */
export interface Changing {
  readonly act: Act;
  /** The frame as it was when the gesture began. */
  readonly frame: Frame;
}

export type SelectMode = "box" | "lasso";

export class Selecting {
  /** How a drag over empty space selects. */
  readonly mode: Store<SelectMode> = store<SelectMode>("box");
  readonly changing: Store<Changing | null> = store<Changing | null>(null);
  /** The loop that is being drawn, in page units. */
  readonly lasso: Store<readonly Point[]> = store<readonly Point[]>([]);
  /** Where the frame and its handles are on the surface, in CSS pixels; null while there is none or it is dragged. */
  readonly place: Store<Rect | null> = store<Rect | null>(null);
  /** Where things are and are changed; null while no page is on screen. */
  desk: Desk | null = null;
  /** Ends the gesture that is going on as if it had not been; null if none is. */
  cancel: (() => void) | null = null;
}
