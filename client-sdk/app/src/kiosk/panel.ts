/**
 * What a wall panel keeps: the board that is open on it, and the one that waits to be started next.
 * The next one is made beforehand, so that its code can be shown before anybody touches the panel,
 * and one can start without a connection. A panel that is switched on again goes on where it was.
 */
import { place } from "../state/device";
import { startOwnBoard } from "../state/entry";
import { keepWord, keptWord, parsed } from "../state/kept";
import { noteRecent } from "../state/recent";
import { type Store, store } from "../state/store";
import { noteBegun } from "./begun";

const NAME = "panel";

export interface PanelBoard {
  readonly board: string;
  /** Nine digits. */
  readonly code: string;
}

export interface Panel {
  readonly open: PanelBoard | null;
  readonly next: PanelBoard | null;
}

export const panel: Store<Panel> = store<Panel>(panelOf(keptWord(NAME)));
panel.on((now) => keepWord(NAME, JSON.stringify(now)));

let approved = place.get() !== null;
place.on((now) => {
  if ((now !== null) === approved) return;
  approved = now !== null;
  // What waits was made as who this device was before; a panel that was revoked shows nothing any more.
  if (!approved) lastClosed.set(null);
  panel.set({ open: approved ? panel.get().open : null, next: null });
});

/** Shows a board on the panel, and remembers it among today's. */
export function openOnPanel(board: PanelBoard): void {
  lastClosed.set(null);
  const { next } = panel.get();
  panel.set({ open: board, next: next?.board === board.board ? null : next });
  noteBegun(board.board);
  void noteRecent(board.board, { opened: Date.now(), code: board.code });
}

/** Starts the board that waits; makes one if none does. Rejects where the server cannot make one. */
export async function startOnPanel(): Promise<void> {
  const board = panel.get().next ?? (await makeBoard());
  // While one was made, somebody may have opened another on the panel: then it waits.
  if (panel.get().open === null) openOnPanel(board);
  else if (panel.get().next === null) panel.set({ ...panel.get(), next: board });
}

/** The board that was closed a moment ago, so that its code can still be read. */
export const lastClosed: Store<PanelBoard | null> = store<PanelBoard | null>(null);

export function endOnPanel(): void {
  lastClosed.set(panel.get().open);
  panel.set({ ...panel.get(), open: null });
}

/** Sees to it that a board waits; rejects where the server cannot make one. */
export async function prepareNext(): Promise<void> {
  const { next } = panel.get();
  if (next !== null && (await isThere(next.board))) return;
  const made = await makeBoard();
  if (panel.get().open?.board !== made.board) panel.set({ ...panel.get(), next: made });
}

let making: Promise<PanelBoard> | null = null;

/** Whoever asks while one is being made gets that one. */
function makeBoard(): Promise<PanelBoard> {
  making ??= startOwnBoard()
    .then(({ board, code }) => ({ board, code: code.replace(/\D/g, "") }))
    .finally(() => (making = null));
  return making;
}

/** False only if the server says that there is no such board, as after its data were replaced. */
async function isThere(board: string): Promise<boolean> {
  try {
    return (await fetch(`/api/v1/boards/${board}`, { cache: "no-store" })).status !== 404;
  } catch {
    return true;
  }
}

/** What was kept, as far as it can be understood. */
export function panelOf(kept: string | null): Panel {
  const found = parsed(kept);
  const read = (name: keyof Panel): PanelBoard | null => {
    const value: unknown = typeof found === "object" && found !== null ? Reflect.get(found, name) : null;
    if (typeof value !== "object" || value === null) return null;
    const { board, code } = value as Partial<PanelBoard>;
    return typeof board === "string" && typeof code === "string" ? { board, code } : null;
  };
  return { open: read("open"), next: read("next") };
}
