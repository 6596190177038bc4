/** Panels that no browser runs: each with a key of its own, approved by whoever is signed in on a page, and how it is said to be. */
import type { Page } from "@playwright/test";

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNED_FIRST = "kakehashi panel\n";

export interface PanelState {
  readonly name: string;
  readonly site: string;
  readonly room: string;
  readonly browser: string;
  readonly version: string;
  /** Left out: it says nothing, as one that was never switched on again. */
  readonly round_trip_ms?: number;
  readonly unsent?: number;
}

function hex(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString("hex");
}

async function send<T>(url: string, method: string, path: string, body: unknown, bearer?: string): Promise<T> {
  const headers = { "Content-Type": "application/json", ...(bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` }) };
  const answer = await fetch(`${url}/api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Approves one as who is signed in on the page. */
export async function addPanel(page: Page, url: string, { name, site, room, browser, version, round_trip_ms, unsent }: PanelState): Promise<void> {
  const pair = await crypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const key = hex(await crypto.subtle.exportKey("raw", pair.publicKey));
  const { code } = await send<{ code: string }>(url, "POST", "panel/pairing", { key, browser, version });
  const approved = await page.request.post(`${url}/api/v1/panels`, { data: { code, name, site, room } });
  if (!approved.ok()) throw new Error(await approved.text());
  if (round_trip_ms === undefined) return;
  const { challenge } = await send<{ challenge: string }>(url, "POST", "panel/challenge", {});
  const signature = hex(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, new TextEncoder().encode(`${SIGNED_FIRST}${challenge}`)));
  const { token } = await send<{ token: string }>(url, "POST", "panel/session", { key, challenge, signature });
  await send(url, "PUT", "panel/heartbeat", { version, browser, round_trip_ms, unsent }, token);
}
