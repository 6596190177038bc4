/** The `.kakehashi` file: the server makes it of what it has, so everything should have reached it first. */
import type { Board } from "@kakehashi/client";
import { Stopped } from "./stopped";

/** How long changes may take to reach the server, milliseconds. */
const SAVED_WITHIN = 20_000;
const LOOK_EVERY = 100;

/** The server cannot be reached, so there is no file. */
export class ServerNeeded extends Error {
  override readonly name = "ServerNeeded";
}

/** So many changes would not be in the file. */
export class NotSaved extends Error {
  override readonly name = "NotSaved";
  constructor(readonly changes: number) {
    super(`${changes} changes are not saved`);
  }
}

/** `unsaved`: changes and pictures that the server has not got. Starts the download once the server has everything, or with what it has. */
export async function saveWholeBoard(board: Board, unsaved: () => number, anyway: boolean, signal: AbortSignal): Promise<void> {
  const start = Date.now();
  while (!anyway && unsaved() > 0) {
    Stopped.check(signal);
    if (board.status() === "offline") throw new ServerNeeded("offline");
    if (Date.now() - start > SAVED_WITHIN) throw new NotSaved(unsaved());
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
  if (board.status() === "offline") throw new ServerNeeded("offline");
  await ask(board.fileUrl(), signal);
  const link = document.createElement("a");
  link.href = board.fileUrl();
  // The server names the file.
  link.download = "";
  link.className = "off-screen";
  document.body.append(link);
  link.click();
  link.remove();
}

/** A refusal would only be seen as a download that failed. */
async function ask(url: string, signal: AbortSignal): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(url, { method: "HEAD", cache: "no-store", signal });
  } catch (error) {
    Stopped.check(signal);
    throw new ServerNeeded(String(error));
  }
  if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
}
