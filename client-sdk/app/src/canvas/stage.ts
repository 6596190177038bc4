/**
 * The place where a page is shown and written on: it owns the canvases, the view, the pointers, the
 * text editor and the frame in which all of them are brought up to date.
 */
import type { Background, Board, BoardEvent, Edit, Preview, RecordId, RemotePresence, ShapeRecord } from "@kakehashi/client";
import { SelectionLayer } from "../board/selection/layer";
import type { Session } from "../board/session";
import { appearance } from "../state/appearance";
import { takeDrops } from "../images/drops";
import type { Identity } from "../state/identity";
import type { Store } from "../state/store";
import { TextEditor } from "../text/editor";
import { showLook } from "../text/look";
import { makeTools, type Tools } from "../tools/registry";
import type { ToolStyles } from "../tools/styles";
import { type Desk, type Pointer, type Tool, WRITING_TOOLS } from "../tools/tool";
import type { Selecting } from "../tools/select/selecting";
import { words } from "../words";
import { DryCanvas } from "./dry";
import { LIFT_MIN, Lifted } from "./lifted";
import { Pictures } from "./pictures";
import { Pointers, type Wanted } from "./pointers";
import { PresenceLayer } from "./presence-layer";
import type { Point, Rect } from "./rect";
import { Rings } from "./rings";
import { Scene } from "./scene";
import { Sketches } from "./sketches";
import { measurer } from "./text-layout";
import { Trails } from "./trails";
import { shownIn, viewOver } from "./follow-view";
import { fit, keepInSight, resized, sameView, type Size, toPage, type View, visible, zoomAt } from "./view";
import { WetCanvas } from "./wet";
import { WetOthers } from "./wet-others";
import { wheelMove } from "./wheel";

/** More device pixels than this a side cost more than they show. */
const RATIO_MAX = 3;
/** CSS pixels of a rem on a laptop. */
const LAPTOP_REM = 16;
/** A finger reaches farther than the tip of a mouse pointer. */
const FINGER = 1.6;
/** Records that one presence may name; of a larger selection the others see the rest when it is written. */
const PRESENCE_RECORDS_MAX = 256;

/** The elements that the board's screen gives to the stage. */
export interface StageElements {
  readonly surface: HTMLElement;
  readonly dry: HTMLCanvasElement;
  readonly wet: HTMLCanvasElement;
  /** Lies over the canvases and lets pointers through. */
  readonly overlay: HTMLElement;
  /** Holds the text editor, above the surface. */
  readonly editors: HTMLElement;
  /** The part of the surface that no bar lies on; the sheet is fitted into it. */
  readonly place: HTMLElement;
}

export class Stage implements Desk {
  readonly board: Board;
  readonly scene: Scene;
  readonly wet: WetCanvas;
  readonly selection: Store<readonly RecordId[]>;
  readonly styles: ToolStyles;
  readonly sketches: Sketches;
  readonly trails: Trails;
  readonly rings: Rings;
  readonly selecting: Selecting;
  private readonly wetOthers: WetOthers;
  private readonly dry: DryCanvas;
  private readonly pictures: Pictures;
  private readonly pointers: Pointers;
  private readonly presence: PresenceLayer;
  private readonly tools: Tools;
  private readonly selectionLayer: SelectionLayer;
  private readonly lifted: Lifted;
  private readonly cleanups: (() => void)[] = [];
  private now: View = { scale: 1, x: 0, y: 0 };
  private extent: Size = { width: 1, height: 1 };
  private place: Rect = { x: 0, y: 0, width: 1, height: 1 };
  private ratio = 1;
  /** How much larger things are here than on a laptop. */
  private enlarged = 1;
  private fitted = true;
  private editor: TextEditor | null = null;
  private edited: RecordId | null = null;
  /** The others on this page. */
  private people: readonly RemotePresence[] = [];
  /** Some of them point elsewhere than was read last. */
  private peoplePoint = false;
  private preview: Preview | null = null;
  /** The preview is shown here as the records that it will become, or lifted off the page. */
  private drafted = false;
  private cursorAt: Point | null = null;
  private laserAt: Point | null = null;
  private frameRequest = 0;
  private closed = false;
  private presenceChanged = true;
  private shownPage: string | null | undefined;

  constructor(
    private readonly session: Session,
    private readonly elements: StageElements,
    private readonly me: Store<Identity>,
  ) {
    const { board } = session;
    this.board = board;
    this.selection = session.selection;
    this.styles = session.styles;
    this.selecting = session.selecting;
    this.scene = new Scene(board, measurer(), () => this.requestFrame());
    this.pictures = new Pictures(
      (asset) => session.images.urlOf(asset),
      (asset) => this.scene.imageArrived(asset),
    );
    const paints = { line: this.scene.line, image: (asset: string) => this.pictures.get(asset) };
    this.dry = new DryCanvas(elements.dry, this.scene, paints, () => this.requestFrame());
    this.wet = new WetCanvas(elements.wet);
    this.wetOthers = new WetOthers(this);
    this.sketches = new Sketches(elements.overlay, paints, measurer(), () => this.requestFrame());
    this.trails = new Trails(elements.overlay, () => this.requestFrame(), () => this.enlarged);
    this.rings = new Rings(elements.overlay);
    this.presence = new PresenceLayer(elements.overlay, this.trails, () => this.requestFrame());
    this.lifted = new Lifted(elements.overlay, this.scene, paints);
    this.selectionLayer = new SelectionLayer(elements.overlay, elements.surface, this, session);
    this.tools = makeTools(this);
    this.pointers = new Pointers(elements.surface, {
      hands: session.hands,
      view: () => this.now,
      toolFor: (wanted) => this.toolFor(wanted),
      requestFrame: () => this.requestFrame(),
      cursor: (page) => this.setCursor(page),
      hover: (pointer, at) => this.tools[session.tool.get()].hover?.(pointer, at),
    });
    session.leavesPage = () => this.finish();
    session.images.inSight = () => visible(this.now, this.extent);
    this.listen();
    this.resize();
    this.showPage();
  }

  view(): View {
    return this.now;
  }

  reach(pixels: number, pointer?: Pointer): number {
    return pixels * this.enlarged * (pointer?.type === "touch" ? FINGER : 1);
  }

  size(): Size {
    return this.extent;
  }

  freePlace(): Rect {
    return this.place;
  }

  /** The part of the page's plane that no bar lies on. */
  shown(): Rect {
    return shownIn(this.now, this.place);
  }

  setView(view: View): void {
    this.session.following.stop();
    this.fitted = false;
    this.applyView(view);
  }

  showWholePage(): void {
    this.session.following.stop();
    this.fitted = true;
    this.applyView(fit(this.extent, this.place));
  }

  /** The sheet's place is elsewhere, and as large as it was: nothing else tells of that. */
  placeMoved(): void {
    this.resize();
  }

  /** About the middle of the screen. */
  zoomBy(factor: number): void {
    this.zoomAround({ x: this.place.x + this.place.width / 2, y: this.place.y + this.place.height / 2 }, factor);
  }

  write<T>(hand: number, gesture: number, edits: (edit: Edit) => T): T | undefined {
    return this.session.write(hand, gesture, edits);
  }

  requestFrame(): void {
    if (this.frameRequest === 0 && !this.closed) this.frameRequest = requestAnimationFrame(() => this.frame());
  }

  setPreview(preview: Preview | null, drafts: readonly ShapeRecord[] = []): void {
    this.preview = preview;
    const many = preview !== null && drafts.length === 0 && preview.records.length >= LIFT_MIN;
    this.drafted = drafts.length > 0 || many;
    this.scene.setDrafts(drafts);
    if (many) this.lifted.show(preview.records, preview.transform, this.now, this.extent, this.ratio);
    else this.lifted.drop();
    this.presenceChanged = true;
    this.applyPreviews();
    this.requestFrame();
  }

  setMarquee(box: Rect | null): void {
    this.session.marquee.set(box);
    this.requestFrame();
  }

  setLaser(page: Point | null): void {
    this.laserAt = page;
    this.presenceMoved();
  }

  pickImages(at: Point): void {
    this.session.images.pick(at);
  }

  editText(target: RecordId | Point): void {
    this.closeText();
    const record = typeof target === "string" ? this.board.record(target) : null;
    const box = record === null ? (target as Point) : record;
    if (box === undefined || ("kind" in box && box.kind !== "text" && box.kind !== "note")) return;
    this.selection.set([]);
    if (record?.kind === "text" || record?.kind === "note") showLook(this.styles, record);
    this.editor = new TextEditor(
      {
        board: this.board,
        write: (hand, gesture, edits) => this.write(hand, gesture, edits),
        setEditing: (id) => this.setEditing(id),
        undo: () => this.session.undo(),
        redo: () => this.session.redo(),
        closed: () => this.editorClosed(),
      },
      this.elements.editors,
      box,
      this.styles,
      "kind" in box && box.kind === "note" ? words.editNote : words.editText,
    );
    this.editor.setView(this.now);
    this.editor.focus();
  }

  closeText(): void {
    this.editor?.close();
  }

  /** Hands everything on to the board that is only on the screen yet. */
  flush(): void {
    this.pointers.settle();
    for (const tool of Object.values(this.tools)) tool.frame?.();
    this.editor?.flush();
  }

  close(): void {
    this.finish();
    this.pointers.close();
    this.flush();
    this.closeText();
    // What follows, and what is still on its way, may ask for frames: of a board that is closed there are none.
    this.closed = true;
    cancelAnimationFrame(this.frameRequest);
    this.wetOthers.clear();
    for (const cleanup of this.cleanups) cleanup();
    this.scene.close();
    this.pictures.close();
    this.dry.close();
    this.presence.close();
    this.selectionLayer.close();
  }

  /** Ends what is being done, with pointers that are down and between them. */
  private finish(): void {
    this.pointers.finish();
    for (const tool of Object.values(this.tools)) tool.finish?.();
  }

  private listen(): void {
    const { surface } = this.elements;
    const onWindow = (type: string, target: EventTarget, handler: () => void): void => {
      target.addEventListener(type, handler);
      this.cleanups.push(() => target.removeEventListener(type, handler));
    };
    onWindow("visibilitychange", document, () => this.flush());
    surface.addEventListener("blur", () => delete surface.dataset["quiet"]);
    surface.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(surface);
    observer.observe(this.elements.place);
    this.cleanups.push(
      () => observer.disconnect(),
      takeDrops(surface, this.session, (event) => {
        const box = surface.getBoundingClientRect();
        return toPage(this.now, { x: event.clientX - box.left, y: event.clientY - box.top });
      }),
      this.board.on((event) => this.boardChanged(event)),
      this.selection.on(() => this.presenceMoved()),
      this.me.on(() => this.presenceMoved()),
      this.session.following.leader.on(() => this.presenceMoved()),
      appearance.on(() => {
        this.scene.dirty.all();
        this.requestFrame();
      }),
      this.session.page.on((page) => {
        if (page !== this.shownPage) this.showPage();
      }),
      this.session.held.on((held) => {
        if (held === null) return;
        this.finish();
        this.closeText();
      }),
      this.session.tool.on(() => {
        this.finish();
        this.rings.clear();
        this.closeText();
      }),
    );
  }

  private boardChanged(event: BoardEvent): void {
    // Pages are frozen without another word, so what was drawn leaves the screen first.
    if (event.type === "leaving") {
      this.flush();
      return;
    }
    if (this.board.page() !== this.shownPage) {
      this.showPage();
    } else if (event.type === "records" && event.page === this.shownPage) {
      if (event.all) this.scene.reload();
      else this.scene.update(event.changed);
      const edited = this.editor?.record ?? null;
      if (edited !== null && (event.all || event.changed.includes(edited))) this.editor?.recordChanged();
    } else if (event.type === "presence") {
      this.readPeople();
    } else if (event.type === "wet") {
      // Of many who draw it comes more often than frames do.
      this.peoplePoint = true;
    }
    this.requestFrame();
  }

  private showPage(): void {
    this.finish();
    this.closeText();
    this.selection.set([]);
    this.shownPage = this.board.page();
    this.wetOthers.clear();
    this.scene.turnPage();
    this.trails.clear();
    this.readPeople();
    this.presenceMoved();
  }

  private toolFor(wanted: Wanted): Tool | null {
    if (this.board.page() === null || !this.board.ready()) return null;
    const tool = this.tools[wanted === "chosen" ? this.session.tool.get() : wanted];
    if (this.session.held.get() !== null && WRITING_TOOLS.includes(tool.name)) return null;
    if (tool.name !== "text" && tool.name !== "note" && tool.name !== "hand") this.closeText();
    if (this.editor === null) this.focusSurface();
    return tool;
  }

  private resize(): void {
    const { surface } = this.elements;
    const before = this.extent;
    this.extent = { width: Math.max(1, surface.clientWidth), height: Math.max(1, surface.clientHeight) };
    const around = surface.getBoundingClientRect();
    const free = this.elements.place.getBoundingClientRect();
    this.place = { x: free.left - around.left, y: free.top - around.top, width: Math.max(1, free.width), height: Math.max(1, free.height) };
    this.enlarged = (parseFloat(getComputedStyle(document.documentElement).fontSize) || LAPTOP_REM) / LAPTOP_REM;
    this.ratio = Math.min(RATIO_MAX, window.devicePixelRatio || 1);
    this.pointers.measure();
    this.dry.resize(this.extent, this.ratio);
    this.wet.resize(this.extent, this.ratio);
    this.sketches.resize(this.extent, this.ratio);
    this.trails.resize(this.extent, this.ratio);
    // A screen keyboard that comes up must not move the text that is being written.
    if (this.fitted && this.editor === null) this.applyView(fit(this.extent, this.place));
    else if (this.editor === null) this.applyView(keepInSight(resized(this.now, before, this.extent), this.extent, this.place));
    // A resized canvas is empty, and waiting for the next frame would show that.
    this.frame();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    const move = wheelMove(event);
    if (move.zoom === 1) {
      this.setView(keepInSight({ ...this.now, x: this.now.x - move.dx, y: this.now.y - move.dy }, this.extent, this.place));
      return;
    }
    const box = this.elements.surface.getBoundingClientRect();
    this.zoomAround({ x: event.clientX - box.left, y: event.clientY - box.top }, move.zoom);
  }

  private zoomAround(at: Point, factor: number): void {
    this.setView(keepInSight(zoomAt(this.now, at, factor), this.extent, this.place));
  }

  private applyView(view: View): void {
    this.now = view;
    this.session.zoom.set(view.scale);
    this.wet.setView(view);
    this.lifted.place(view);
    this.sketches.touch();
    this.editor?.setView(view);
    this.presenceMoved();
  }

  private setCursor(page: Point | null): void {
    this.cursorAt = page;
    this.presenceMoved();
  }

  private presenceMoved(): void {
    this.presenceChanged = true;
    this.requestFrame();
  }

  private setEditing(id: RecordId | null): void {
    if (this.edited !== null && this.edited !== id) this.scene.show(this.edited);
    if (id !== null && this.edited !== id) this.scene.hide(id);
    if (this.edited === id) return;
    this.edited = id;
    this.presenceMoved();
  }

  private editorClosed(): void {
    this.editor = null;
    if (this.fitted) this.applyView(fit(this.extent, this.place));
    this.focusSurface();
  }

  /** Keys go to the board. The ring around what has the focus is for those who came by the keyboard. */
  private focusSurface(): void {
    const { surface } = this.elements;
    surface.dataset["quiet"] = "";
    surface.focus({ preventScroll: true });
  }

  private readPeople(): void {
    this.peoplePoint = false;
    this.people = this.board.presence().filter((person) => person.page === this.shownPage);
    this.applyPreviews();
  }

  /** How records are shown while somebody drags them. */
  private applyPreviews(): void {
    const others = this.people.flatMap((person) => person.preview ?? []);
    this.scene.setPreviews(this.preview === null || this.drafted ? others : [...others, this.preview]);
  }

  /** Shows what the one who is followed shows. Under a pen the page keeps still, and catches up when it is lifted. */
  private follow(): void {
    const leader = this.session.following.leading();
    if (leader === null || this.pointers.busy) return;
    const { page } = leader;
    if (page !== null && page !== this.shownPage && this.session.entry(page) !== undefined) this.session.showPage(page);
    const seen = this.people.find(({ actor }) => actor === leader.actor)?.viewport ?? null;
    const view = seen === null || this.editor !== null ? null : viewOver(seen, this.place);
    if (view === null || sameView(view, this.now)) return;
    this.fitted = false;
    this.applyView(view);
  }

  private frame(): void {
    cancelAnimationFrame(this.frameRequest);
    this.frameRequest = 0;
    if (this.peoplePoint) this.readPeople();
    this.follow();
    this.pointers.frame();
    for (const tool of Object.values(this.tools)) tool.frame?.();
    if (this.presenceChanged) this.tellPresence();
    this.wetOthers.frame(performance.now());
    this.dry.frame(this.now, this.extent, this.ratio, this.background());
    const boundsOf = (ids: readonly RecordId[]): Rect | null => this.scene.boundsOf(ids);
    this.sketches.frame(this.now);
    this.presence.draw(this.people, this.now, this.extent, boundsOf);
    this.trails.frame(this.now);
    this.selectionLayer.draw();
    if (this.session.reports.wanted && this.dry.upToDate) this.session.reports.painted();
  }

  private tellPresence(): void {
    this.presenceChanged = false;
    this.board.setPresence({
      ...this.me.get(),
      cursor: this.cursorAt,
      laser: this.laserAt,
      viewport: this.shown(),
      selection: this.selection.get().slice(0, PRESENCE_RECORDS_MAX),
      editing: this.edited,
      following: this.session.following.leader.get()?.actor ?? null,
      preview: this.preview && { ...this.preview, records: this.preview.records.slice(0, PRESENCE_RECORDS_MAX) },
    });
  }

  private background(): Background {
    const page = this.board.page();
    return this.session.entry(page)?.background ?? "plain";
  }
}
