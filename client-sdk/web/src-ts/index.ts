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
import type { Board, NewBoard, OpenOptions } from "./api.js";
import { BoardClient } from "./client.js";
import { boardOfCodeAt, startBoardAt } from "./http.js";

export * from "./api.js";

let loaded: Promise<unknown> | undefined;

function origin(options: OpenOptions | undefined): string {
  return (options?.origin ?? location.origin).replace(/\/$/, "");
}

/** Makes a new board on the server. Rejects with a {@link NoticeError}. */
export function startBoard(options?: OpenOptions): Promise<NewBoard> {
  return startBoardAt(origin(options));
}

/** The board that a code of nine digits stands for. Rejects with a {@link NoticeError}. */
export function boardOfCode(code: string, options?: OpenOptions): Promise<string> {
  return boardOfCodeAt(origin(options), code);
}

/** Opens a board. It connects by itself, and again whenever the connection breaks, until it is closed. */
export async function openBoard(id: string, options?: OpenOptions): Promise<Board> {
  loaded ??= init();
  await loaded;
  return new BoardClient(id, origin(options));
}
