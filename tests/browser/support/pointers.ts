/**
 * Pointers as the browser gets them from a device: events of Chromium's own input pipeline, which
 * become pointer events with coalesced samples.
 */
import type { CDPSession } from "@playwright/test";
import type { Point } from "./ink.mjs";

/** Samples that are sent without waiting in between, as a fast device delivers within a frame. */
const BURST = 4;

/** A mouse, or a stylus that reports pressure. */
export class MousePen {
  private last: Point = { x: 0, y: 0 };

  constructor(
    private readonly cdp: CDPSession,
    private readonly kind: "mouse" | "pen" = "mouse",
  ) {}

  async down(at: Point): Promise<void> {
    await this.send("mouseMoved", at, 0);
    await this.send("mousePressed", at, 1);
  }

  async move(points: readonly Point[]): Promise<void> {
    for (let i = 0; i < points.length; i += BURST) {
      await Promise.all(points.slice(i, i + BURST).map((point) => this.send("mouseMoved", point, 1)));
    }
  }

  async up(): Promise<void> {
    await this.send("mouseReleased", this.last, 0);
  }

  async stroke(points: readonly Point[]): Promise<void> {
    const [first, ...rest] = points;
    if (first === undefined) return;
    await this.down(first);
    await this.move(rest);
    await this.up();
  }

  private async send(type: "mouseMoved" | "mousePressed" | "mouseReleased", at: Point, buttons: number): Promise<void> {
    this.last = at;
    const button = type === "mouseMoved" && buttons === 0 ? "none" : "left";
    await this.cdp.send("Input.dispatchMouseEvent", {
      type,
      x: at.x,
      y: at.y,
      button,
      buttons,
      clickCount: type === "mouseMoved" ? 0 : 1,
      pointerType: this.kind,
      force: this.kind === "pen" ? 0.3 + 0.4 * Math.abs(Math.sin(at.x / 40)) : 0.5,
    });
  }
}

/** Fingers on a touch screen, any number at once. */
export class Touches {
  private at: Point[] = [];

  constructor(
    private readonly cdp: CDPSession,
    /** CSS pixels of each contact. */
    private readonly radius = 6,
  ) {}

  async down(points: readonly Point[]): Promise<void> {
    this.at = [...points];
    await this.send("touchStart");
  }

  /** The next place of each finger, in the order of `down`. */
  async move(points: readonly Point[]): Promise<void> {
    this.at = [...points];
    await this.send("touchMove");
  }

  async up(): Promise<void> {
    this.at = [];
    await this.send("touchEnd");
  }

  /** The system takes the fingers away, as for a gesture of its own. */
  async cancel(): Promise<void> {
    this.at = [];
    await this.send("touchCancel");
  }

  private async send(type: "touchStart" | "touchMove" | "touchEnd" | "touchCancel"): Promise<void> {
    const touchPoints = this.at.map((point, id) => ({ ...point, id, radiusX: this.radius, radiusY: this.radius, force: 0.5 }));
    await this.cdp.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
}
