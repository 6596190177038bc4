/**
 * Brings an .excalidraw drawing onto a page. Everything is read, checked and, if it is a picture, stored
 * before the first change is written; what the board then refuses is taken back whole.
 */
import { type Board, EditError, NoticeError, type PageId, type RecordId } from "@kakehashi/client";
import type { Prepared } from "../../images/prepare";
import { entryOf } from "../../pages/own";
import { MAIN_HAND } from "../../tools/hands";
import { openAsOneself, startOwnBoard } from "../../state/entry";
import { measurer } from "../../canvas/text-layout";
import { changesOf, type Step } from "../../tools/select/write";
import { locksOf, type Ready, stepsOf } from "./insert";
import type { ImageItem } from "./item";
import { RECORDS_MAX } from "./limits";
import { placed } from "./place";
import { rasterise } from "./rasterise";
import { type Drawing, ImportProblem, readExcalidraw } from "./read";

export { ImportProblem, type ProblemName } from "./read";

/** Where a drawing goes. */
export interface Into {
  readonly board: Board;
  readonly page: PageId;
  /** Writes one change of the main hand; false if the board did not take it. */
  readonly write: (gesture: number, edits: Parameters<Board["change"]>[2]) => boolean;
  /** Keeps a picture with the board and gives its name. May reject with a {@link NoticeError}. */
  readonly keep: (picture: Prepared) => Promise<string>;
}

export interface Imported {
  readonly records: readonly RecordId[];
  /** How many objects could not be read. */
  readonly left: number;
}

/** How long a new board may take to open, milliseconds. */
const OPENS_WITHIN = 20_000;


/** Rejects with an {@link ImportProblem}; then nothing was written. */
export async function importExcalidraw(file: Blob, into: Into): Promise<Imported> {
  const { board, page } = into;
  if (entryOf(board, page)?.locked === true) throw new ImportProblem("locked");
  return write(await readExcalidraw(file, measurer()), into);
}

/** A new board with the drawing on its first page; the board's id. The file is read before the board is made. */
export async function boardFromExcalidraw(file: Blob): Promise<string> {
  const drawing = await readExcalidraw(file, measurer());
  const { board: id } = await startOwnBoard();
  const board = await openAsOneself(id);
  try {
    await until(board, () => board.pages().length > 0);
    const [first] = board.pages();
    if (first === undefined) throw new ImportProblem("refused");
    board.openPage(first.id);
    await until(board, () => board.ready());
    const take = (gesture: number, edits: Parameters<Board["change"]>[2]): boolean => {
      try {
        board.change(MAIN_HAND, gesture, edits);
        return true;
      } catch (error) {
        if (!(error instanceof EditError)) throw error;
        console.warn(error);
        return false;
      }
    };
    const keep = async (picture: Prepared): Promise<string> => (await board.upload(new Blob([picture.bytes], { type: picture.type }))).asset;
    await write(drawing, { board, page: first.id, write: take, keep });
    await until(board, () => board.unsaved() === 0);
    return id;
  } finally {
    await board.close();
  }
}

async function write(drawing: Drawing, into: Into): Promise<Imported> {
  const { board, page } = into;
  const { ready, left } = await stored(drawing, into.keep);
  if (ready.length === 0) throw new ImportProblem("empty");
  if (board.reader(page).records().length + ready.length > RECORDS_MAX) throw new ImportProblem("room");
  const records: RecordId[] = [];
  const locked: RecordId[] = [];
  const steps = stepsOf(ready, (record, item) => {
    records.push(record);
    if (item.locked) locked.push(record);
  });
  const gesture = board.gesture();
  if (!(await writeAll(changesOf(steps), gesture, into))) throw new ImportProblem("refused");
  await writeAll(changesOf(locksOf(locked)), gesture, into);
  return { records, left: drawing.left + left };
}

/** All of these in a gesture; false if the board did not take one, and then nothing of the gesture is left. */
async function writeAll(changes: readonly (readonly Step[])[], gesture: number, { board, page, write: take }: Into): Promise<boolean> {
  let written = false;
  for (const change of changes) {
    const taken = take(gesture, (edit) => {
      const on = edit.on(page);
      for (const step of change) step.write(on);
    });
    if (!taken) {
      if (written) board.undo(MAIN_HAND);
      return false;
    }
    written = true;
    // Others on this screen go on writing in between.
    await new Promise((resolve) => setTimeout(resolve));
  }
  return true;
}

/** The items with their pictures on the server; what is no picture is left out. */
async function stored(drawing: Drawing, keep: Into["keep"]): Promise<{ ready: Ready[]; left: number }> {
  const ready: Ready[] = [];
  let left = 0;
  for (const item of placed(drawing.items)) {
    if (item.kind !== "image") {
      ready.push(item);
      continue;
    }
    const asset = await kept(item, keep);
    if (asset === null) left++;
    else {
      const { picture: _, ...rest } = item;
      ready.push({ ...rest, asset });
    }
  }
  return { ready, left };
}

/** Null for what the board does not take. */
async function kept(item: ImageItem, keep: Into["keep"]): Promise<string | null> {
  const picture = await rasterise(item.picture);
  if (picture === null) return null;
  try {
    return await keep(picture);
  } catch (error) {
    if (!(error instanceof NoticeError)) throw error;
    // This picture alone is at fault; or none can be stored now.
    if (error.notice.code.startsWith("asset-")) return null;
    throw new ImportProblem("pictures");
  }
}

async function until(board: Board, met: () => boolean): Promise<void> {
  const start = Date.now();
  while (!met()) {
    if (Date.now() - start > OPENS_WITHIN) throw new NoticeError({ code: "unreachable", detail: `board ${board.id} did not open`, ops: 0 });
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
