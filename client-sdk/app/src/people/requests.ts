/** What the screens of accounts and doors ask of the server, and the sentence if it refuses. */
import type { RoleName } from "@kakehashi/client";
import { credential } from "../state/entry";
import { words } from "../words";

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

export interface Me {
  readonly account: Account | null;
  readonly set_up: boolean;
  readonly starts: Starts;
}

export interface Invitation {
  readonly invitation: number;
  readonly administrator: boolean;
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

export interface BoardLink {
  readonly link: number;
  readonly role: RoleName;
  readonly code: string | null;
  readonly ends_ms: number;
  readonly token?: string;
}

/** The server's refusal: its code stands for a sentence. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(readonly code: string) {
    super(code);
  }
}

/** Asks the server, as who is signed in. `undefined` where the answer has no body. */
export async function ask<T>(method: string, path: string, body?: unknown, bearer?: string): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (bearer !== undefined) headers["Authorization"] = `Bearer ${bearer}`;
  const answer = await fetch(`/api/v1/${path}`, {
    method,
    headers,
    cache: "no-store",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
  const problem: unknown = await answer.json().catch(() => null);
  const code = typeof problem === "object" && problem !== null && "code" in problem ? String(problem.code) : "";
  throw new Refused(code);
}

/** The same, as who one is on a board. */
export async function askOfBoard<T>(board: string, method: string, path: string, body?: unknown): Promise<T> {
  return ask(method, `boards/${board}/${path}`, body, await credential(board));
}

/** What went wrong, in a sentence that says what to do. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Refused)) return words.notices.unreachable;
  const sentences: Readonly<Record<string, string>> = words.accountProblems;
  return sentences[error.code] ?? words.notices.unreachable;
}
