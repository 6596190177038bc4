/** Turns the surface's pointer events into calls of tools. Each pointer stays with the tool it began with. */
import { Pressure } from "../tools/pressure";
import { type Hands, MAIN_HAND } from "../tools/hands";
import type { Pointer, Sample, Tool } from "../tools/tool";
import type { Point } from "./rect";
import { toPage, type View } from "./view";

const MIDDLE_BUTTON = 1;

export interface PointerHost {
  readonly hands: Hands;
  view(): View;
  /** Null: nothing can be done now. */
  toolFor(button: number): Tool | null;
  /** The last place of a pointer on the page; null when none is over it. */
  cursor(page: Point | null): void;
  /** A mouse or pen is over the surface without being down, or has left it. */
  hover(pointer: Pointer, at: Sample | null): void;
}

interface Active {
  readonly pointer: Pointer;
  readonly tool: Tool;
  last: Sample;
}

export class Pointers {
  private readonly active = new Map<number, Active>();
  private readonly pressure = new Pressure();
  private corner: Point = { x: 0, y: 0 };

  constructor(
    private readonly surface: HTMLElement,
    private readonly host: PointerHost,
  ) {
    surface.addEventListener("pointerdown", (event) => this.down(event));
    surface.addEventListener("pointermove", (event) => this.move(event));
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
    for (const type of ["gesturestart", "gesturechange", "touchstart"]) {
      surface.addEventListener(type, (event) => event.preventDefault(), { passive: false });
    }
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
      tool.finish?.();
      this.host.hands.release(pointer.id);
    }
    this.active.clear();
  }

  private down(event: PointerEvent): void {
    if (event.pointerType === "mouse" && event.button !== 0 && event.button !== MIDDLE_BUTTON) return;
    event.preventDefault();
    if (this.active.has(event.pointerId)) return;
    this.measure();
    const tool = this.host.toolFor(event.button);
    if (tool === null) return;
    this.surface.setPointerCapture(event.pointerId);
    const pointer: Pointer = {
      id: event.pointerId,
      hand: this.host.hands.take(event.pointerId, event.pointerType),
      type: event.pointerType,
      shift: event.shiftKey,
    };
    const at = this.sample(event);
    this.active.set(event.pointerId, { pointer, tool, last: at });
    this.host.cursor(at.page);
    tool.down(pointer, at);
  }

  private move(event: PointerEvent): void {
    const active = this.active.get(event.pointerId);
    if (active !== undefined) {
      const parts = event.getCoalescedEvents?.() ?? [];
      const samples = (parts.length > 0 ? parts : [event]).map((part) => this.sample(part));
      active.last = samples[samples.length - 1] ?? active.last;
      active.tool.move(active.pointer, samples);
      this.host.cursor(active.last.page);
    } else if (event.pointerType !== "touch") {
      const at = this.sample(event);
      this.host.cursor(at.page);
      this.host.hover(this.hovering(event), at);
    }
  }

  private up(event: PointerEvent): void {
    const active = this.active.get(event.pointerId);
    if (active === undefined) return;
    this.active.delete(event.pointerId);
    // Only a lifted pointer says where it was, and none says how hard it had been pressed.
    const at = event.type === "pointerup" ? { ...this.sample(event), pressure: active.last.pressure } : active.last;
    active.tool.up(active.pointer, at);
    this.host.hands.release(event.pointerId);
    if (event.pointerType === "touch" && this.active.size === 0) this.host.cursor(null);
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
