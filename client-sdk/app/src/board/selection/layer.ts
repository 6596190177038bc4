/** What is drawn over the board for the selection: its frame, handles and lock mark, the box or lasso, and the pointer's shape. */
import { placeFrame } from "../../canvas/presence-layer";
import { centre, holds, type Point, type Rect, turn } from "../../canvas/rect";
import type { Shape } from "../../canvas/shape";
import { toScreen, type View } from "../../canvas/view";
import type { Desk } from "../../tools/tool";
import { framed } from "../../tools/select/act";
import { type Frame, frameOf, type Grip, type Handle, handlesOf, innerBox, isSegment, shownFrame } from "../../tools/select/frame";
import type { Session } from "../session";
import { listenToClipboard } from "./clipboard";

/** Of so many selected things each has a thin outline of its own. */
const OUTLINES_MAX = 200;
/** CSS pixels on a laptop. */
const HANDLE_REACH = 10;
const REACH = 4;

const SVG = "http://www.w3.org/2000/svg";
const LOCK = "M7 11V8a5 5 0 0110 0v3M5.500 11h13v9h-13z";

export class SelectionLayer {
  private readonly root = element("selection-layer");
  private readonly frame = element("frame selection");
  private readonly marquee = element("frame marquee");
  private readonly lock = element("lock-mark");
  private readonly outlines = drawing("selection-outlines");
  private readonly lasso = drawing("selection-lasso");
  private readonly handles: HTMLElement[] = [];
  private readonly cleanups: (() => void)[] = [];

  constructor(
    overlay: HTMLElement,
    private readonly surface: HTMLElement,
    private readonly desk: Desk,
    private readonly session: Session,
  ) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", LOCK);
    svg.append(path);
    this.lock.append(svg);
    this.root.append(this.outlines.svg, this.frame, this.lock, this.marquee, this.lasso.svg);
    overlay.append(this.root);
    session.selecting.desk = desk;
    const hover = (event: PointerEvent): void => this.hover(event);
    surface.addEventListener("pointermove", hover);
    const redraw = (): void => desk.requestFrame();
    this.cleanups.push(
      listenToClipboard(desk, session),
      () => surface.removeEventListener("pointermove", hover),
      session.selection.on(redraw),
      session.selecting.changing.on(redraw),
      session.selecting.lasso.on(redraw),
      session.tool.on((tool) => {
        surface.style.cursor = "";
        // Moving the page about to see the rest of a selection is no other work.
        if (tool !== "select" && tool !== "hand") session.selection.set([]);
      }),
    );
  }

  close(): void {
    for (const cleanup of this.cleanups) cleanup();
    this.session.selecting.desk = null;
    this.session.selecting.place.set(null);
    this.surface.style.cursor = "";
    this.root.remove();
  }

  /** Once a frame. */
  draw(): void {
    const view = this.desk.view();
    const shapes = this.session.selection.get().flatMap((id) => this.desk.scene.get(id) ?? []);
    const free = shapes.filter(({ record }) => !record.locked);
    const changing = this.session.selecting.changing.get();
    const drawn = free.length > 0 ? free : shapes;
    const frame = this.frameNow(drawn);
    const segment = drawn.length === 1 && drawn[0] !== undefined && isSegment(drawn[0].record);
    const enlarged = this.desk.reach(1);
    const handles = frame === null || free.length === 0 ? [] : handlesOf(free, frame, view, enlarged, this.desk.freePlace());
    const shown = frame === null ? null : shownFrame(frame, view, enlarged);
    placeTurned(this.frame, segment && free.length > 0 ? null : shown);
    this.frame.classList.toggle("locked", free.length === 0);
    // While anything is dragged there is nothing to take hold of.
    const dragging = changing !== null || this.session.marquee.get() !== null || this.session.selecting.lasso.get().length > 0;
    this.placeHandles(dragging ? [] : handles);
    this.drawOutlines(shapes.length > 1 && shapes.length <= OUTLINES_MAX && changing === null ? shapes : [], view);
    this.placeLock(free.length === 0 ? shown : null);
    placeFrame(this.marquee, this.session.marquee.get(), view);
    this.drawLasso(view);
    this.tellPlace(changing !== null || this.session.selecting.cancel !== null ? null : shown, handles);
  }

  private frameNow(shapes: readonly Shape[]): Frame | null {
    const changing = this.session.selecting.changing.get();
    if (changing === null) return frameOf(shapes);
    const { act, frame } = changing;
    const [lone, second] = shapes;
    if (lone === undefined || second !== undefined || act.act === "move" || act.act === "turn") return framed(act, frame);
    const { record } = lone;
    const now = frameOf(shapes);
    // A text's lines may be shorter than the width that is being given to it.
    if (now === null || record.kind !== "text") return now;
    return { ...now, box: { ...now.box, width: Math.max(now.box.width, record.width) } };
  }

  private placeHandles(handles: readonly Handle[]): void {
    while (this.handles.length < handles.length) {
      const made = element("handle");
      this.handles.push(made);
      this.root.append(made);
    }
    this.handles.forEach((made, i) => {
      const handle = handles[i];
      made.hidden = handle === undefined;
      if (handle === undefined) return;
      made.className = `handle ${handle.grip.kind}`;
      made.style.transform = `translate(${handle.at.x}px, ${handle.at.y}px) translate(-50%, -50%)`;
    });
  }

  private drawOutlines(shapes: readonly Shape[], view: View): void {
    const loops = shapes.map((shape) => cornersOn(shape, view));
    this.outlines.path.setAttribute("d", loops.map((corners) => `M${corners.map(({ x, y }) => `${round(x)} ${round(y)}`).join("L")}Z`).join(""));
  }

  private drawLasso(view: View): void {
    const loop = this.session.selecting.lasso.get().map((point) => toScreen(view, point));
    this.lasso.path.setAttribute("d", loop.length < 2 ? "" : `M${loop.map(({ x, y }) => `${round(x)} ${round(y)}`).join("L")}Z`);
  }

  private placeLock(shown: Frame | null): void {
    this.lock.hidden = shown === null;
    if (shown === null) return;
    const { box, rotation } = shown;
    const corner = turn({ x: box.x + box.width, y: box.y }, centre(box), rotation);
    this.lock.style.transform = `translate(${corner.x}px, ${corner.y}px) translate(-50%, -50%)`;
  }

  /** The upright box around frame and handles, for the bar that stands beside them. */
  private tellPlace(shown: Frame | null, handles: readonly Handle[]): void {
    const { place } = this.session.selecting;
    const before = place.get();
    const now = shown === null ? null : boxOf([...cornersOf(shown), ...handles.map(({ at }) => at)]);
    const same = before !== null && now !== null && before.x === now.x && before.y === now.y && before.width === now.width && before.height === now.height;
    if (!same) place.set(now);
  }

  /** Says by the pointer's shape what a press would do. */
  private hover(event: PointerEvent): void {
    if (this.session.tool.get() !== "select" || event.pointerType === "touch" || event.buttons !== 0) return;
    const corner = this.surface.getBoundingClientRect();
    this.surface.style.cursor = this.cursorAt({ x: event.clientX - corner.left, y: event.clientY - corner.top });
  }

  private cursorAt(at: Point): string {
    const { desk } = this;
    const view = desk.view();
    const shapes = this.session.selection.get().flatMap((id) => desk.scene.get(id) ?? []).filter(({ record }) => !record.locked);
    const frame = frameOf(shapes);
    if (frame !== null) {
      const near = handlesOf(shapes, frame, view, desk.reach(1), desk.freePlace()).filter((handle) => Math.hypot(handle.at.x - at.x, handle.at.y - at.y) <= desk.reach(HANDLE_REACH));
      const grip = near[near.length - 1]?.grip;
      if (grip !== undefined) return cursorOf(grip, frame.rotation);
      const { box, rotation } = shownFrame(frame, view, desk.reach(1));
      if (holds(box, turn(at, centre(box), -rotation))) return "move";
    }
    const page = { x: (at.x - view.x) / view.scale, y: (at.y - view.y) / view.scale };
    const hit = desk.scene.at(page, desk.reach(REACH) / view.scale)?.record;
    return hit === undefined ? "" : hit.locked ? "pointer" : "move";
  }
}

const SIZE_CURSORS = ["ew-resize", "nwse-resize", "ns-resize", "nesw-resize"] as const;

function cursorOf(grip: Grip, rotation: number): string {
  if (grip.kind === "turn") return "grab";
  if (grip.kind === "end") return "crosshair";
  const degrees = (Math.atan2(grip.hy, grip.hx) * 180) / Math.PI + rotation;
  return SIZE_CURSORS[((Math.round(degrees / 45) % 4) + 4) % 4] ?? "pointer";
}

function cornersOn(shape: Shape, view: View): Point[] {
  return cornersOf({ box: innerBox(shape), rotation: shape.record.rotation }).map((corner) => toScreen(view, corner));
}

function cornersOf({ box, rotation }: Frame): Point[] {
  const middle = centre(box);
  const { x, y, width, height } = box;
  return [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ].map((corner) => turn(corner, middle, rotation));
}

function boxOf(points: readonly Point[]): Rect {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

function placeTurned(frame: HTMLElement, shown: Frame | null): void {
  frame.hidden = shown === null;
  if (shown === null) return;
  const { box, rotation } = shown;
  frame.style.width = `${box.width}px`;
  frame.style.height = `${box.height}px`;
  frame.style.transform = `translate(${box.x}px, ${box.y}px) translate(${box.width / 2}px, ${box.height / 2}px) rotate(${rotation}deg) translate(${-box.width / 2}px, ${-box.height / 2}px)`;
}

function element(name: string): HTMLElement {
  const made = document.createElement("div");
  made.className = name;
  made.hidden = name.startsWith("frame") || name === "lock-mark";
  return made;
}

function drawing(name: string): { svg: SVGElement; path: SVGElement } {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", name);
  const path = document.createElementNS(SVG, "path");
  svg.append(path);
  return { svg, path };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
