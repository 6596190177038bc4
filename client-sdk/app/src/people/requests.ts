/** What the screens of accounts and doors ask of the server, and the sentence if it refuses. */
import type { RoleName } from "@kakehashi/client";
import { ask, Refused } from "../state/ask";
import { credential } from "../state/entry";
import { words } from "../words";

export { ask, Refused };

export interface Account {
  readonly account: number;
  readonly login: string;
  readonly name: string;
  readonly administrator: boolean;
}

export interface AccountRow extends Account {
  readonly closed: boolean;
  readonly created_ms: number;
}

export type Starts = "anyone" | "accounts";

/** A provider by which people sign in here. */
export interface ProviderOffer {
  readonly label: string;
  /** The origin that it sends browsers back to. */
  readonly at: string;
  /** Whether one can sign out there too. */
  readonly ends: boolean;
}

/** The ways by which an account is signed in. */
export interface Ways {
  readonly password: boolean;
  readonly provider: { readonly shown: string; readonly since_ms: number } | null;
}

export interface Me {
  readonly account: Account | null;
  readonly set_up: boolean;
  readonly starts: Starts;
  readonly provider: ProviderOffer | null;
  readonly ways: Ways | null;
}

export const askMe = (): Promise<Me> => ask<Me>("GET", "me");

export interface Invitation {
  readonly invitation: number;
  readonly administrator: boolean;
  /** Whose password it sets anew; null if it makes an account. */
  readonly resets: string | null;
  readonly made_by: string;
  readonly ends_ms: number;
  readonly token?: string;
}

export interface AuditEntry {
  readonly entry: number;
  readonly at_ms: number;
  readonly who: string;
  readonly act: string;
  readonly board: string | null;
  readonly what: string;
}

export const SCOPES = ["boards.read", "boards.enter", "boards.start", "boards.lead", "server.read", "server.change"] as const;

/** What a key may be used for. */
export type Scope = (typeof SCOPES)[number];

export interface ApiKey {
  readonly key: number;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly ends_ms: number;
  readonly token?: string;
}

export interface PanelRow {
  readonly panel: number;
  readonly name: string;
  readonly site: string;
  readonly room: string;
  readonly online: boolean;
  readonly seen_ms: number | null;
  readonly version: string;
  readonly browser: string;
  readonly round_trip_ms: number | null;
  readonly unsent: number | null;
  readonly paired_ms: number;
  readonly paired_by: string;
}

/** A panel that shows a pairing code. */
export interface WaitingPanel {
  readonly browser: string;
  readonly asked_ms: number;
}

/** A board that was begun at a panel and belongs to nobody. */
export interface BegunBoard {
  readonly board: string;
  readonly code: string;
  readonly begun_ms: number;
}

export interface BoardLink {
  readonly link: number;
  readonly role: RoleName;
  readonly code: string | null;
  readonly ends_ms: number;
  /** Whether who comes by it waits in the lobby. */
  readonly waits: boolean;
  readonly token?: string;
}

/** The same, as who one is on a board. */
export async function askOfBoard<T>(board: string, method: string, path: string, body?: unknown): Promise<T> {
  return ask(method, `boards/${board}/${path}`, body, await credential(board));
}

/** What went wrong, in a sentence that says what to do. */
export function sentenceOf(error: unknown): string {
  return error instanceof Refused ? sentenceOfCode(error.code) : words.notices.unreachable;
}

/** The same of the code of a refusal. */
export function sentenceOfCode(code: string): string {
  const sentences: Readonly<Record<string, string>> = { ...words.accountProblems, ...words.providerProblems, ...words.webhookProblems };
  return sentences[code] ?? words.notices.unreachable;
}
