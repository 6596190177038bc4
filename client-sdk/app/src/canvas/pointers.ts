/**
 * Turns the surface's pointer events into calls of tools. Each pointer stays with the tool it began with,
 * unless it turns out to be a palm, or one of two fingers that move the page: {@link ./touch-rules}.
 */
import { fingers } from "../state/fingers";
import { Pressure } from "../tools/pressure";
import { type Hands, MAIN_HAND } from "../tools/hands";
import type { Pointer, Sample, Tool } from "../tools/tool";
import { belongsToComposition } from "../ui/composing";
import { Fresh, type Way } from "./fresh";
import type { Point } from "./rect";
import { BEFORE_PEN, isPalm, mayPinch, Pens, type Touch, unsettled } from "./touch-rules";
import { toPage, type View } from "./view";

const MIDDLE_BUTTON = 1;
/** Of `buttons`: the other end of a pen. */
const ERASER_END = 32;

/** Which tool a pointer asks for: the chosen one, or another for as long as it is down. */
export type Wanted = "chosen" | "hand" | "eraser";

export interface PointerHost {
  readonly hands: Hands;
  view(): View;
  /** Null: nothing can be done now. */
  toolFor(wanted: Wanted): Tool | null;
  requestFrame(): void;
  /** The last place of a pointer on the page; null when none is over it. */
  cursor(page: Point | null): void;
  /** A mouse or pen is over the surface without being down, or has left it. */
  hover(pointer: Pointer, at: Sample | null): void;
}

/** A pointer as tools see it; only here is it known when it settles. */
interface OwnPointer extends Pointer {
  held: boolean;
}

interface Active {
  readonly pointer: OwnPointer;
  tool: Tool;
  last: Sample;
  /** Only fingers have one. */
  readonly touch: Touch | null;
  /** One of the fingers that move the page. */
  moving: boolean;
  readonly fresh: Fresh;
}

/** Of more pointers at once, each sample by itself would cost more than it gains. */
const RAW_POINTERS_MAX = 2;

export class Pointers {
  private readonly active = new Map<number, Active>();
  private readonly pressure = new Pressure();
  private readonly pens = new Pens();
  private readonly cleanups: (() => void)[] = [];
  private corner: Point = { x: 0, y: 0 };
  private space = false;

  constructor(
    private readonly surface: HTMLElement,
    private readonly host: PointerHost,
  ) {
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.move(event, "frame"));
    surface.addEventListener("pointerrawupdate", (event) => this.raw(event as PointerEvent));
    surface.addEventListener("pointerup", (event) => this.up(event));
    surface.addEventListener("pointercancel", (event) => this.up(event));
    surface.addEventListener("lostpointercapture", (event) => this.up(event));
    surface.addEventListener("pointerleave", (event) => {
      if (this.active.size === 0) this.host.cursor(null);
      if (event.pointerType !== "touch") this.host.hover(this.hovering(event), null);
    });
    // Nothing of the browser's own: no focus moving away from an open text, no menu, no page zoom.
    surface.addEventListener("mousedown", (event) => event.preventDefault());
    surface.addEventListener("contextmenu", (event) => event.preventDefault());
    // Some systems paste what was last selected anywhere when the middle button is lifted, unless this event is told not to.
    surface.addEventListener("mouseup", (event) => {
      if (event.button === MIDDLE_BUTTON) event.preventDefault();
    });
    for (const type of ["gesturestart", "gesturechange", "touchstart"]) {
      surface.addEventListener(type, (event) => event.preventDefault(), { passive: false });
    }
    this.listenForSpace();
  }

  get busy(): boolean {
    return this.active.size > 0;
  }

  /** The surface moved on the screen. */
  measure(): void {
    const box = this.surface.getBoundingClientRect();
    this.corner = { x: box.left, y: box.top };
  }

  /** Ends what is going on, as if every pointer had been lifted. */
  finish(): void {
    for (const { pointer, tool } of this.active.values()) {
      pointer.held = false;
      tool.finish?.();
      this.host.hands.release(pointer.id);
    }
    this.active.clear();
  }

  /** Once before each painted frame: fingers that write for sure may be written. */
  frame(): void {
    let waiting = false;
    for (const { pointer, touch } of this.active.values()) {
      if (!pointer.held || touch === null) continue;
      pointer.held = this.unsettled(touch, performance.now());
      waiting ||= pointer.held;
    }
    if (waiting) this.host.requestFrame();
  }

  /** Nobody can wait any longer to see what the fingers turn out to be. */
  settle(): void {
    for (const { pointer } of this.active.values()) pointer.held = false;
  }

  close(): void {
    for (const cleanup of this.cleanups) cleanup();
  }

  private down(event: PointerEvent): void {
    if (event.pointerType === "mouse" && event.button !== 0 && event.button !== MIDDLE_BUTTON) return;
    // A press that is prevented has no mouse events after it, and the middle button's is wanted.
    if (event.button !== MIDDLE_BUTTON) event.preventDefault();
    if (this.active.has(event.pointerId)) return;
    this.measure();
    if (event.pointerType === "pen") this.penCame(event, true);
    const touch = event.pointerType === "touch";
    if (touch && (this.pens.near(event.timeStamp) || isPalm(event, window.screen.width))) return;
    if (touch && this.pinches(event)) return;
    this.begin(event, this.wanted(event));
  }

  private begin(event: PointerEvent, wanted: Wanted): Active | null {
    const tool = this.host.toolFor(wanted);
    if (tool === null) return null;
    this.surface.setPointerCapture(event.pointerId);
    const at = this.sample(event);
    const touch: Touch | null =
      event.pointerType === "touch" ? { id: event.pointerId, since: event.timeStamp, start: at.screen, now: at.screen } : null;
    const pointer: OwnPointer = {
      id: event.pointerId,
      hand: this.host.hands.take(event.pointerId, event.pointerType),
      type: event.pointerType,
      shift: event.shiftKey,
      held: touch !== null && this.unsettled(touch, event.timeStamp),
    };
    const active: Active = { pointer, tool, last: at, touch, moving: false, fresh: new Fresh(event.timeStamp) };
    this.active.set(event.pointerId, active);
    this.host.cursor(at.page);
    tool.down(pointer, at);
    if (pointer.held) this.host.requestFrame();
    return active;
  }

  /** Some browsers tell of a move before the frame in which they tell of all of them: wet ink need not wait for that. */
  private raw(event: PointerEvent): void {
    const active = this.active.get(event.pointerId);
    const writes = active !== undefined && (active.tool.name === "pen" || active.tool.name === "highlighter");
    if (!writes || this.active.size > RAW_POINTERS_MAX) return;
    this.move(event, "raw");
  }

  private move(event: PointerEvent, way: Way): void {
    if (event.pointerType === "pen") this.penCame(event, false);
    const active = this.active.get(event.pointerId);
    if (active !== undefined) {
      const parts = event.getCoalescedEvents?.() ?? [];
      const fresh = active.fresh.of(way, parts.length > 0 ? parts : [event]);
      if (fresh.length === 0) return;
      const samples = fresh.map((part) => this.sample(part));
      active.last = samples[samples.length - 1] ?? active.last;
      if (active.touch !== null) active.touch.now = active.last.screen;
      if (this.becamePalm(active, event)) {
        this.takeBack(active);
        return;
      }
      active.tool.move(active.pointer, samples);
      this.host.cursor(active.last.page);
    } else if (event.pointerType !== "touch") {
      const at = this.sample(event);
      this.host.cursor(at.page);
      this.host.hover(this.hovering(event), at);
    }
  }

  private up(event: PointerEvent): void {
    if (event.pointerType === "pen") this.pens.lift(event.pointerId);
    const active = this.active.get(event.pointerId);
    if (active === undefined) return;
    this.active.delete(event.pointerId);
    active.pointer.held = false;
    // Only a lifted pointer says where it was, and none says how hard it had been pressed. One that the
    // system takes away leaves what it did.
    const at = event.type === "pointerup" ? { ...this.sample(event), pressure: active.last.pressure } : active.last;
    active.tool.up(active.pointer, at);
    this.host.hands.release(event.pointerId);
    if (event.pointerType === "touch" && this.active.size === 0) this.host.cursor(null);
    // What waited for the pointer to be lifted.
    this.host.requestFrame();
  }

  private wanted(event: PointerEvent): Wanted {
    if ((event.buttons & ERASER_END) !== 0) return "eraser";
    if (this.space || (event.pointerType === "mouse" && event.button === MIDDLE_BUTTON)) return "hand";
    return "chosen";
  }

  /** The touches that began just before a pen came are its hand's. */
  private penCame(event: PointerEvent, pressed: boolean): void {
    const came = this.pens.sign(event.timeStamp);
    if (pressed) this.pens.press(event.pointerId);
    if (!came && !pressed) return;
    for (const active of [...this.active.values()]) {
      if (active.touch !== null && event.timeStamp - active.touch.since < BEFORE_PEN) this.takeBack(active);
    }
  }

  /** True if this finger moves the page, together with one that came down with it. */
  private pinches(event: PointerEvent): boolean {
    if (fingers.get().two !== "move") return false;
    const touches = [...this.active.values()].filter(({ touch }) => touch !== null);
    const others = touches.filter(({ moving, touch }) => moving || (touch !== null && mayPinch(touch, event.timeStamp)));
    if (others.length === 0) return false;
    const hand = this.host.toolFor("hand");
    if (hand === null) return false;
    for (const other of others) {
      if (other.moving) continue;
      if (other.tool !== hand) {
        abandon(other.tool, other.pointer);
        other.tool = hand;
        hand.down(other.pointer, other.last);
      }
      other.moving = true;
      other.pointer.held = false;
    }
    const own = this.begin(event, "hand");
    if (own !== null) own.moving = true;
    return true;
  }

  private unsettled(touch: Touch, time: number): boolean {
    return unsettled(touch, time, { two: fingers.get().two, pens: this.pens.known });
  }

  /** A palm often comes down with its edge, and is a finger for a moment. */
  private becamePalm(active: Active, event: PointerEvent): boolean {
    const { touch, moving } = active;
    return touch !== null && !moving && event.timeStamp - touch.since < BEFORE_PEN && isPalm(event, window.screen.width);
  }

  private takeBack(active: Active): void {
    this.active.delete(active.pointer.id);
    abandon(active.tool, active.pointer);
    this.host.hands.release(active.pointer.id);
  }

  /** The space bar makes any pointer move the page, unless it means a button or a letter. */
  private listenForSpace(): void {
    const hold = (event: KeyboardEvent): void => {
      if (event.key !== " " || belongsToComposition(event)) return;
      if (event.target !== this.surface && event.target !== document.body) return;
      event.preventDefault();
      this.setSpace(true);
    };
    const release = (event: KeyboardEvent): void => {
      if (event.key === " ") this.setSpace(false);
    };
    const lost = (): void => this.setSpace(false);
    window.addEventListener("keydown", hold);
    window.addEventListener("keyup", release);
    window.addEventListener("blur", lost);
    this.cleanups.push(
      () => window.removeEventListener("keydown", hold),
      () => window.removeEventListener("keyup", release),
      () => window.removeEventListener("blur", lost),
    );
  }

  private setSpace(held: boolean): void {
    this.space = held;
    if (held) this.surface.dataset["pan"] = "";
    else delete this.surface.dataset["pan"];
  }

  private hovering(event: PointerEvent): Pointer {
    return { id: event.pointerId, hand: MAIN_HAND, type: event.pointerType, shift: event.shiftKey };
  }

  private sample(event: PointerEvent): Sample {
    const screen = { x: event.clientX - this.corner.x, y: event.clientY - this.corner.y };
    return {
      screen,
      page: toPage(this.host.view(), screen),
      pressure: this.pressure.of(event),
      time: event.timeStamp,
      shift: event.shiftKey,
      alt: event.altKey,
    };
  }
}

/** What a pointer began is as if it had never been. */
function abandon(tool: Tool, pointer: Pointer): void {
  if (tool.cancel !== undefined) tool.cancel(pointer);
  else tool.finish?.();
}
