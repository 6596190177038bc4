/** What the others show of themselves: cursors with names, selections, and where they type. */
import type { RecordId, RemotePresence } from "@kakehashi/client";
import type { Rect } from "./rect";
import { toScreen, type View } from "./view";

/** An arrow whose tip is at its upper left corner. */
const ARROW = "M1 1l6.5 17 2.700-7.300 7.300-2.700z";

interface Mark {
  readonly cursor: HTMLElement;
  readonly arrow: SVGElement;
  readonly name: HTMLElement;
  readonly frame: HTMLElement;
}

export class PresenceLayer {
  private readonly marks = new Map<string, Mark>();

  constructor(private readonly layer: HTMLElement) {}

  /** Draws what is known now; `boundsOf` says where records are on the page. */
  draw(people: readonly RemotePresence[], view: View, boundsOf: (ids: readonly RecordId[]) => Rect | null): void {
    const here = new Set<string>();
    for (const person of people) {
      here.add(person.actor);
      const mark = this.marks.get(person.actor) ?? this.add(person.actor);
      const color = opaque(person.color);
      mark.arrow.setAttribute("fill", color);
      mark.name.style.background = color;
      if (mark.name.textContent !== person.name) mark.name.textContent = person.name;
      mark.cursor.hidden = person.cursor === null;
      if (person.cursor !== null) {
        const at = toScreen(view, person.cursor);
        mark.cursor.style.transform = `translate(${at.x}px, ${at.y}px)`;
      }
      const chosen = person.editing === null ? person.selection : [person.editing];
      const bounds = chosen.length === 0 ? null : boundsOf(chosen);
      mark.frame.style.borderColor = color;
      placeFrame(mark.frame, bounds, view);
    }
    for (const [actor, mark] of this.marks) {
      if (here.has(actor)) continue;
      mark.cursor.remove();
      mark.frame.remove();
      this.marks.delete(actor);
    }
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
    this.layer.append(frame, cursor);
    const mark = { cursor, arrow, name, frame };
    this.marks.set(actor, mark);
    return mark;
  }
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

function opaque(color: string): string {
  return /^#[0-9a-f]{6}/i.test(color) ? color.slice(0, 7) : "#455a64";
}
