/// <reference types="node" />
/** The core itself in Node.js, in step with a board of which the server's bytes are written here. */
import { readFileSync } from "node:fs";
import { Core, initSync } from "../../dist/kakehashi_web.js";
import { CoreEdit } from "../../src-ts/edit";
import { EditError, type PageId, type ShapeRecord } from "../../src-ts/api";

initSync({ module: readFileSync(new URL("../../dist/kakehashi_web_bg.wasm", import.meta.url)) });

/** What counts as now, milliseconds. */
export const NOW = 1_790_000_000_000;
/** Later than any pause between two messages. */
const LATER = NOW + 1_000;
const LOG = "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf";
const COVER = "000000000000000000";

function bytes(...hex: string[]): Uint8Array {
  return new Uint8Array(Buffer.from(hex.join("").replace(/ /g, ""), "hex"));
}

function littleEndian(actor: string): string {
  return Buffer.from(actor, "hex").reverse().toString("hex");
}

/** Everything the core wants to send and to have done, by kind. */
export function drain(core: Core): { sent: Uint8Array[]; requests: { kind: string; counter: number; bytes: Uint8Array }[] } {
  const sent: Uint8Array[] = [];
  const requests: { kind: string; counter: number; bytes: Uint8Array }[] = [];
  for (let message = core.poll_transmit(LATER); message; message = core.poll_transmit(LATER)) sent.push(message);
  for (let request = core.poll_request(); request; request = core.poll_request()) {
    requests.push({ kind: request.kind, counter: request.counter, bytes: request.bytes });
    request.free();
  }
  return { sent, requests };
}

/** A core that was welcomed as an assistant on an empty board, and has its cover (WIRE sections 1 and 7). */
export function liveCore(actor = "1122334455667788"): Core {
  const core = new Core(actor, new Uint8Array(16).fill(7), 1n);
  core.start(NOW);
  core.handle_connected(NOW);
  drain(core);
  const clock = Buffer.alloc(8);
  clock.writeBigUInt64LE(BigInt(NOW));
  const standing = ["fd", littleEndian(actor), "01", "00"];
  core.handle_message(NOW, bytes("00 01", LOG, "fd", clock.toString("hex"), "07", "02", ...standing, "02 6161"));
  // The cover, at row 1, by a snapshot; no actors are introduced.
  core.handle_message(NOW, bytes("02", "00 00", "01", "01", "00"));
  const wanted = drain(core).requests.map((request) => request.kind);
  if (!wanted.includes("fetch")) throw new Error(`the core asked for ${wanted.join()}, not for the cover's snapshot`);
  core.handle_snapshot(NOW, `${"0".repeat(16)}.0`, bytes("01", LOG, "01", COVER, "00 00 00"));
  drain(core);
  return core;
}

/** One change, all or nothing, as the driver makes it. */
export function change<T>(core: Core, page: PageId, write: (edit: CoreEdit) => T): T {
  core.begin(0, core.gesture());
  let result: T;
  try {
    result = write(new CoreEdit(core, page));
  } catch (error) {
    core.abort();
    throw error;
  }
  try {
    core.commit(NOW);
  } catch (error) {
    throw new EditError(String(error));
  }
  return result;
}

/** A core with a new page, which is open. */
export function coreWithPage(): { core: Core; page: PageId } {
  const core = liveCore();
  const page = change(core, "", (edit) => edit.addPage());
  core.open(page);
  return { core, page };
}

export function shapes(core: Core, page: PageId): ShapeRecord[] {
  return JSON.parse(core.records(page)) as ShapeRecord[];
}
