/** Arranging the cards of the overview with a pointer: one is lifted, carried, and set down in another's place. */

/** CSS pixels that a mouse or pen moves before a press becomes a drag. */
const START = 6;
/** Milliseconds that a finger rests before it lifts a card; before, it scrolls. */
const REST = 280;

export interface Arranging {
  /** The card that is carried, or null. */
  readonly lifted: (card: number | null) => void;
  /** Where it would stand now. */
  readonly over: (place: number) => void;
  readonly drop: (from: number, to: number) => void;
}

/** Follows pointers on `list`, whose children with `data-card` are the cards, in order. Returns how to stop. */
export function arrange(list: HTMLElement, arranging: Arranging): () => void {
  let card: HTMLElement | null = null;
  let from = -1;
  let to = -1;
  let pointer = -1;
  let start = { x: 0, y: 0 };
  let carrying = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const cards = (): HTMLElement[] => Array.from(list.querySelectorAll<HTMLElement>("[data-card]"));

  const lift = (): void => {
    if (card === null) return;
    carrying = true;
    list.setPointerCapture(pointer);
    arranging.lifted(from);
  };

  const end = (drop: boolean): void => {
    clearTimeout(timer);
    if (carrying) {
      if (card !== null) card.style.transform = "";
      arranging.lifted(null);
      if (drop && to >= 0 && to !== from) arranging.drop(from, to);
      // The press that ends a drag is no press on the card.
      const swallow = (event: Event): void => {
        event.preventDefault();
        event.stopPropagation();
      };
      list.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => list.removeEventListener("click", swallow, { capture: true }), 0);
    }
    card = null;
    carrying = false;
    pointer = -1;
  };

  const down = (event: PointerEvent): void => {
    if (card !== null || event.button !== 0 || !(event.target instanceof Element)) return;
    const found = event.target.closest<HTMLElement>("[data-card]");
    if (found === null || event.target.closest("[data-still]") !== null) return;
    card = found;
    from = cards().indexOf(found);
    to = from;
    pointer = event.pointerId;
    start = { x: event.clientX, y: event.clientY };
    if (event.pointerType === "touch") timer = setTimeout(lift, REST);
  };

  const move = (event: PointerEvent): void => {
    if (card === null || event.pointerId !== pointer) return;
    const dx = event.clientX - start.x;
    const dy = event.clientY - start.y;
    if (!carrying) {
      if (Math.hypot(dx, dy) < START) return;
      if (event.pointerType === "touch") {
        // It scrolls.
        end(false);
        return;
      }
      lift();
    }
    card.style.transform = `translate(${dx}px, ${dy}px)`;
    const place = nearest(cards(), card, event.clientX, event.clientY);
    if (place !== to) {
      to = place;
      arranging.over(place);
    }
  };

  const up = (event: PointerEvent): void => {
    if (event.pointerId === pointer) end(event.type === "pointerup");
  };
  const key = (event: KeyboardEvent): void => {
    if (!carrying || event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    end(false);
  };
  // While a finger carries a card, it does not scroll.
  const touch = (event: TouchEvent): void => {
    if (carrying) event.preventDefault();
  };

  list.addEventListener("pointerdown", down);
  list.addEventListener("pointermove", move);
  list.addEventListener("pointerup", up);
  list.addEventListener("pointercancel", up);
  list.addEventListener("touchmove", touch, { passive: false });
  window.addEventListener("keydown", key, true);
  return () => {
    end(false);
    list.removeEventListener("pointerdown", down);
    list.removeEventListener("pointermove", move);
    list.removeEventListener("pointerup", up);
    list.removeEventListener("pointercancel", up);
    list.removeEventListener("touchmove", touch);
    window.removeEventListener("keydown", key, true);
  };
}

/** The place of the card whose middle is nearest; where the carried one came from counts as its own. */
function nearest(cards: readonly HTMLElement[], carried: HTMLElement, x: number, y: number): number {
  let best = -1;
  let least = Infinity;
  cards.forEach((card, i) => {
    // The carried one is where the pointer is; its place is where it would lie without that.
    const moved = card.style.transform;
    if (card === carried) card.style.transform = "";
    const box = card.getBoundingClientRect();
    if (card === carried) card.style.transform = moved;
    const distance = Math.hypot(x - box.left - box.width / 2, y - box.top - box.height / 2);
    if (distance >= least) return;
    least = distance;
    best = i;
  });
  return best;
}
