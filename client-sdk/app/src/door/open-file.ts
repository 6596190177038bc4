/** A file that was saved from a board, or drawn in Excalidraw, becomes a new board. */
import { isDrawing } from "../out/bring-in";
import { importOwnBoard } from "../state/entry";
import { words } from "../words";

/** What the file picker offers; tablets do not know the endings, so the plain kinds are there too. */
export const FILE_TYPES = ".kakehashi,.excalidraw,application/vnd.excalidraw+json,application/json,application/octet-stream,text/plain";

/** Something that keeps a file from being opened, said in a sentence. */
export class FileProblem extends Error {
  override readonly name = "FileProblem";
}

/** The new board's id. Rejects with a {@link FileProblem} or the client's NoticeError; then no board is left half made. */
export async function boardOfFile(file: File): Promise<string> {
  if (!(isDrawing(file) || (await looksLikeDrawing(file)))) return (await importOwnBoard(file)).board;
  const { boardFromExcalidraw, ImportProblem } = await import("../out/excalidraw/import").catch(() => {
    throw new FileProblem(words.exportNotLoaded);
  });
  try {
    return await boardFromExcalidraw(file);
  } catch (error) {
    throw error instanceof ImportProblem ? new FileProblem(words.bringInProblems[error.code]) : error;
  }
}

/** Excalidraw's files are JSON; those of boards are not. */
async function looksLikeDrawing(file: File): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 64).arrayBuffer());
  return new TextDecoder().decode(start).trimStart().startsWith("{");
}
