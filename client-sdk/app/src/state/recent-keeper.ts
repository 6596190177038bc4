/** While a board is open: keeps its entry in the list of recent boards true, with a picture of the page. */
import type { Session } from "../board/session";
import { Pictures } from "../canvas/pictures";
import { headingOf } from "./recent-heading";
import { PAINT_MAX, pictureOf } from "./recent-picture";
import { noteRecent } from "./recent";

/** Milliseconds between two looks whether a new picture is worth taking. */
const LOOK = 10_000;
/** Milliseconds without a touch before one is taken: it must not cost a writing hand a frame. */
const CALM = 3000;

/** Starts keeping; what it returns takes the last picture and ends. */
export function keepRecent(session: Session): () => void {
  const { board } = session;
  let changed = true;
  let listed = false;
  const pictures = new Pictures(
    (asset) => session.images.urlOf(asset),
    () => (changed = true),
  );
  // Fetched as soon as the board is there, so that they are on the picture which is taken when it is left.
  const fetchPictures = (): void => {
    if (board.order().length > PAINT_MAX) return;
    for (const record of board.records()) if (record.kind === "image") pictures.get(record.asset);
  };
  let touched = 0;
  /** A page that is being left asks for nothing more: it would not get it, and old browsers forbid it. */
  const note = (leaving: boolean): void => {
    if (!board.ready()) return;
    changed = false;
    // A page of one's own is not seen at the front door, which others look at too.
    const common = board.pages().some(({ id }) => id === board.page());
    const seen = { opened: Date.now(), pages: board.pages().length, ...(common ? { heading: headingOf(board.records()) } : {}), unsaved: session.unsaved.get() };
    void pictureOf(board, (asset) => (leaving ? pictures.here(asset) : pictures.get(asset))).then((taken) => noteRecent(board.id, taken === null ? seen : { ...seen, picture: taken }));
  };
  // A board that was only looked at for a moment is in the list too, though without a picture.
  const list = (): void => {
    if (listed || !board.ready()) return;
    listed = true;
    void noteRecent(board.id, { opened: Date.now(), pages: board.pages().length });
    fetchPictures();
  };
  // Noted when it arises, not when the board is left: a page that crashes says nothing more, and what it has not sent is then
  // handed in by whichever screen is open next. With a connection it is sent within a moment.
  let told = false;
  const owe = (): void => {
    const owes = session.unsaved.get() > 0;
    if (!owes) told = false;
    if (!owes || told || session.status.get() === "live" || !board.ready()) return;
    told = true;
    void noteRecent(board.id, { unsaved: session.unsaved.get() });
  };
  list();
  owe();
  const touch = (): void => void (touched = performance.now());
  const calm = (): boolean => performance.now() - touched > CALM && document.visibilityState === "visible";
  const timer = setInterval(() => {
    if (!changed) return;
    fetchPictures();
    if (calm()) note(false);
  }, LOOK);
  const stopListening = board.on((event) => {
    list();
    if (event.type === "records" || event.type === "pages") changed = true;
  });
  const stopOwing = [session.unsaved.on(owe), session.status.on(owe)];
  const hide = (): void => {
    if (document.visibilityState === "hidden" && changed) note(true);
  };
  const inputs = ["pointerdown", "pointermove", "keydown"] as const;
  for (const type of inputs) window.addEventListener(type, touch, { capture: true, passive: true });
  document.addEventListener("visibilitychange", hide);
  return () => {
    clearInterval(timer);
    stopListening();
    for (const stop of stopOwing) stop();
    for (const type of inputs) window.removeEventListener(type, touch, { capture: true });
    document.removeEventListener("visibilitychange", hide);
    note(true);
    pictures.close();
  };
}
