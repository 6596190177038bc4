/** Copy, cut and paste: things within the app and between its tabs, pictures and plain text from elsewhere. */
import type { Draft } from "@kakehashi/client";
import { centre, intersects, PAGE, type Rect, shift, union } from "../../canvas/rect";
import { visible } from "../../canvas/view";
import { COLORS, LETTER_SIZES } from "../../tools/palette";
import { MAIN_HAND } from "../../tools/hands";
import { COPY_OFFSET, remove } from "../../tools/select/actions";
import { asHtml, type Clip, CLIP_CHARS_MAX, inHtml, readClip, writeClip } from "../../tools/select/clip";
import { copiesOf, type Copy, setDown } from "../../tools/select/copies";
import type { Desk } from "../../tools/tool";
import { contentOfHtml } from "../../images/pasted";
import { say } from "../../ui/Toasts";
import { words } from "../../words";
import type { Session } from "../session";

/** What was taken up last in this tab, exactly; it outlives boards and pages. */
interface Held {
  readonly name: string;
  readonly clip: Clip;
  /** How often it was set down on which page, so that copies do not hide one another. */
  readonly times: Map<string, number>;
}

let held: Held | null = null;

/** Characters of a plain text that becomes a text box. */
const TEXT_MAX = 20_000;
/** Page units. */
const TEXT_WIDTH = 720;

/** Follows the system's copy, cut and paste while the board has the focus; returns how to stop. */
export function listenToClipboard(desk: Desk, session: Session): () => void {
  const mine = (event: ClipboardEvent): boolean => !event.defaultPrevented && isBoards(event.target);
  const onCopy = (event: ClipboardEvent): void => {
    if (mine(event) && event.clipboardData !== null && takeUp(desk, event.clipboardData)) {
      event.preventDefault();
      if (event.type === "cut") remove(desk);
    }
  };
  const onPaste = (event: ClipboardEvent): void => {
    if (!mine(event) || event.clipboardData === null) return;
    event.preventDefault();
    void paste(desk, session, event.clipboardData);
  };
  // Some browsers offer copying only to pages that say there is something to copy.
  const onBefore = (event: Event): void => {
    if (isBoards(event.target) && desk.selection.get().length > 0) event.preventDefault();
  };
  document.addEventListener("copy", onCopy);
  document.addEventListener("cut", onCopy);
  document.addEventListener("paste", onPaste);
  document.addEventListener("beforecopy", onBefore);
  document.addEventListener("beforecut", onBefore);
  return () => {
    document.removeEventListener("copy", onCopy);
    document.removeEventListener("cut", onCopy);
    document.removeEventListener("paste", onPaste);
    document.removeEventListener("beforecopy", onBefore);
    document.removeEventListener("beforecut", onBefore);
  };
}

/** Copies what is selected, for a button. */
export function copySelected(desk: Desk): void {
  const count = desk.selection.get().length;
  // Within a press the browser lets the page write to the clipboard; where it does not, this tab remembers.
  const written = document.execCommand("copy");
  if (!written && !takeUp(desk, null)) return;
  say(words.selecting.copied(count));
}

export function cutSelected(desk: Desk): void {
  copySelected(desk);
  remove(desk);
}

/** Pastes for a button: what this tab holds, else what the system lets the page read. */
export async function pasteHeld(desk: Desk, session: Session): Promise<void> {
  if (held !== null) {
    await pasteClip(desk, session, held.clip, held);
    return;
  }
  const text = await navigator.clipboard?.readText?.().catch(() => "");
  if (text === undefined || text.trim() === "") say(words.selecting.nothingToPaste);
  else pasteText(desk, session, text);
}

function takeUp(desk: Desk, data: DataTransfer | null): boolean {
  const ids = desk.selection.get();
  const copies = copiesOf(desk, ids);
  const bounds = ids.flatMap((id) => desk.scene.get(id)?.bounds ?? []).reduce<Rect | null>((all, box) => (all === null ? box : union(all, box)), null);
  if (copies.length === 0 || bounds === null) return false;
  const clip: Clip = { board: desk.board.id, page: desk.board.page() ?? "", bounds, copies };
  const name = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  held = { name, clip, times: new Map() };
  if (data !== null) {
    const written = writeClip(clip);
    const plain = copies.map(({ text }) => text).filter((text) => text !== "").join("\n");
    data.setData("text/html", asHtml(name, written.length > CLIP_CHARS_MAX ? null : written, plain));
    data.setData("text/plain", plain);
  }
  return true;
}

async function paste(desk: Desk, session: Session, data: DataTransfer): Promise<void> {
  const found = inHtml(data.getData("text/html"));
  const files = [...data.files].filter((file) => file.type.startsWith("image/"));
  const text = data.getData("text/plain");
  if (found !== null) {
    if (held?.name === found.name) return pasteClip(desk, session, held.clip, held);
    const clip = found.clip === null ? null : readClip(found.clip);
    if (clip !== null) {
      held = { name: found.name, clip, times: new Map() };
      return pasteClip(desk, session, clip, held);
    }
  }
  const content = contentOfHtml(data.getData("text/html"));
  const written = text.trim() === "" ? content.text : text;
  const pictures = files.length > 0 ? files : content.pictures;
  if (pictures.length > 0) await session.images.place(pictures, null);
  else if (written.trim() !== "") pasteText(desk, session, written);
  // Where the browser hands nothing over, what this tab holds is meant; anything else there is, is not.
  else if (held !== null && data.types.length === 0) await pasteClip(desk, session, held.clip, held);
  else say(words.selecting.nothingToPaste);
}

async function pasteClip(desk: Desk, session: Session, clip: Clip, holder: Held): Promise<void> {
  const page = desk.board.page();
  const copies = await withPictures(desk, clip);
  // The page was turned while pictures came; what is pasted belongs where it was asked for.
  if (page === null || desk.board.page() !== page || copies.length === 0) return;
  const times = (holder.times.get(page) ?? (clip.page === page && stillThere(desk, clip) ? 1 : 0));
  holder.times.set(page, times + 1);
  const { dx, dy } = wayTo(desk, clip.bounds, times * COPY_OFFSET);
  const made = setDown(desk, MAIN_HAND, desk.board.gesture(), copies, dx, dy);
  select(session, made);
}

/** Whether anything lies where the clip was taken up: after cutting it goes back to its place. */
function stillThere(desk: Desk, clip: Clip): boolean {
  const middle = centre(clip.bounds);
  return desk.scene.within(clip.bounds).some(({ bounds }) => Math.hypot(centre(bounds).x - middle.x, centre(bounds).y - middle.y) < Math.max(clip.bounds.width, clip.bounds.height, 1));
}

/** Where it lay, or in the middle of what is in sight if that is elsewhere. */
function wayTo(desk: Desk, bounds: Rect, aside: number): { dx: number; dy: number } {
  const sight = visible(desk.view(), desk.size());
  if (intersects(shift(bounds, aside, aside), sight)) return { dx: aside, dy: aside };
  const from = centre(bounds);
  const to = centre(sight);
  return { dx: Math.round(to.x - from.x) + aside, dy: Math.round(to.y - from.y) + aside };
}

/** Pictures of another board are brought to this one. One that cannot be reached is left out, with a word. */
async function withPictures(desk: Desk, clip: Clip): Promise<readonly Copy[]> {
  const { board } = desk;
  if (clip.board === board.id || !clip.copies.some(({ draft }) => draft.kind === "image")) return clip.copies;
  const found = new Map<string, Promise<string | null>>();
  const bring = async (asset: string): Promise<string | null> => {
    try {
      const response = await fetch(board.assetUrl(asset).replace(board.id, clip.board));
      return response.ok ? (await board.upload(await response.blob())).asset : null;
    } catch {
      return null;
    }
  };
  const copies = await Promise.all(
    clip.copies.map(async (copy): Promise<Copy | null> => {
      if (copy.draft.kind !== "image") return copy;
      const { asset } = copy.draft;
      const coming = found.get(asset) ?? bring(asset);
      found.set(asset, coming);
      const here = await coming;
      return here === null ? null : { ...copy, draft: { ...copy.draft, asset: here } };
    }),
  );
  if (copies.includes(null)) say(words.selecting.pictureGone);
  return copies.flatMap((copy) => copy ?? []);
}

function pasteText(desk: Desk, session: Session, pasted: string): void {
  const text = pasted.replace(/\r\n?/g, "\n").replace(/(?![\n\t])\p{Cc}/gu, "").replace(/\n+$/, "");
  if (text.length > TEXT_MAX) {
    say(words.selecting.pasteTooLarge);
    return;
  }
  const style = session.styles.text.get();
  const sight = visible(desk.view(), desk.size());
  const fontSize = LETTER_SIZES[style.size];
  const middle = centre(intersects(sight, PAGE) ? sight : PAGE);
  const draft: Draft = {
    kind: "text",
    x: Math.round(middle.x - TEXT_WIDTH / 2),
    y: Math.round(middle.y - fontSize),
    width: TEXT_WIDTH,
    height: fontSize * 1.4,
    color: COLORS[style.color],
    fontSize,
    align: style.align,
  };
  select(session, setDown(desk, MAIN_HAND, desk.board.gesture(), [{ draft, patch: {}, ink: new Float32Array(), text }], 0, 0));
}

function select(session: Session, made: readonly string[]): void {
  if (made.length === 0) return;
  session.tool.set("select");
  session.selection.set(made);
}

/** Text fields and dialogs keep their own clipboard. */
function isBoards(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return true;
  if (target instanceof HTMLElement && target.isContentEditable) return false;
  return target.closest('input, textarea, select, [role="dialog"]') === null && (window.getSelection()?.isCollapsed ?? true);
}
