/** The HTTP API, as far as a page that shows boards needs it. */
import { type Entered, type Entry, NoticeError, type NewBoard, type NoticeCode } from "./api.js";

/** What the server says when it refuses (RFC 9457). */
interface Problem {
  readonly code?: string;
  readonly detail?: string;
}

/** The server's codes in the app's terms. */
const CODES: Readonly<Record<string, NoticeCode>> = {
  unknown_board: "unknown-board",
  unknown_code: "unknown-board",
  closed: "closed-board",
  removed: "removed",
  door: "door",
  accounts_only: "accounts-only",
  role: "refused-rights",
  name: "refused-value",
  asset_too_large: "asset-too-large",
  asset_type: "asset-type",
  asset_pixels: "asset-pixels",
  file_type: "file-type",
  file_version: "file-version",
  file_too_large: "file-too-large",
  file_damaged: "file-damaged",
  file_refused: "file-damaged",
  file_busy: "file-busy",
  disk_full: "disk-full",
  damaged: "damaged",
  busy: "busy",
};

async function ask<T>(url: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(url, { cache: "no-store", ...init });
  } catch (error) {
    throw new NoticeError({ code: "unreachable", detail: String(error), ops: 0 });
  }
  if (response.ok) return (await response.json()) as T;
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const code = CODES[problem.code ?? ""] ?? (response.status === 404 ? "unknown-board" : "busy");
  throw new NoticeError({ code, detail: problem.detail ?? `${response.status} ${response.statusText}`, ops: 0 });
}

function shownBy(bearer: string | undefined): Record<string, string> {
  return bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` };
}

/** Makes a new board. */
export function startBoardAt(origin: string, bearer?: string): Promise<NewBoard> {
  return ask(`${origin}/api/v1/boards`, { method: "POST", headers: shownBy(bearer) });
}

/** The board that a code of nine digits stands for. */
export async function boardOfCodeAt(origin: string, code: string): Promise<string> {
  return (await ask<{ board: string }>(`${origin}/api/v1/codes/${encodeURIComponent(code)}`, {})).board;
}

/** Enters a board: who one is there, and what connections show. */
export function enterBoardAt(origin: string, board: string, entry: Entry, bearer?: string): Promise<Entered> {
  const headers = { "Content-Type": "application/json", ...shownBy(bearer) };
  return ask(`${origin}/api/v1/boards/${board}/enter`, { method: "POST", body: JSON.stringify(entry), headers });
}

/** Stores a picture with a board. */
export function uploadAsset(origin: string, board: string, file: Blob): Promise<{ asset: string; width: number; height: number }> {
  return ask(`${origin}/api/v1/boards/${board}/assets`, { method: "POST", body: file, headers: { "Content-Type": file.type } });
}

/** Where a board is downloaded from, as a `.kakehashi` file. */
export function exportUrlAt(origin: string, board: string): string {
  return `${origin}/api/v1/boards/${board}/export`;
}

/** Makes a new board of a `.kakehashi` file. */
export function importBoardAt(origin: string, file: Blob): Promise<NewBoard> {
  return ask(`${origin}/api/v1/boards/import`, { method: "POST", body: file });
}
