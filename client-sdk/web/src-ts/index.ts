/**
 * Kakehashi in a browser: open a board, write, and see what others write.
 *
 * ```ts
 * const { board } = await startBoard();
 * const open = await openBoard(board);
 * const page = open.pages()[0];
 * ```
 */
import init from "../dist/kakehashi_web.js";
import { type Board, type Entered, type Entry, type NewBoard, NoticeError, type OpenOptions } from "./api.js";
import { BoardClient } from "./client.js";
import { boardOfCodeAt, enterBoardAt, exportUrlAt, importBoardAt, startBoardAt } from "./http.js";
import { KeptDocuments } from "./kept.js";
import { countUnsent } from "./storage.js";

export * from "./api.js";
export * from "./api-call.js";
export { plainName } from "./names.js";
export { forgetBoard, keptBoards, type KeptBoard } from "./kept.js";

let loaded: Promise<unknown> | undefined;

function origin(options: OpenOptions | undefined): string {
  return (options?.origin ?? location.origin).replace(/\/$/, "");
}

/** Makes a new board on the server. Rejects with a {@link NoticeError}. */
export function startBoard(options?: OpenOptions): Promise<NewBoard> {
  return startBoardAt(origin(options), options?.bearer);
}

/** The board that a code of nine digits stands for. Rejects with a {@link NoticeError}. */
export function boardOfCode(code: string, options?: OpenOptions): Promise<string> {
  return boardOfCodeAt(origin(options), code);
}

/** Enters a board, as whom `bearer` names, as the account that is signed in or as a guest. Rejects with a {@link NoticeError}. */
export function enterBoard(board: string, entry: Entry, options?: OpenOptions): Promise<Entered> {
  return enterBoardAt(origin(options), board, entry, options?.bearer);
}

/**
 * Where a board is downloaded from, as a `.kakehashi` file that holds all of it: pages, pictures and
 * history. For a link with `download`; the server names the file.
 */
export function exportUrl(board: string, options?: OpenOptions): string {
  return exportUrlAt(origin(options), board);
}

/**
 * Makes a new board of a `.kakehashi` file: a copy with a name and a code of its own. Rejects with a
 * {@link NoticeError}, and then no board was made.
 */
export function importBoard(file: Blob, options?: OpenOptions): Promise<NewBoard> {
  return importBoardAt(origin(options), file);
}

/**
 * How many changes of a board this device has kept that no server has acknowledged. They are sent
 * when the board is opened. Rejects where the page may store nothing.
 */
export function unsentChanges(id: string): Promise<number> {
  return countUnsent(id);
}

/** How a board is named: Crockford's base 32, and no other letters. */
const BOARD_ID = /^[0-9a-hjkmnp-tv-z]{26}$/;

/**
 * Opens a board. It connects by itself, and again whenever the connection breaks, until it is
 * closed. Rejects with a {@link NoticeError} if no board can have this id, as that of a link that
 * was cut off; that there is none with it only the server knows, and tells by a notice.
 */
export async function openBoard(id: string, options?: OpenOptions): Promise<Board> {
  if (!BOARD_ID.test(id)) throw new NoticeError({ code: "unknown-board", detail: `${id} is no board's id`, ops: 0 });
  // What is kept is asked for first of all, so the device looks for it while the core is loaded.
  const kept = new KeptDocuments(id);
  loaded ??= init();
  try {
    await loaded;
  } catch (error) {
    loaded = undefined;
    void kept.close();
    throw error;
  }
  return new BoardClient(id, origin(options), kept, options?.enter);
}
