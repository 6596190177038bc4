/**
 * The core as the bindings give it. The strings are JSON written by the core itself; their types
 * stand here, so that nothing beyond this file deals with untyped values.
 */
import { EditError, type NoticeCode } from "./api.js";

/** Something the core wants done; `free` it after use. */
export interface RawRequest {
  readonly kind: "connect" | "disconnect" | "fetch" | "recall" | "persist" | "forget" | "keep" | "release";
  /** The document, for `fetch` and `recall`. */
  readonly document: string;
  /** Opens the snapshot, for `fetch`. */
  readonly ticket: string;
  /** Whose changes, for `persist`, `forget` and `release`. */
  readonly actor: string;
  /** The change's first counter, or for `forget` the first that stays. */
  readonly counter: number;
  /** The change, for `persist`; the key, for `keep`. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  free(): void;
}

/** What the core tells; see the core's `Event`. */
export type RawEvent =
  | { type: "status" | "unsaved" | "pages" | "people" | "meeting" }
  | { type: "records"; document: string; changed: string[]; all: boolean }
  | { type: "presence"; document: string }
  | { type: "refused"; reason: RawReason; ops: number }
  | { type: "notice"; code: NoticeCode | "restart" | "credential"; detail: string }
  | { type: "withdrawn"; document: string }
  | { type: "stopped"; code: NoticeCode | "restart" | "credential"; detail: string }
  /** The client writes on as another actor: a server was restored from a backup. */
  | { type: "renewed"; actor: string }
  /** Of the call, as the server put it. */
  | { type: "call"; tell: string };

const REASONS = ["rights", "locked", "limit", "missing", "value", "kind", "offset", "author", "clock", "duplicate", "session"] as const;

/** Why ops were refused. */
export type RawReason = (typeof REASONS)[number];

/** What the core throws for an edit: the reason, a space, and what was wrong; or only the latter. */
export function editError(thrown: unknown): EditError {
  const text = String(thrown);
  const space = text.indexOf(" ");
  const reason = REASONS.find((known) => known === text.slice(0, space));
  return reason === undefined ? new EditError(text) : new EditError(text.slice(space + 1), refusalCode(reason));
}

/** A refusal in the app's terms. */
export function refusalCode(reason: RawReason): NoticeCode {
  switch (reason) {
    case "rights":
    case "author":
      return "refused-rights";
    case "locked":
      return "refused-locked";
    case "limit":
      return "refused-limit";
    case "missing":
      return "refused-missing";
    case "value":
    case "kind":
      return "refused-value";
    default:
      return "refused-other";
  }
}
