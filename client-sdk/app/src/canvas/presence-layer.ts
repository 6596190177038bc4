/** What the others show of themselves: cursors with names, lasers, selections, and where they type. */
import type { RecordId, RemotePresence } from "@kakehashi/client";
import { appearance } from "../state/appearance";
import { lettersOn, opaque } from "../ui/on-color";
import { words } from "../words";
import { Glide } from "./glide";
import { holds, inflate, type Rect } from "./rect";
import type { Trails } from "./trails";
import { type Size, toScreen, type View } from "./view";

/** An arrow whose tip is at its upper left corner. */
const ARROW = "M1 1l6.5 17 2.700-7.300 7.300-2.700z";
/** Milliseconds without a movement after which a name leaves the view to what is written. */
const NAME_STAYS = 4000;
/** Of the surface: beyond this a name stands on the other side of its cursor, so that it is not cut off. */
const FLIP_X = 0.85;
const FLIP_Y = 0.93;
/** CSS pixels that a cursor may lie outside and still show its body. */
const OUTSIDE = 4;

/** Milliseconds: however long nothing was painted, a pointer that moves again is seen to move. */
const FRAME_MAX = 34;

interface Mark {
  readonly cursor: HTMLElement;
  readonly arrow: SVGElement;
  readonly name: HTMLElement;
  readonly frame: HTMLElement;
  readonly frameName: HTMLElement;
  readonly pointer: Glide;
  readonly laser: Glide;
  /** Where the pointer was said to be. */
  said: string;
  quiet: ReturnType<typeof setTimeout> | undefined;
}

export class PresenceLayer {
  private readonly marks = new Map<string, Mark>();
  private drawn = 0;

  constructor(
    private readonly layer: HTMLElement,
    private readonly trails: Trails,
    private readonly requestFrame: () => void,
  ) {}

  /** Draws what is known now; `boundsOf` says where records are on the page. */
  draw(people: readonly RemotePresence[], view: View, size: Size, boundsOf: (ids: readonly RecordId[]) => Rect | null): void {
    const now = performance.now();
    const passed = appearance.get().motion === "less" ? Infinity : Math.min(now - this.drawn, FRAME_MAX);
    this.drawn = now;
    const here = new Set<string>();
    let moving = false;
    for (const person of people) {
      here.add(person.actor);
      const mark = this.marks.get(person.actor) ?? this.add(person.actor);
      this.drawPointer(person, mark, view, size, passed);
      this.drawSelection(person, mark, view, boundsOf);
      moving ||= !mark.pointer.there || !mark.laser.there;
    }
    for (const [actor, mark] of this.marks) if (!here.has(actor)) this.remove(actor, mark);
    if (moving) this.requestFrame();
  }

  close(): void {
    for (const [actor, mark] of this.marks) this.remove(actor, mark);
  }

  private drawPointer(person: RemotePresence, mark: Mark, view: View, size: Size, passed: number): void {
    const color = opaque(person.color);
    mark.arrow.setAttribute("fill", color);
    paintName(mark.name, color);
    if (mark.name.textContent !== person.name) mark.name.textContent = person.name;
    mark.pointer.to(person.laser ?? person.cursor);
    mark.laser.to(person.laser);
    this.trails.point(person.actor, color, mark.laser.step(passed));
    const at = mark.pointer.step(passed);
    const on = at && toScreen(view, at);
    const sight = inflate({ x: 0, y: 0, ...size }, OUTSIDE);
    mark.cursor.hidden = on === null || !holds(sight, on);
    mark.cursor.classList.toggle("laser", person.laser !== null);
    this.stirred(mark, person.laser ?? person.cursor);
    if (on === null) return;
    mark.cursor.style.transform = `translate(${on.x}px, ${on.y}px)`;
    mark.cursor.classList.toggle("left", on.x > size.width * FLIP_X);
    mark.cursor.classList.toggle("above", on.y > size.height * FLIP_Y);
  }

  private drawSelection(person: RemotePresence, mark: Mark, view: View, boundsOf: (ids: readonly RecordId[]) => Rect | null): void {
    const { editing } = person;
    const chosen = editing === null ? person.selection : [editing];
    const color = opaque(person.color);
    placeFrame(mark.frame, chosen.length === 0 ? null : boundsOf(chosen), view);
    mark.frame.style.borderColor = color;
    mark.frame.classList.toggle("typing", editing !== null);
    paintName(mark.frameName, color);
    const says = editing === null ? person.name : words.types(person.name);
    if (mark.frameName.textContent !== says) mark.frameName.textContent = says;
  }

  /** A name shows while its pointer moves, and a moment longer. */
  private stirred(mark: Mark, at: { readonly x: number; readonly y: number } | null): void {
    const said = at === null ? "" : `${at.x} ${at.y}`;
    if (said === mark.said) return;
    mark.said = said;
    mark.cursor.classList.remove("quiet");
    clearTimeout(mark.quiet);
    mark.quiet = setTimeout(() => mark.cursor.classList.add("quiet"), NAME_STAYS);
  }

  private remove(actor: string, mark: Mark): void {
    clearTimeout(mark.quiet);
    this.trails.point(actor, "", null);
    mark.cursor.remove();
    mark.frame.remove();
    this.marks.delete(actor);
  }

  private add(actor: string): Mark {
    const cursor = document.createElement("div");
    cursor.className = "cursor";
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 19 19");
    const arrow = document.createElementNS("http://www.w3.org/2000/svg", "path");
    arrow.setAttribute("d", ARROW);
    svg.append(arrow);
    const name = document.createElement("span");
    cursor.append(svg, name);
    const frame = document.createElement("div");
    frame.className = "frame others";
    const frameName = document.createElement("span");
    frame.append(frameName);
    this.layer.append(frame, cursor);
    const mark: Mark = { cursor, arrow, name, frame, frameName, pointer: new Glide(), laser: new Glide(), said: "", quiet: undefined };
    this.marks.set(actor, mark);
    return mark;
  }
}

function paintName(name: HTMLElement, color: string): void {
  if (name.dataset["color"] === color) return;
  name.dataset["color"] = color;
  name.style.background = color;
  name.style.color = lettersOn(color);
}

/** Lays a frame around `bounds`, or hides it. */
export function placeFrame(frame: HTMLElement, bounds: Rect | null, view: View): void {
  frame.hidden = bounds === null;
  if (bounds === null) return;
  const at = toScreen(view, bounds);
  frame.style.transform = `translate(${at.x}px, ${at.y}px)`;
  frame.style.width = `${bounds.width * view.scale}px`;
  frame.style.height = `${bounds.height * view.scale}px`;
}
