/** What a page asks of a board's call and what it is told, as JSON: `Ask` and `Tell` of `protocol/src/call.rs`. */
import type { CallRung, CallSource, CallWish } from "../api-call.js";
import type { Demand, Size } from "./codecs.js";

/** A track that this page sends, by the media section of its offer. */
export interface Sent {
  readonly mid: string;
  readonly source: CallSource;
  readonly muted: boolean;
}

/** What one of a pair says to the other, by the server. */
export type Word =
  | { readonly kind: "offer" | "answer"; readonly sdp: string; readonly tracks: readonly Sent[] }
  | { readonly kind: "candidate"; readonly candidate: string; readonly mid: string }
  /** Whether what the other sends comes directly, so that it need not send it to the server. */
  | { readonly kind: "flows"; readonly flows: boolean }
  /** It needs the direct connection no more. */
  | { readonly kind: "over" };

export type Ask =
  | { readonly type: "watch" | "join" | "leave" }
  | { readonly type: "offer"; readonly sdp: string; readonly tracks: readonly Sent[] }
  | { readonly type: "candidate"; readonly candidate: string }
  | { readonly type: "mute"; readonly source: CallSource; readonly muted: boolean }
  | { readonly type: "want"; readonly pictures: readonly CallWish[] }
  | { readonly type: "hush"; readonly member?: number }
  | { readonly type: "direct"; readonly pair: number; readonly word: Word }
  | { readonly type: "caption"; readonly text: string };

/** Somebody in the call, as the server tells of them. */
export interface ToldMember {
  readonly member: number;
  readonly actor: string;
  readonly tracks: readonly { readonly source: CallSource; readonly muted: boolean }[];
  readonly connected: boolean;
}

/** What a place carries; without `member` nothing. */
export interface Place {
  readonly mid: string;
  readonly member?: number;
  readonly source?: CallSource;
}

export interface Joined {
  readonly member: number;
  /** It was in the call before, and its media goes on. */
  readonly back: boolean;
  readonly ice: readonly { readonly urls: string[]; readonly username?: string; readonly credential?: string }[];
  readonly voices: number;
  readonly pictures: number;
}

/** This page and one other are alone in the call; without `with`: no longer. */
export interface ToldPair {
  readonly pair: number;
  readonly with?: number;
  /** Whether this page takes back its offer where two cross. */
  readonly polite: boolean;
}

/** An ask was not done; without `ask` it could not be read. */
export interface Refused {
  readonly ask?: Ask["type"] | "glimpse";
  readonly why: "malformed" | "rights" | "order" | "limit" | "full" | "description" | "off" | "pair";
  readonly detail: string;
}

export type Tell =
  | { readonly type: "call"; readonly members: readonly ToldMember[] }
  | ({ readonly type: "member" } & ToldMember)
  | { readonly type: "gone"; readonly member: number }
  | ({ readonly type: "joined" } & Joined)
  | { readonly type: "answer"; readonly sdp: string }
  | { readonly type: "places"; readonly places: readonly Place[] }
  | { readonly type: "speakers"; readonly members: readonly number[] }
  | { readonly type: "hushed"; readonly by: string }
  | { readonly type: "caption"; readonly member: number; readonly text: string }
  | { readonly type: "line"; readonly rung: CallRung; readonly kbps: number }
  | { readonly type: "demand"; readonly source: CallSource; readonly largest?: Size; readonly codec: Demand["codec"] }
  | ({ readonly type: "pair" } & ToldPair)
  | { readonly type: "direct"; readonly pair: number; readonly from: number; readonly word: Word }
  | { readonly type: "over"; readonly why: "left" | "lost" | "removed" | "restart" }
  | ({ readonly type: "refused" } & Refused);

/** Places for voices that a page may have. */
export const VOICES_MAX = 4;
/** Most pictures in one wish. */
export const PICTURES_MAX = 25;
/** Bytes of a candidate. */
export const CANDIDATE_BYTES_MAX = 512;
/** Candidates between two offers. */
export const CANDIDATES_MAX = 64;
