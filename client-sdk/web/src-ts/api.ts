/**
 * What a page that shows a board may ask of the client.
 *
 * Lengths are page units: one unit is a CSS pixel at 100%, a page is 1920 x 1080, resolution 1/8.
 * Colours are `#rrggbbaa`. Times are milliseconds. Text positions count Unicode scalar values.
 * Nothing here waits for the network: an edit is seen at once and saved later.
 */
import type { BoardCall } from "./api-call.js";

/** A record of a document: 16 hexadecimal digits, a dot and a number. */
export type RecordId = string;

/** A page's document; the same text as the id of its entry in the cover. */
export type PageId = string;

/**
 * `live`: connected and in step. `connecting`: trying, edits are kept. `offline`: not reachable
 * since more than some seconds, edits are kept.
 */
export type Status = "live" | "connecting" | "offline";

/** How a page is ruled. */
export type Background = "plain" | "grid" | "dots" | "ruled" | "kanji" | "staves" | "graph";

/** A page of the board, as its cover or a desk lists it. */
export interface PageEntry {
  readonly id: PageId;
  readonly title: string;
  readonly hidden: boolean;
  readonly background: Background;
  readonly locked: boolean;
  /** Of a page at a desk: whose. This participant and those who lead see it, and nobody else receives anything of it. */
  readonly desk?: RecordId;
}

/** What all shapes have. */
export interface ShapeBase {
  readonly id: RecordId;
  /** Who made it: an actor, 16 hexadecimal digits. */
  readonly author: string;
  readonly x: number;
  readonly y: number;
  /** Degrees, clockwise, about the shape's centre. */
  readonly rotation: number;
  readonly locked: boolean;
  /** True while any op of the record is not yet acknowledged. */
  readonly unsaved: boolean;
}

/** Ink. Its points come from {@link Board.ink}; `x` and `y` move them all. */
export interface StrokeRecord extends ShapeBase {
  readonly kind: "stroke";
  readonly tool: "pen" | "highlighter";
  readonly color: string;
  readonly strokeWidth: number;
  /** Factors about the first point; 1 unless it was resized. */
  readonly scaleX: number;
  readonly scaleY: number;
  /** How many points it has by now. */
  readonly points: number;
}

/** A shape that fills a box. */
export interface BoxRecord extends ShapeBase {
  readonly kind: "rectangle" | "ellipse";
  readonly width: number;
  readonly height: number;
  readonly color: string;
  readonly fill: string | null;
  readonly strokeWidth: number;
}

/** A shape through points, given relative to `x` and `y` as x, y, x, y, … */
export interface PathRecord extends ShapeBase {
  readonly kind: "line" | "arrow" | "polygon";
  readonly path: readonly number[];
  readonly color: string;
  readonly fill: string | null;
  readonly strokeWidth: number;
}

/** Writing by keyboard. A note is text on a coloured card. */
export interface TextRecord extends ShapeBase {
  readonly kind: "text" | "note";
  readonly width: number;
  readonly height: number;
  readonly color: string;
  readonly fill: string | null;
  readonly fontSize: number;
  readonly align: "start" | "center" | "end";
  readonly text: string;
}

/** A picture kept by the server under the hash of its content. */
export interface ImageRecord extends ShapeBase {
  readonly kind: "image";
  readonly width: number;
  readonly height: number;
  /** Lower-case hexadecimal BLAKE3 of the file. */
  readonly asset: string;
}

/** Something a newer version made; kept, but not shown. */
export interface UnknownRecord extends ShapeBase {
  readonly kind: "unknown";
}

/** Anything that stands on a page. */
export type ShapeRecord = StrokeRecord | BoxRecord | PathRecord | TextRecord | ImageRecord | UnknownRecord;

/** What a new shape may be given; what is left out takes its default. */
export type Draft =
  | { kind: "stroke"; tool?: "pen" | "highlighter"; color?: string; strokeWidth?: number; from?: RecordId }
  | { kind: "rectangle" | "ellipse"; x: number; y: number; width: number; height: number; rotation?: number; color?: string; fill?: string | null; strokeWidth?: number }
  | { kind: "line" | "arrow" | "polygon"; x: number; y: number; path: readonly number[]; rotation?: number; color?: string; fill?: string | null; strokeWidth?: number }
  | { kind: "text" | "note"; x: number; y: number; width: number; height: number; rotation?: number; color?: string; fill?: string | null; fontSize?: number; align?: "start" | "center" | "end" }
  | { kind: "image"; x: number; y: number; width: number; height: number; rotation?: number; asset: string };

/** Properties to set; each is merged by itself, the last writer wins. */
export interface Patch {
  x?: number;
  y?: number;
  width?: number;
  height?: number;
  rotation?: number;
  scaleX?: number;
  scaleY?: number;
  color?: string;
  fill?: string | null;
  strokeWidth?: number;
  fontSize?: number;
  align?: "start" | "center" | "end";
  path?: readonly number[];
  locked?: boolean;
}

/** Properties of a page entry. */
export interface PagePatch {
  title?: string;
  hidden?: boolean;
  background?: Background;
  locked?: boolean;
}

/** The edits of one change: admitted all or nothing. Use it only inside {@link Board.change}. */
export interface Edit {
  /** Makes a shape on top of the current page; what is left of a stroke (`from`), where the stroke stood. */
  create(draft: Draft): RecordId;
  /**
   * Adds points to a stroke this page load began: x, y, pressure (0 to 1; 0: the device has none)
   * and milliseconds since the stroke's first point, four numbers a point.
   */
  appendInk(stroke: RecordId, samples: Float64Array): void;
  set(record: RecordId, patch: Patch): void;
  /** Hides records; undo brings them back. */
  remove(records: readonly RecordId[]): void;
  /** Puts a record above or below all others, or one step. */
  reorder(record: RecordId, to: "front" | "back" | "forward" | "backward"): void;
  insertText(record: RecordId, at: number, text: string): void;
  deleteText(record: RecordId, at: number, length: number): void;
  /** Adds an empty page after page `after`, or at the end; at the desk of a participant, if one is named. */
  addPage(after?: PageId, desk?: RecordId): PageId;
  setPage(page: PageId, patch: PagePatch): void;
  removePage(page: PageId): void;
  /** Moves a page to stand after `after`, or first. */
  movePage(page: PageId, after: PageId | null): void;
  /** The same change, writing on another page; one that {@link addPage} just made included. */
  on(page: PageId): Edit;
}

/** An affine map, as of a canvas: x' = a x + c y + e, y' = b x + d y + f. `e` and `f` are page units. */
export type Transform = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** A preview of a gesture that is still going on; never saved. */
export interface Preview {
  /** These records are being moved, resized or turned so. */
  readonly records: readonly RecordId[];
  readonly transform: Transform;
}

/** What this page load shows of itself to the others. The last value counts. */
export interface LocalPresence {
  name: string;
  /** `#rrggbbaa` */
  color: string;
  cursor: { x: number; y: number } | null;
  laser: { x: number; y: number } | null;
  /** What part of the page is on screen, and nothing lies on it: who follows sees all of it. */
  viewport: { x: number; y: number; width: number; height: number } | null;
  selection: readonly RecordId[];
  /** Where the caret stands in a text, by the record. */
  editing: RecordId | null;
  preview: Preview | null;
  /** Whose view is followed here: an actor. */
  following: string | null;
}

/** What another participant shows of themselves on the current page. */
export interface RemotePresence extends LocalPresence {
  /** The other page load. */
  readonly actor: string;
  readonly page: PageId | null;
}

/** Points of a stroke that lie one after the other. */
export interface WetPart {
  /** How many of the stroke's points come before them. */
  readonly first: number;
  /** Four numbers a point, as {@link Board.ink} gives them. */
  readonly points: readonly number[];
}

/** What another is drawing just now, and the log does not have yet: unsaved, and gone if it never comes to be. */
export interface WetTail {
  /** The stroke's, which there may be no record of yet. */
  readonly id: RecordId;
  readonly author: string;
  readonly tool: "pen" | "highlighter";
  readonly color: string;
  readonly strokeWidth: number;
  /** In order, and between two of them points are missing. */
  readonly parts: readonly WetPart[];
}

/** Somebody who is on the board now, whatever page they look at. */
export interface Participant {
  readonly actor: string;
  readonly name: string;
  /** `#rrggbbaa` */
  readonly color: string;
  readonly page: PageId | null;
  readonly following: string | null;
}

/** Who wrote something, also when they left long ago. */
export interface Author {
  readonly name: string;
  /** `#rrggbbaa` */
  readonly color: string;
}

/** What somebody may do, in ascending order. */
export type Role = "viewer" | "member" | "assistant" | "host";

/** Who this page load is in the meeting. */
export interface Me {
  /** The own record among {@link Meeting.participants}; null until the server made it. */
  readonly participant: RecordId | null;
  readonly role: Role;
  /** True in the lobby: nothing is seen or written until somebody lets one in. */
  readonly waiting: boolean;
}

/** One connection of a participant, and how it is doing. */
export interface Link {
  readonly actor: string;
  /** The last sign, and when it was given, by the server's clock; shown for some seconds. */
  readonly reaction: { readonly sign: number; readonly at: number } | null;
  /** The last row of the log on its screen: how far behind it is, beside another's. */
  readonly painted: number | null;
  /** How long the server's answer took lately, milliseconds. */
  readonly roundTrip: number | null;
}

/** Somebody who waits in the lobby. */
export interface Waiting {
  readonly id: RecordId;
  readonly name: string;
  /** What they will be. */
  readonly role: Role;
  readonly entrance: "account" | "guest" | "panel";
}

/** Somebody who takes part, however often they reconnect. */
export interface Attendee extends Waiting {
  /** When the hand was raised, by the server's clock; null: it is down. */
  readonly hand: number | null;
  /** May not write at this time. */
  readonly held: boolean;
  /** Leads while no host is here. */
  readonly acting: boolean;
  /** What they made is not shown. */
  readonly setAside: boolean;
  readonly removed: boolean;
  /** Empty: not here now. */
  readonly links: readonly Link[];
}

/** The meeting on a board. */
export interface Meeting {
  /** Null for somebody with the bare link. */
  readonly me: Me | null;
  /** How far the device's clock is behind the server's, milliseconds; 0 until it was measured. */
  readonly clockOffset: number;
  /** The session that is on. */
  readonly session: number | null;
  /** Only those who lead write. */
  readonly writingHeld: boolean;
  /** When the timer ends, by the server's clock; null: none runs. */
  readonly timer: number | null;
  /** What it was set to, milliseconds. */
  readonly timerLength: number;
  /** The actor to whose view all are taken. */
  readonly spotlight: string | null;
  /** In the order in which they first came, the removed ones last. */
  readonly participants: readonly Attendee[];
  /** The longest waiting first; for those who lead. */
  readonly lobby: readonly Waiting[];
}

/** What somebody said. */
export interface Message {
  readonly id: RecordId;
  /** The actor that wrote it. */
  readonly author: string;
  readonly participant: RecordId | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly words: string;
}

/** One participant in one session. Times are milliseconds. */
export interface Attendance {
  readonly participant: RecordId;
  readonly session: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly connections: number;
  readonly outages: number;
  readonly away: number;
}

/** Another page than the one shown, to be read: for thumbnails, copies and files. */
export interface PageReader {
  /** True once its state is here. */
  ready(): boolean;
  records(): readonly ShapeRecord[];
  record(id: RecordId): ShapeRecord | undefined;
  ink(stroke: RecordId): Float32Array;
  digest(): string;
  /** The last row of the log that it is read to, to be held against what a {@link Link} has painted; null if it is not here. */
  row(): number | null;
  /** The others who look at it. */
  presence(): readonly RemotePresence[];
}

/** Why something did not work, to be put in words by the page. `detail` is English, for logs. */
export interface Notice {
  readonly code: NoticeCode;
  readonly detail: string;
  /** How many ops were not accepted, for `refused`. */
  readonly ops: number;
}

/** Each has its sentence in the app. */
export type NoticeCode =
  | "refused-rights"
  | "refused-locked"
  | "refused-limit"
  | "refused-missing"
  | "refused-value"
  | "refused-other"
  | "unknown-board"
  | "version"
  | "protocol"
  | "disk-full"
  | "damaged"
  | "busy"
  | "unreachable"
  | "closed-board"
  | "removed"
  | "turned-away"
  | "door"
  | "accounts-only"
  | "asset-too-large"
  | "asset-type"
  | "asset-pixels"
  | "file-type"
  | "file-version"
  | "file-too-large"
  | "file-damaged"
  | "file-busy"
  | "storage";

/** What changed. Listeners run after the change is in place. */
export type BoardEvent =
  | { readonly type: "records"; readonly page: PageId; readonly changed: readonly RecordId[]; readonly all: boolean }
  | { readonly type: "pages" }
  | { readonly type: "presence" }
  /** In a call, and often: what others draw just now, or where they point. */
  | { readonly type: "wet" }
  /** Who is on the board, or what is known of authors. */
  | { readonly type: "people" }
  /** The session, the participants, the own role, who waits, who was here. */
  | { readonly type: "meeting" }
  /** Something was said, or taken back, to all or at a desk that is watched. */
  | { readonly type: "said"; readonly desk: RecordId | null }
  | { readonly type: "status" }
  | { readonly type: "unsaved" }
  /** The page is being left, perhaps for good: what is on the screen alone has to be written now. */
  | { readonly type: "leaving" }
  | { readonly type: "notice"; readonly notice: Notice };

/** An open board. */
export interface Board {
  /** 26 digits and letters. */
  readonly id: string;
  /** This page load, 16 hexadecimal digits. */
  readonly actor: string;
  /** Voices, cameras and screens beside the board. */
  readonly call: BoardCall;
  status(): Status;
  /** Ops that the server has not acknowledged, leftovers of closed tabs included. */
  unsaved(): number;
  /** The pages that all have. */
  pages(): readonly PageEntry[];
  /** The pages at the own desk and at those that are watched. */
  deskPages(): readonly PageEntry[];
  page(): PageId | null;
  /** Shows another page; its records come with a `records` event. */
  openPage(page: PageId): void;
  /** True once the current page's state is here (from the server, or made offline). */
  ready(): boolean;
  /** The current page's shapes, from the lowest to the topmost. */
  records(): readonly ShapeRecord[];
  /** The names of the current page's shapes, in the same order; cheaper than {@link records}. */
  order(): readonly RecordId[];
  record(id: RecordId): ShapeRecord | undefined;
  /** A stroke's points, four numbers each: x, y, pressure (0 to 1), milliseconds. Not moved by x, y or scale. */
  ink(stroke: RecordId): Float32Array;
  /**
   * The boxes around the current page's ink, five numbers for each of {@link records} in the same order: left, top,
   * right and bottom of its points, and 1 if they have pressure, else 0; `NaN` for what has no ink. Cheaper than
   * reading the ink of all strokes.
   */
  inkBoxes(): Float32Array;
  /** 32 hexadecimal digits over all merged state of the current page. */
  digest(): string;
  /** A new gesture's number for {@link Board.change}: what one undo takes back. */
  gesture(): number;
  /** Writes one change of a hand (0 to 255) and a gesture. Throws {@link EditError} if a value is out of range; then nothing is changed. */
  change<T>(hand: number, gesture: number, write: (edit: Edit) => T): T;
  undo(hand: number): boolean;
  redo(hand: number): boolean;
  canUndo(hand: number): boolean;
  canRedo(hand: number): boolean;
  setPresence(presence: LocalPresence): void;
  /** The others on the current page. */
  presence(): readonly RemotePresence[];
  /** What others draw on the current page, as far as it has come here before the log: in a call, by its lane. */
  wet(): readonly WetTail[];
  /** All others on the board. */
  people(): readonly Participant[];
  /** Who an actor is or was; undefined if it never said. */
  author(actor: string): Author | undefined;
  /** Where the whole board is downloaded from. Once it has participants that is for those who lead, while they are connected. */
  fileUrl(): string;
  meeting(): Meeting;
  /** What was said to all, or at a desk, which is named by its participant; in order. */
  messages(desk?: RecordId): readonly Message[];
  /** Keeps what is said at a desk in step. Returns how to stop; undefined if too many documents are open. */
  watchDesk(participant: RecordId): (() => void) | undefined;
  /** Who was here when, over all sessions; for those who lead. */
  attendance(): readonly Attendance[];
  /**
   * Changes the meeting. This and the calls below throw an {@link EditError} if the own role may not; then nothing is
   * changed. None is undone by {@link undo}.
   */
  holdSession(on: boolean): void;
  /** Only those who lead write, until it is let go. */
  holdWriting(on: boolean): void;
  /** Lets the timer run for so many milliseconds; null stops it. */
  setTimer(length: number | null): void;
  /** Takes all to the view of an actor; null lets them go. */
  setSpotlight(actor: string | null): void;
  /** Raises or lowers the own hand, or lowers another's. */
  raiseHand(up: boolean, participant?: RecordId): void;
  setRole(participant: RecordId, role: Role): void;
  rename(participant: RecordId, name: string): void;
  /** Keeps somebody from writing, until let go. */
  holdParticipant(participant: RecordId, on: boolean): void;
  /** Ends all connections of somebody and lets them in no more, until taken back. */
  remove(participant: RecordId, on: boolean): void;
  /** All that somebody made up to now is not shown, on every page, until taken back. */
  setAside(participant: RecordId, on: boolean): void;
  /** Lets somebody in who waits, or turns them away. */
  admit(waiting: RecordId, on: boolean): void;
  /** Says something to all, or at a desk to those who lead. */
  say(words: string, desk?: RecordId): void;
  retract(message: RecordId, desk?: RecordId): void;
  /** Gives a sign that all see for some seconds; never kept. */
  react(sign: number): void;
  /** Reports that the current page is on the screen as it is now. */
  painted(): void;
  /**
   * Keeps another page in step too: its `records` events come as those of the current page do.
   * Returns how to stop; undefined if too many are open.
   */
  watch(page: PageId): (() => void) | undefined;
  /** Reads any page that is current or watched. */
  reader(page: PageId): PageReader;
  /** Stores a picture and says under which name it can be shown. Rejects with a {@link NoticeError}. */
  upload(file: Blob): Promise<{ asset: string; width: number; height: number }>;
  assetUrl(asset: string): string;
  /** The name under which the server keeps a picture, so that it can stand on a page before it is there. */
  assetName(file: Uint8Array): string;
  /** Where a caret stands after others typed: a place that moves with the text, and back. */
  anchor(record: RecordId, position: number): string;
  position(record: RecordId, anchor: string): number;
  on(listener: (event: BoardEvent) => void): () => void;
  /** Connects anew with what {@link OpenOptions.enter} gives now; what is not acknowledged yet is sent then. */
  reconnect(): void;
  /** Leaves the board; what is not acknowledged stays on this device. */
  close(): Promise<void>;
}

/** A new board. */
export interface NewBoard {
  readonly board: string;
  /** Nine digits, to be read aloud. */
  readonly code: string;
  /** The pass of its host, if nobody is signed in: whoever shows it when entering is the host. */
  readonly pass?: string;
}

/** What a participant may do. */
export type RoleName = "viewer" | "member" | "assistant" | "host";

/** Who wants to enter a board. Signed in, nothing of it is needed. */
export interface Entry {
  readonly name?: string;
  /** The token of a link. */
  readonly link?: string;
  /** A code of nine digits. */
  readonly code?: string;
  /** A guest's pass from before. */
  readonly pass?: string;
}

/** Who has entered, and as what. */
export interface Entered {
  /** What connections show. */
  readonly credential: string;
  /** Until when it lets new ones in, by the server's clock, milliseconds since 1970. */
  readonly expires_ms: number;
  /** 32 hexadecimal digits, the same through reconnects. */
  readonly participant: string;
  readonly kind: "account" | "guest" | "panel";
  readonly role: RoleName;
  readonly name: string;
  /** Waits in the lobby, unless somebody let them in before. */
  readonly waits: boolean;
  /** What the bare link of the board gives; null if the board is closed to it. */
  readonly bare: RoleName | null;
  /** A new guest's pass, told only now. */
  readonly pass?: string;
}

/** An edit that was not made: the message says what was wrong or is allowed, the code which sentence fits. */
export class EditError extends Error {
  override readonly name = "EditError";
  readonly code: NoticeCode;
  constructor(message: string, code: NoticeCode = "refused-value") {
    super(message);
    this.code = code;
  }
}

/** Something the server or the device refused. */
export class NoticeError extends Error {
  override readonly name = "NoticeError";
  readonly notice: Notice;
  constructor(notice: Notice) {
    super(notice.detail);
    this.notice = notice;
  }
}

/** How to open a board. */
export interface OpenOptions {
  /** Where the server is; the page's own origin if left out. */
  origin?: string;
  /**
   * Gives the credential that the next connection shows, empty with the bare link. It is asked before each of them, and every
   * few minutes; `anew` if the one before was refused. Rejects with a {@link NoticeError} where one may not enter.
   */
  enter?: (anew: boolean) => Promise<string>;
  /** What starting and entering a board show as who asks, where that is not the browser's account: a panel's token, or a program's key. */
  bearer?: string;
}
