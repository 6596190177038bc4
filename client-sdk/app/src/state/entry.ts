/**
 * Entering boards: who this device is on each of them. A guest's pass is kept here, per board; with it
 * one is the same participant the next time, and the host of what was started here.
 */
import { type Board, type Entered, type Entry, enterBoard, importBoard, type NewBoard, NoticeError, openBoard, type OpenOptions, startBoard } from "@kakehashi/client";
import { dropToken, panelToken, place } from "./device";
import { identity } from "./identity";
import { keepWord, keptValue, keptWord } from "./kept";
import { type Store, store } from "./store";
import { takesPart, takeThePart, takePartInSessions } from "./taking-part";

const NAME = "passes";
/** Whether somebody has signed in in this browser; the cookie itself is read by no script. */
const SIGNED_IN = "signed-in";
/** Boards whose pass is kept; the ones that were entered longest ago go first. */
const PASSES_MAX = 500;
/** A credential with less left is not shown any more, milliseconds. It is asked for every five minutes. */
const LEFT_MIN = 8 * 60_000;
/** How long a credential is good for where the device's clock and the server's differ, milliseconds. */
const VALID = 15 * 60_000;
/** How long the server may take to let one in, milliseconds. */
const PATIENCE = 15_000;

/** A door's key that was brought along: a link's token, or a code. */
export type Key = { readonly link: string } | { readonly code: string };

/** Who one is on each board that was entered in this page load. */
export const entered: Store<ReadonlyMap<string, Entered>> = store<ReadonlyMap<string, Entered>>(new Map());

/** By `performance.now()`, which nobody sets. */
const goodUntil = new Map<string, number>();
const keys = new Map<string, Key>();
const asking = new Map<string, Promise<string>>();

/** Takes a key along to a board. */
export function bring(board: string, key: Key): void {
  keys.set(board, key);
}

/** The token in the fragment of a board's link, which no server sees. */
export function keyInFragment(fragment: string): Key | null {
  const link = /^#link=([0-9a-f]{64})$/.exec(fragment)?.[1];
  return link === undefined ? null : { link };
}

/** Opens a board as who this device is there. */
export function openAsOneself(id: string): Promise<Board> {
  // Asked at once, while the client is being loaded.
  shown(id, false).catch(() => undefined);
  return openBoard(id, { enter: (anew) => shown(id, anew) });
}

/** Takes part on an open board whenever a session is on. */
export function takePartWhenOn(board: Board): void {
  takePartInSessions(board, () => takePart(board));
}

/** Takes part on an open board as somebody of its own, if it is not so already. Rejects where one may not enter. */
export function takePart(board: Board): Promise<void> {
  return takeThePart(board, () => credential(board.id));
}

// Who this device is, or what it is called, has changed: the next connection shows it.
place.on((now) => {
  goodUntil.clear();
  if (now === null) entered.set(new Map());
});

/** Starts a board, and stays its host. */
export async function startOwnBoard(): Promise<NewBoard> {
  return owned(await asPanel((bearer) => startBoard(bearer)));
}

/** Makes a board of a file, and stays its host. */
export async function importOwnBoard(file: Blob): Promise<NewBoard> {
  return owned(await importBoard(file));
}

/** Asks as the panel that this device is, if it is one; what was refused is proved anew the next time. */
async function asPanel<T>(request: (options: { bearer?: string }) => Promise<T>): Promise<T> {
  const bearer = await panelToken();
  if (bearer === undefined) return request({});
  return request({ bearer }).catch((error: unknown) => {
    dropToken();
    throw error;
  });
}

function owned(made: NewBoard): NewBoard {
  if (made.pass !== undefined) keepPass(made.board, made.pass);
  return made;
}

/** Whether somebody has signed in in this browser and not out again. */
export function isSignedIn(): boolean {
  return keptWord(SIGNED_IN) === "yes";
}

/** Notes who signed in or out, so that the next connection asks anew. */
export function noteSignedIn(yes: boolean): void {
  keepWord(SIGNED_IN, yes ? "yes" : "no");
  goodUntil.clear();
}

/**
 * What a connection to a board shows. Where no session was, nobody is asked with nothing to show but the bare link, and
 * whoever leads a board that is open to all writes on it as all do; a server that refuses that is asked who may.
 */
async function shown(board: string, anew: boolean): Promise<string> {
  const bare = !keys.has(board) && passes()[board] === undefined && !isSignedIn() && place.get() === null;
  const part = takesPart(board);
  if (bare && !anew && !part) return "";
  // A panel that is not let in any more finds out at once whether it was revoked.
  if (anew) dropToken();
  const given = await credential(board, anew);
  const who = entered.get().get(board);
  const asAll = !part && who?.kind === "guest" && !who.waits && who.bare !== null && (who.role === "host" || who.role === who.bare);
  return asAll ? "" : given;
}

/** What requests to the server show as who one is on a board. */
export function credential(board: string, anew = false): Promise<string> {
  const known = entered.get().get(board);
  if (!anew && known !== undefined && (goodUntil.get(board) ?? 0) - performance.now() > LEFT_MIN) return Promise.resolve(known.credential);
  const asked = asking.get(board) ?? ask(board).finally(() => asking.delete(board));
  asking.set(board, asked);
  return asked;
}

async function ask(board: string): Promise<string> {
  const pass = passes()[board];
  const entry: Entry = { name: identity.get().name, ...keys.get(board), ...(pass === undefined ? {} : { pass }) };
  const answer = await inTime(
    asPanel((options) => enterBoard(board, entry, options).catch((error: unknown) => enterUnnamed(board, entry, options, error))),
  );
  if (answer.pass !== undefined) keepPass(board, answer.pass);
  keys.delete(board);
  if (keyInFragment(location.hash) !== null) history.replaceState(history.state, "", location.pathname + location.search);
  goodUntil.set(board, performance.now() + VALID);
  entered.set(new Map([...entered.get(), [board, answer]]));
  return answer.credential;
}

/** A name that the server does not take keeps nobody out. */
function enterUnnamed(board: string, { name: _refused, ...entry }: Entry, options: OpenOptions, error: unknown): Promise<Entered> {
  if (error instanceof NoticeError && error.notice.code === "refused-value") return enterBoard(board, entry, options);
  throw error;
}

/** A request that is never answered must not keep the board from trying again. */
function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the server did not answer")), PATIENCE);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function passes(): Readonly<Record<string, string>> {
  const kept = keptValue(NAME);
  if (typeof kept !== "object" || kept === null) return {};
  return Object.fromEntries(Object.entries(kept).filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

function keepPass(board: string, pass: string): void {
  const { [board]: _before, ...others } = passes();
  keepWord(NAME, JSON.stringify(Object.fromEntries([...Object.entries(others), [board, pass]].slice(-PASSES_MAX))));
}
