/**
 * Who this device is to the server, if somebody has approved it as a panel: its name and place, and the token that it
 * shows for a quarter of an hour after it has proved its key. A device that is no panel asks nothing and shows nothing.
 */
import { NoticeError } from "@kakehashi/client";
import { ask, Refused } from "./ask";
import { deviceKey, forgetDeviceKey } from "./device-key";
import { rename } from "./identity";
import { keepWord, keptValue } from "./kept";
import { type Store, store } from "./store";

const NAME = "device";
/** Milliseconds for which a token is shown; the server takes it for 15 minutes. */
const SHOWN = 12 * 60_000;

/** Where a panel is, and what it is called. */
export interface Place {
  readonly name: string;
  readonly site: string;
  readonly room: string;
}

/** Null while this device is no panel. */
export const place: Store<Place | null> = store<Place | null>(placeOf(keptValue(NAME)));

let token: { readonly text: string; readonly until: number } | null = null;
let proving: Promise<string> | null = null;

/** What requests show; undefined where this device is no panel. Rejects without the server, and when the panel was revoked. */
export async function panelToken(): Promise<string | undefined> {
  if (place.get() === null) return undefined;
  if (token !== null && token.until > performance.now()) return token.text;
  try {
    return await prove();
  } catch (error) {
    if (!isOver(error)) throw error;
    await noteRevoked();
    throw new NoticeError({ code: "removed", detail: "this panel was revoked", ops: 0 });
  }
}

/** Shows no longer what the server has refused. */
export function dropToken(): void {
  token = null;
}

/** Proves the key. Rejects with what the server says: that the panel is not approved yet, or was revoked. */
export function prove(): Promise<string> {
  proving ??= proveOnce().finally(() => (proving = null));
  return proving;
}

async function proveOnce(): Promise<string> {
  const key = await deviceKey();
  // Somebody has emptied the browser's store.
  if (key === null) throw new Refused("panel_revoked");
  const { challenge } = await ask<{ challenge: string }>("POST", "panel/challenge");
  const answer = await ask<Place & { token: string }>("POST", "panel/session", { key: key.text, challenge, signature: await key.sign(challenge) });
  token = { text: answer.token, until: performance.now() + SHOWN };
  settle(answer);
  return answer.token;
}

/** Takes the name and place that the server has told. */
export function settle({ name, site, room }: Place): void {
  const before = place.get();
  if (before?.name === name && before.site === site && before.room === room) return;
  keepWord(NAME, JSON.stringify({ name, site, room }));
  if (before?.name !== name) rename(name);
  place.set({ name, site, room });
}

/** Whether the server knows this panel no more. */
export function isOver(error: unknown): boolean {
  return error instanceof Refused && (error.code === "panel_revoked" || error.code === "unknown_panel");
}

/** This device is no panel any more, and its key is worth nothing. */
export async function noteRevoked(): Promise<void> {
  token = null;
  keepWord(NAME, "null");
  place.set(null);
  await forgetDeviceKey().catch((error: unknown) => console.warn(error));
}

/** What was kept, as far as it can be understood. */
export function placeOf(kept: unknown): Place | null {
  if (typeof kept !== "object" || kept === null) return null;
  const { name, site, room } = kept as Partial<Place>;
  return typeof name === "string" && typeof site === "string" && typeof room === "string" ? { name, site, room } : null;
}
