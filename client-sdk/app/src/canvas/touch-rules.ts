/**
 * Which touches write. A palm beside a pen does not, nor does one laid on a panel; and on a device held in
 * the hand, two fingers that come down together move the page. No events here: places, sizes and times.
 */
import type { Fingers } from "../state/fingers";
import type { Point } from "./rect";

/** Milliseconds after a pen's last sign during which a touch is taken for the hand that holds it. */
export const PEN_NEAR = 500;
/** Milliseconds before a pen comes, during which the hand that holds it may have come down first. */
export const BEFORE_PEN = 300;
/** Milliseconds in which the fingers of a pinch come down one after the other. */
export const TOGETHER = 150;
/** Milliseconds that a finger may rest where it came down, and still be the first of a pinch. */
export const RESTING = 400;
/** CSS pixels within which it rests. */
export const REST_REACH = 8;

/**
 * A contact longer than this, in millimetres, is a palm, a fist or a sleeve. Infrared frames report 5 to
 * 20 mm for a finger, and some 25 for a fat one with chalk on it; the side of a hand has 60 and more.
 */
const PALM_MM = 40;
/** CSS pixels of a screen as wide as this or more are those of a wall. */
const WALL_WIDTH = 1600;
/** Millimetres: panels of 65 to 86 inches are 1.4 to 1.9 m wide. */
const WALL_MM = 1650;
/** Millimetres a CSS pixel of tablets and laptops, 96 to 132 to the inch. */
const HANDHELD_MM = 0.22;

/** Whether a contact of this size, in CSS pixels, is no finger. Devices that do not measure report 1. */
export function isPalm(contact: { readonly width: number; readonly height: number }, screenWidth: number): boolean {
  const millimetres = screenWidth >= WALL_WIDTH ? WALL_MM / screenWidth : HANDHELD_MM;
  return Math.max(contact.width, contact.height) * millimetres > PALM_MM;
}

/** A finger that is down. */
export interface Touch {
  readonly id: number;
  readonly since: number;
  readonly start: Point;
  now: Point;
}

/** Remembers what pens did lately. Times are on the clock of events. */
export class Pens {
  private lastSign = -Infinity;
  private seen = false;
  private readonly down = new Set<number>();

  /** A pen hovers, touches or is lifted. True if it has only just come. */
  sign(time: number): boolean {
    const came = !this.near(time);
    this.lastSign = time;
    this.seen = true;
    return came;
  }

  press(id: number): void {
    this.down.add(id);
  }

  lift(id: number): void {
    this.down.delete(id);
  }

  /** A touch that begins now is the hand of somebody who writes with a pen. */
  near(time: number): boolean {
    return this.down.size > 0 || time - this.lastSign < PEN_NEAR;
  }

  /** Whether anybody ever wrote with a pen here. */
  get known(): boolean {
    return this.seen;
  }
}

/** Whether a finger may still turn out to be something else than one that writes. */
export function unsettled(touch: Touch, time: number, rules: { readonly two: Fingers; readonly pens: boolean }): boolean {
  const age = time - touch.since;
  if (rules.pens && age < BEFORE_PEN) return true;
  return rules.two === "move" && mayPinch(touch, time);
}

/** Whether a finger that comes down now makes a pinch with one that is down. */
export function mayPinch(first: Touch, time: number): boolean {
  const age = time - first.since;
  if (age < TOGETHER) return true;
  return age < RESTING && Math.hypot(first.now.x - first.start.x, first.now.y - first.start.y) < REST_REACH;
}
