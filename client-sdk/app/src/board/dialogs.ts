/** Which dialog lies over the board. One at a time, so whoever opens another puts it in the place of the first. */
import { type Store, store } from "../state/store";

export type DialogName = "settings" | "share" | "shortcuts" | "export" | "camera" | "pages" | "call" | "call-check";

export const dialog: Store<DialogName | null> = store<DialogName | null>(null);
