/**
 * A board in a browser: the core, its WebSocket, its storage and its timers. It decides nothing:
 * what happens goes into the core, and what the core wants done is done.
 */
import { asset_name, Core } from "../dist/kakehashi_web.js";
import {
  EditError,
  type Board,
  type Author,
  type BoardEvent,
  type Edit,
  type LocalPresence,
  type Notice,
  type NoticeCode,
  type PageEntry,
  type PageId,
  type PageReader,
  type Participant,
  type RecordId,
  type RemotePresence,
  type ShapeRecord,
  type Status,
  type WetTail,
} from "./api.js";
import { CallClient } from "./call/call-client.js";
import { LanePort } from "./call/lane-port.js";
import type { Tell } from "./call/messages.js";
import { CoreEdit, type Drawn } from "./edit.js";
import { Entrance } from "./entrance.js";
import { exportUrlAt, uploadAsset } from "./http.js";
import { Keeper, RESTLESS_MS } from "./keeper.js";
import { COVER, type KeptDocuments, type Keepable } from "./kept.js";
import { MeetingCalls } from "./meeting.js";
import { plainlyNamed } from "./names.js";
import { editError, refusalCode, type RawEvent, type RawRequest } from "./raw.js";
import { RENEW_MS, Storage } from "./storage.js";
import { now } from "./time.js";

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What is said to all. */
const TALK = "0000000000000000.4";

/** How often leftovers of tabs that closed since are looked for where nothing tells of them, milliseconds. */
const CLAIM_MS = RENEW_MS * 5;
/** How long a device may take to say what is left on it, milliseconds; then the board goes on without. */
const LOOK_MS = 5_000;

/** What there is to read while no page is shown. */
const NOTHING: PageReader = {
  ready: () => false,
  records: () => [],
  record: () => undefined,
  ink: () => new Float32Array(),
  digest: () => "",
  row: () => null,
  presence: () => [],
};

/** How often it is entered anew while it is open, so that pictures and files can be had, milliseconds. */
const ENTER_MS = 5 * 60_000;

export class BoardClient extends MeetingCalls implements Board {
  readonly id: string;
  readonly #lanes = new LanePort({
    actor: () => this.#actor,
    record: (page, id) => this.reader(page).record(id),
    points: (page, stroke) => this.#pointsOf(page, stroke),
    changed: () => this.#emit({ type: "wet" }),
  });
  readonly call = new CallClient((ask) => {
    const goes = this.core.ask_call(ask);
    this.pump();
    return goes;
  }, this.#lanes);
  readonly #origin: string;
  readonly #entrance: Entrance;
  protected readonly core: Core;
  readonly #storage: Storage;
  readonly #kept: KeptDocuments;
  readonly #keeper: Keeper;
  readonly #listeners = new Set<(event: BoardEvent) => void>();
  #actor: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #claims: ReturnType<typeof setInterval> | undefined;
  /** Whether it is known what earlier page loads left unsent; before, nobody can say what is saved. */
  #looked = false;
  readonly #looking: Promise<void>;
  #entries: ReturnType<typeof setInterval> | undefined;
  #page: PageId | null = null;
  #reading: PageReader = NOTHING;
  /** How many watch each page. */
  readonly #watched = new Map<PageId, number>();
  /** The own desk, and those that were watched: what is said there stays on the server too. */
  readonly #desks = new Set<RecordId>();
  /** When pages were read last that are no longer. */
  readonly #closedAt = new Map<PageId, number>();
  /** As what the documents of the meeting were opened. */
  #opened = "";
  #pumping = false;
  /** Something was asked of the core, perhaps by who heard of an event, and it may want more now. */
  #again = false;
  #closed = false;

  constructor(id: string, origin: string, kept: KeptDocuments, enter?: (anew: boolean) => Promise<string>) {
    super();
    this.id = id;
    this.#origin = origin;
    this.#entrance = new Entrance(`${origin.replace(/^http/, "ws")}/api/v1/boards/${id}/socket`, enter, {
      shows: (credential) => this.core.set_credential(credential),
      opened: () => this.#feed(() => this.core.handle_connected(now())),
      message: (bytes) => this.#feed(() => this.core.handle_message(now(), bytes)),
      closed: () => this.#feed(() => this.core.handle_disconnected(now())),
      refused: (code, detail) => this.#turnedAway(code, detail),
    });
    this.#actor = randomHex(8);
    const key = crypto.getRandomValues(new Uint8Array(16));
    // Chromium 88 fills arrays of small integers only.
    const seed = new BigUint64Array(crypto.getRandomValues(new Uint8Array(8)).buffer)[0] ?? 1n;
    this.core = new Core(this.#actor, key, seed);
    this.#storage = new Storage(id, this.#actor, key, {
      failed: (error) => this.#notice("storage", String(error), 0),
      freed: () => void this.#claim(),
    });
    this.#kept = kept;
    this.#keeper = new Keeper({
      at: (document) => this.core.kept_at(document),
      take: (document) => this.#keepable(document),
      keep: (state, leaving) => {
        // What this page load reads, or has read just now, is as new as any other's.
        if (leaving && this.#isFresh(state.document)) this.#kept.keepNow(state);
        else void this.#kept.keep(state, this.status() === "live");
      },
      now: () => performance.now(),
    });
    this.core.recall_documents();
    addEventListener("online", this.#wake);
    addEventListener("pagehide", this.#left);
    document.addEventListener("visibilitychange", this.#wake);
    addEventListener("pageshow", this.#shown);
    this.#looking = this.#lookForLeftovers();
    this.#claims = setInterval(() => void this.#claim(), CLAIM_MS);
    if (enter !== undefined) this.#entries = setInterval(() => void enter(false).catch(() => undefined), ENTER_MS);
    this.core.start(now());
    this.pump();
  }

  get actor(): string {
    return this.#actor;
  }

  status(): Status {
    return this.#looked ? (this.core.status() as Status) : "connecting";
  }

  unsaved(): number {
    return this.core.unsaved();
  }

  pages(): readonly PageEntry[] {
    return this.#listed().filter(({ desk }) => desk === undefined);
  }

  deskPages(): readonly PageEntry[] {
    return this.#listed().filter(({ desk }) => desk !== undefined);
  }

  #listed(): PageEntry[] {
    return JSON.parse(this.core.pages()) as PageEntry[];
  }

  page(): PageId | null {
    return this.#page;
  }

  openPage(page: PageId): void {
    if (this.#page === page) return;
    const before = this.#page;
    this.#page = page;
    this.#reading = this.reader(page);
    this.#lanes.turn(page);
    if (before !== null && !this.#watched.has(before)) this.#closePage(before);
    this.core.open(page);
    this.#emit({ type: "records", page, changed: [], all: true });
    this.#emit({ type: "presence" });
    this.pump();
  }

  ready(): boolean {
    return this.#reading.ready();
  }

  records(): readonly ShapeRecord[] {
    return this.#reading.records();
  }

  order(): readonly RecordId[] {
    return this.#page === null ? [] : (JSON.parse(this.core.order(this.#page)) as RecordId[]);
  }

  record(id: RecordId): ShapeRecord | undefined {
    return this.#reading.record(id);
  }

  inkBoxes(): Float32Array {
    return this.#page === null ? new Float32Array() : this.core.ink_boxes(this.#page);
  }

  ink(stroke: RecordId): Float32Array {
    return this.#reading.ink(stroke);
  }

  digest(): string {
    return this.#reading.digest();
  }

  gesture(): number {
    return this.core.gesture();
  }

  change<T>(hand: number, gesture: number, write: (edit: Edit) => T): T {
    if (this.#page === null) throw new EditError("no page is open");
    this.core.begin(hand, gesture);
    const drawn: Parameters<Drawn>[] = [];
    let result: T;
    try {
      result = write(new CoreEdit(this.core, this.#page, (...ink) => drawn.push(ink)));
    } catch (error) {
      this.core.abort();
      throw error instanceof Error ? error : editError(error);
    }
    try {
      this.core.commit(now());
    } catch (error) {
      throw editError(error);
    } finally {
      this.pump();
    }
    // A hand draws one stroke at a time; several at once were brought in, or are what an eraser left.
    const [ink] = drawn;
    if (ink !== undefined && drawn.length === 1) this.#lanes.lane?.drew(...ink);
    return result;
  }

  undo(hand: number): boolean {
    return this.#takeBack(() => this.core.undo(hand, now()));
  }

  redo(hand: number): boolean {
    return this.#takeBack(() => this.core.redo(hand, now()));
  }

  /** What may not be undone now (a page that was locked meanwhile) stays to be undone later. */
  #takeBack(step: () => boolean): boolean {
    try {
      return step();
    } catch (error) {
      const refused = editError(error);
      this.#notice(refused.code, refused.message, 0);
      return false;
    } finally {
      this.pump();
    }
  }

  canUndo(hand: number): boolean {
    return this.core.can_undo(hand);
  }

  canRedo(hand: number): boolean {
    return this.core.can_redo(hand);
  }

  setPresence(presence: LocalPresence): void {
    const { cursor, laser, viewport, preview } = presence;
    this.core.set_presence(
      presence.name,
      Number.parseInt(presence.color.slice(1), 16),
      this.#page ?? undefined,
      cursor === null ? undefined : new Float64Array([cursor.x, cursor.y]),
      laser === null ? undefined : new Float64Array([laser.x, laser.y]),
      viewport === null ? undefined : new Float64Array([viewport.x, viewport.y, viewport.width, viewport.height]),
      [...presence.selection],
      presence.editing ?? undefined,
      preview === null ? undefined : [...preview.records],
      new Float64Array(preview?.transform ?? []),
      presence.following ?? undefined,
    );
    this.pump();
    this.#lanes.lane?.point(cursor, laser);
  }

  people(): readonly Participant[] {
    return (JSON.parse(this.core.people()) as Participant[]).map(plainlyNamed);
  }

  author(actor: string): Author | undefined {
    const json = this.core.author(actor);
    return json === undefined ? undefined : plainlyNamed(JSON.parse(json) as Author);
  }

  fileUrl(): string {
    return `${exportUrlAt(this.#origin, this.id)}?ticket=${this.core.ticket()}`;
  }

  painted(): void {
    if (this.#page === null) return;
    this.core.painted(this.#page);
    this.pump();
  }

  watch(page: PageId): (() => void) | undefined {
    if (!this.core.open(page)) return undefined;
    this.#watched.set(page, (this.#watched.get(page) ?? 0) + 1);
    this.pump();
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      const left = (this.#watched.get(page) ?? 1) - 1;
      if (left > 0) {
        this.#watched.set(page, left);
        return;
      }
      this.#watched.delete(page);
      if (this.#closed || page === this.#page) return;
      this.#closePage(page);
      this.pump();
    };
  }

  reader(page: PageId): PageReader {
    const core = this.core;
    return {
      ready: () => core.ready(page),
      records: () => JSON.parse(core.records(page)) as ShapeRecord[],
      record: (id) => {
        const json = core.record(page, id);
        return json === undefined ? undefined : (JSON.parse(json) as ShapeRecord);
      },
      ink: (stroke) => core.ink(page, stroke),
      digest: () => core.digest(page),
      row: () => {
        const row = core.kept_at(page)?.split(" ")[1];
        return row === undefined ? null : Number(row);
      },
      presence: () => (JSON.parse(core.presence(page)) as RemotePresence[]).map((person) => this.#pointing(plainlyNamed(person))),
    };
  }

  presence(): readonly RemotePresence[] {
    return this.#reading.presence();
  }

  wet(): readonly WetTail[] {
    return this.#lanes.lane?.tails() ?? [];
  }

  watchDesk(participant: RecordId): (() => void) | undefined {
    this.#desks.add(participant);
    return this.watch(participant);
  }

  async upload(file: Blob): Promise<{ asset: string; width: number; height: number }> {
    return uploadAsset(this.#origin, this.id, file);
  }

  assetUrl(asset: string): string {
    return `${this.#origin}/api/v1/boards/${this.id}/assets/${asset}`;
  }

  assetName(file: Uint8Array): string {
    return asset_name(file);
  }

  anchor(record: RecordId, position: number): string {
    return this.#page === null ? "" : this.core.anchor(this.#page, record, position);
  }

  position(record: RecordId, anchor: string): number {
    return this.#page === null ? 0 : this.core.position(this.#page, record, anchor);
  }

  on(listener: (event: BoardEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  reconnect(): void {
    this.#entrance.close();
    this.#feed(() => {
      this.core.handle_disconnected(now());
      this.core.wake(now());
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.call.leave();
    this.#lanes.close();
    this.#closed = true;
    this.#keeper.flush();
    this.#keeper.stop();
    removeEventListener("online", this.#wake);
    removeEventListener("pagehide", this.#left);
    document.removeEventListener("visibilitychange", this.#wake);
    removeEventListener("pageshow", this.#shown);
    clearTimeout(this.#timer);
    clearInterval(this.#claims);
    clearInterval(this.#entries);
    this.#entrance.close();
    this.#listeners.clear();
    await Promise.all([this.#storage.close(this.core.unsaved() === 0), this.#kept.close()]);
  }

  /** Nobody says whether a page that is hidden will ever be seen again. */
  readonly #hidden = (): void => this.#keeper.flush();

  /** The next page load goes on with what this one has; a browser may keep this one asleep for long. */
  readonly #left = (): void => {
    this.#emit({ type: "leaving" });
    this.#hidden();
    this.#storage.sleep();
  };

  readonly #wake = (): void => {
    if (document.visibilityState === "hidden") {
      this.#hidden();
      return;
    }
    this.core.wake(now());
    this.pump();
  };

  /** A page that was kept asleep may have been taken for gone: then another one writes on with its changes. */
  readonly #shown = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    void this.#storage.wake().then((owned) => {
      if (!owned) location.reload();
    });
  };

  /** What is left on the device is known before anything is shown from it, and before anything is called saved. */
  async #lookForLeftovers(): Promise<void> {
    await Promise.race([this.#claim(), this.#storage.made, new Promise((resolve) => setTimeout(resolve, LOOK_MS))]);
    if (this.#closed) return;
    this.#looked = true;
    this.#emit({ type: "status" });
  }

  async #claim(): Promise<void> {
    for (const leftover of await this.#storage.claim()) {
      if (this.#closed) return;
      this.core.adopt(leftover.actor, leftover.key, leftover.changes as Uint8Array[]);
      this.pump();
    }
  }

  /** Does what the core wants done, until it wants nothing more. */
  protected pump(): void {
    if (this.#closed) return;
    this.#again = true;
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        this.#round();
      }
    } finally {
      this.#pumping = false;
    }
    const at = this.core.poll_timeout();
    clearTimeout(this.#timer);
    if (at !== undefined) {
      this.#timer = setTimeout(() => this.#feed(() => this.core.handle_timeout(now())), Math.max(0, at - now()));
    }
  }

  #round(): void {
    for (let request = this.core.poll_request() as RawRequest | undefined; request; request = this.core.poll_request() as RawRequest | undefined) {
      this.#serve(request);
      request.free();
    }
    for (let bytes = this.core.poll_transmit(now()); bytes; bytes = this.core.poll_transmit(now())) {
      this.#entrance.send(bytes as Uint8Array<ArrayBuffer>);
    }
    const events = this.core.poll_events();
    if (events !== undefined) for (const event of JSON.parse(events) as RawEvent[]) this.#tell(event);
  }

  #feed(input: () => void): void {
    if (this.#closed) return;
    input();
    this.pump();
  }

  #serve(request: RawRequest): void {
    switch (request.kind) {
      case "connect":
        this.#entrance.connect();
        break;
      case "disconnect":
        this.#entrance.close();
        break;
      case "fetch":
        void this.#fetch(request.document, request.ticket);
        break;
      case "recall":
        void this.#recall(request.document);
        break;
      case "persist":
        this.#storage.persist(request.actor, request.counter, request.bytes);
        break;
      case "forget":
        this.#storage.forget(request.actor, request.counter);
        break;
      case "keep":
        this.#storage.keep(request.actor, request.bytes);
        break;
      case "release":
        this.#storage.release(request.actor);
        break;
    }
  }

  async #fetch(page: string, ticket: string): Promise<void> {
    let bytes: Uint8Array | undefined;
    try {
      const response = await fetch(`${this.#origin}/api/v1/boards/${this.id}/documents/${page}/snapshot?ticket=${ticket}`, { cache: "no-store" });
      if (response.ok) bytes = new Uint8Array(await response.arrayBuffer());
    } catch {
      // The core asks again after a while.
    }
    this.#feed(() => this.core.handle_snapshot(now(), page, bytes));
  }

  async #recall(document: string): Promise<void> {
    const bytes = await this.#kept.recall(document, () => this.#closed || this.status() === "live");
    await this.#looking;
    this.#feed(() => {
      this.core.handle_recalled(document, bytes);
      this.#keeper.know(document);
    });
  }

  #isFresh(document: string): boolean {
    const closed = this.#closedAt.get(document) ?? 0;
    return document === COVER || document === this.#page || this.#watched.has(document) || now() - closed < RESTLESS_MS;
  }

  #closePage(page: PageId): void {
    this.#closedAt.set(page, now());
    this.core.close(page);
  }

  #keepable(document: string): Keepable | undefined {
    const [log, seq] = (this.core.kept_at(document) ?? "").split(" ");
    const bytes = this.core.kept(document) as Uint8Array<ArrayBuffer> | undefined;
    return log === undefined || seq === undefined || bytes === undefined ? undefined : { document, log, seq: Number(seq), bytes };
  }

  #tell(event: RawEvent): void {
    switch (event.type) {
      case "records":
        if (event.document === TALK || this.#desks.has(event.document)) {
          this.#emit({ type: "said", desk: event.document === TALK ? null : event.document });
          break;
        }
        this.#keeper.touch(event.document);
        this.#lanes.lane?.records(event.document, event.changed, event.all);
        if (event.document === this.#page || this.#watched.has(event.document)) this.#emit({ type: "records", page: event.document, changed: event.changed, all: event.all });
        break;
      case "presence":
        this.#emit({ type: "presence" });
        break;
      case "refused":
        this.#notice(refusalCode(event.reason), `refused: ${event.reason}`, event.ops);
        break;
      case "notice":
      case "stopped":
        // The server comes back by itself; the status says so.
        if (event.code === "restart") break;
        if (event.code === "credential") {
          if (event.type === "stopped") this.#enterAnew(event.detail);
          break;
        }
        if (event.type === "stopped") this.#turnedAway(event.code, event.detail);
        else this.#notice(event.code, event.detail, 0);
        break;
      case "withdrawn":
        this.#keeper.forget(event.document);
        void this.#kept.drop(event.document);
        // Whoever shows it shows nothing of it any more, until it can be read again.
        if (event.document === this.#page || this.#watched.has(event.document)) this.#emit({ type: "records", page: event.document, changed: [], all: true });
        this.#emit({ type: "pages" });
        break;
      case "renewed":
        this.#actor = event.actor;
        this.#lanes.lane?.renewed();
        if (this.#page !== null) this.#emit({ type: "records", page: this.#page, changed: [], all: true });
        break;
      case "meeting":
        if (this.#opened !== this.#role()) {
          this.#opened = this.#role();
          const own = this.meeting().me?.participant ?? null;
          if (own !== null) this.#desks.add(own);
          this.core.open_meeting();
        }
        this.#emit({ type: "meeting" });
        this.#reviewCall();
        break;
      case "call":
        this.call.handle(JSON.parse(event.tell) as Tell);
        break;
      case "status":
        this.#lanes.live(this.core.status() === "live");
        if (this.status() === "live") this.#entrance.letIn();
        this.#emit({ type: "status" });
        this.#reviewCall();
        break;
      default:
        this.#emit({ type: event.type });
    }
  }

  /** The credential was refused: whoever may still enter gets another, and the others hear why not. */
  #enterAnew(detail: string): void {
    // Not within the event: what the core wants done is being done.
    if (this.#entrance.refused(detail, this.meeting().me?.waiting === true)) queueMicrotask(() => this.#feed(() => this.core.start(now())));
  }

  /** This page is not on the board, and not by chance: nor is it in its call, whose own word may come too late to be heard. */
  #turnedAway(code: NoticeCode, detail: string): void {
    this.call.leave();
    this.#notice(code, detail, 0);
  }

  /** A call is asked after on every connection, by who may be on the board. */
  #reviewCall(): void {
    this.call.review(this.core.status() === "live");
    const { me } = this.meeting();
    if (me?.waiting === true) this.call.leave();
    if (this.call.state() !== "off" && me?.role === "viewer") this.call.listen();
  }

  #pointing(person: RemotePresence): RemotePresence {
    return this.#lanes.lane?.better(person) ?? person;
  }

  /** How many points of a stroke are here, 0 if it is not; null: it is deleted, or set aside. */
  #pointsOf(page: PageId, stroke: RecordId): number | null {
    const record = this.reader(page).record(stroke);
    if (record !== undefined) return record.kind === "stroke" ? record.points : null;
    return this.core.ink(page, stroke).length > 0 ? null : 0;
  }

  /** As what this page load takes part, if it does; each sees documents of its own. */
  #role(): string {
    const { me } = this.meeting();
    return me === null || me.waiting ? "" : `${me.role} ${me.participant ?? ""}`;
  }

  #notice(code: NoticeCode, detail: string, ops: number): void {
    const notice: Notice = { code, detail, ops };
    this.#emit({ type: "notice", notice });
  }

  #emit(event: BoardEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

