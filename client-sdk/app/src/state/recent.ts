/**
 * The boards that were opened on this device, with a small picture each. They are kept here alone:
 * whoever has no link or code of a board cannot find it, so no server lists them.
 */
import type { DBSchema, IDBPDatabase } from "idb";
import { database } from "./database";
import { store, type Store } from "./store";

const DATABASE = "kakehashi-recent";
const FORMAT = 1;
/** Boards that are kept; with their pictures about 2 MB. */
export const RECENT_MAX = 60;
/** Letters of a name that is given here. */
export const TITLE_MAX = 60;

export interface RecentBoard {
  readonly board: string;
  /** When it was last open here, milliseconds since 1970. */
  readonly opened: number;
  readonly pages: number;
  /** What stands on the page as its heading; null if there is no text. */
  readonly heading: string | null;
  /** What it is called on this device; null if nobody named it. */
  readonly name: string | null;
  readonly picture: RecentPicture | null;
  /** Changes that this device had not handed in when it was left. */
  readonly unsaved: number;
  /** Nine digits, where this device was told them. */
  readonly code: string | null;
}

/** The bytes of an image file; as such they can be stored in every browser. */
export interface RecentPicture {
  readonly bytes: ArrayBuffer;
  readonly type: string;
}

interface Schema extends DBSchema {
  boards: { key: string; value: RecentBoard };
}

/** The newest first; null until it is known. */
export const recent: Store<readonly RecentBoard[] | null> = store<readonly RecentBoard[] | null>(null);

const open = database<Schema>(DATABASE, FORMAT, (made) => void made.createObjectStore("boards", { keyPath: "board" }));

/** Reads the list again: another tab may have changed it. */
export async function loadRecent(): Promise<void> {
  const rows = await attempt((database) => database.getAll("boards"));
  // Where nothing may be stored, the list lasts as long as the page.
  if (rows === undefined) recent.set(recent.get() ?? []);
  else recent.set(rows.map(withKnownPicture).sort((a, b) => b.opened - a.opened));
}

/** A picture that is here already stays the same object: whoever shows it need not draw it anew. */
function withKnownPicture(row: RecentBoard): RecentBoard {
  const known = recent.get()?.find((entry) => entry.board === row.board)?.picture ?? null;
  return known !== null && row.picture !== null && samePicture(known, row.picture) ? { ...row, picture: known } : row;
}

function samePicture(a: RecentPicture, b: RecentPicture): boolean {
  if (a.type !== b.type || a.bytes.byteLength !== b.bytes.byteLength) return false;
  const others = new Uint8Array(b.bytes);
  return new Uint8Array(a.bytes).every((byte, i) => byte === others[i]);
}

/** Notes what is known of a board now; what is not said stays as it was. */
export async function noteRecent(board: string, seen: Partial<Omit<RecentBoard, "board">>): Promise<void> {
  const merged = (before: RecentBoard | undefined): RecentBoard => ({ ...blank(board), ...before, ...seen });
  const stored = await attempt(async (database) => {
    // Read and written in one go: a board's screen and its panel note different things at once.
    const { store: boards, done } = database.transaction("boards", "readwrite");
    await boards.put(merged(await boards.get(board)));
    await done;
    return true;
  });
  if (stored === true) await loadRecent();
  else put(merged(recent.get()?.find((entry) => entry.board === board)));
  for (const entry of (recent.get() ?? []).slice(RECENT_MAX)) await forgetRecent(entry.board);
}

/** Names a board on this device; an empty name takes it away. */
export async function nameRecent(entry: RecentBoard, typed: string): Promise<void> {
  const name = Array.from(typed.replace(/\s+/g, " ").trim()).slice(0, TITLE_MAX).join("");
  await noteRecent(entry.board, { name: name === "" ? null : name });
}

/** Takes a board from the list; the board itself stays. */
export async function forgetRecent(board: string): Promise<void> {
  recent.set((recent.get() ?? []).filter((entry) => entry.board !== board));
  await attempt((database) => database.delete("boards", board));
}

/** Puts back what {@link forgetRecent} took. */
export async function restoreRecent(entry: RecentBoard): Promise<void> {
  await noteRecent(entry.board, entry);
}

function blank(board: string): RecentBoard {
  return { board, opened: Date.now(), pages: 1, heading: null, name: null, picture: null, unsaved: 0, code: null };
}

function put(entry: RecentBoard): void {
  const others = (recent.get() ?? []).filter((other) => other.board !== entry.board);
  recent.set([entry, ...others].sort((a, b) => b.opened - a.opened));
}

/** Undefined where the device stores nothing for this page. */
async function attempt<T>(action: (database: IDBPDatabase<Schema>) => Promise<T>): Promise<T | undefined> {
  const opened = await open().catch(() => null);
  if (opened === null) return undefined;
  try {
    return await action(opened);
  } catch (error) {
    console.warn(error);
    return undefined;
  }
}
