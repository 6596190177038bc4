/**
 * The key by which the server knows this device as a panel: ECDSA on P-256. With a secure origin the browser makes it
 * and gives its private half to nobody, not even to this page. Without one browsers have no cryptography to lend; then a
 * library makes it, and the device keeps it among its data: still nothing of it ever travels.
 */
import type { DBSchema } from "idb";
import { database } from "./database";

/** What is signed before a challenge (server/src/directory/device_key.rs). */
const SIGNED_FIRST = "kakehashi panel\n";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
/** There is one key. */
const KEPT = "panel";

/** The private half: the browser's own, or its bytes. */
type Secret = CryptoKey | Uint8Array<ArrayBuffer>;

interface Row {
  readonly secret: Secret;
  /** The public half: an uncompressed point. */
  readonly open: Uint8Array<ArrayBuffer>;
}

interface Schema extends DBSchema {
  keys: { key: string; value: Row };
}

export interface DeviceKey {
  /** The public half, in hexadecimal digits. */
  readonly text: string;
  sign(challenge: string): Promise<string>;
}

const open = database<Schema>("kakehashi-device", 1, (made) => void made.createObjectStore("keys"));

/** The key of this device; null if it has none. Rejects where the page may store nothing. */
export async function deviceKey(): Promise<DeviceKey | null> {
  const row = await (await open()).get("keys", KEPT);
  return row === undefined ? null : keyOf(row);
}

/** The key of this device; makes one if it has none. Rejects where the page may store nothing. */
export async function ownDeviceKey(): Promise<DeviceKey> {
  const kept = await deviceKey();
  if (kept !== null) return kept;
  const row = window.isSecureContext ? await browsersKey() : await librarysKey();
  await (await open()).put("keys", row, KEPT);
  return keyOf(row);
}

export async function forgetDeviceKey(): Promise<void> {
  await (await open()).delete("keys", KEPT);
}

async function browsersKey(): Promise<Row> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign"]);
  return { secret: pair.privateKey, open: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)) };
}

async function librarysKey(): Promise<Row> {
  const { p256 } = await import("@noble/curves/nist.js");
  const secret = p256.utils.randomSecretKey();
  return { secret: new Uint8Array(secret), open: new Uint8Array(p256.getPublicKey(secret, false)) };
}

function keyOf({ secret, open: point }: Row): DeviceKey {
  return {
    text: hex(point),
    async sign(challenge) {
      const text = new TextEncoder().encode(`${SIGNED_FIRST}${challenge}`);
      if (!(secret instanceof Uint8Array)) return hex(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, secret, text)));
      const { p256 } = await import("@noble/curves/nist.js");
      return hex(p256.sign(text, secret));
    },
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
