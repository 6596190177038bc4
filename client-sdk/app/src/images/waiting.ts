/** Pictures that the server does not have yet, kept on the device: a closed tab must not lose them. */
import type { DBSchema } from "idb";
import { database } from "../state/database";

const DATABASE = "kakehashi-pictures";
const FORMAT = 1;

export interface Waiting {
  readonly asset: string;
  readonly file: Blob;
}

interface Row {
  readonly board: string;
  readonly asset: string;
  readonly type: string;
  /** Not a Blob: older WebKit cannot keep those. */
  readonly bytes: ArrayBuffer;
}

interface Schema extends DBSchema {
  pictures: { key: [string, string]; value: Row; indexes: { board: string } };
}

const open = database<Schema>(DATABASE, FORMAT, (made) => {
  made.createObjectStore("pictures", { keyPath: ["board", "asset"] }).createIndex("board", "board");
});

/** Rejects where a page may keep nothing. */
export async function keepWaiting(board: string, { asset, file }: Waiting): Promise<void> {
  const bytes = await file.arrayBuffer();
  await (await open()).put("pictures", { board, asset, type: file.type, bytes });
}

export async function forgetWaiting(board: string, asset: string): Promise<void> {
  await (await open()).delete("pictures", [board, asset]);
}

export async function waitingFor(board: string): Promise<Waiting[]> {
  const rows = await (await open()).getAllFromIndex("pictures", "board", board);
  return rows.map(({ asset, type, bytes }) => ({ asset, file: new Blob([bytes], { type }) }));
}
