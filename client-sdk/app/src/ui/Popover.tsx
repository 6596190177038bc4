/** Something small beside the control it belongs to. Escape or a press elsewhere closes it. */
import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { belongsToComposition } from "./composing";
import { operable } from "./focus";
import { type Box, placeBeside, type Side } from "./place";

export interface PopoverProps {
  readonly anchor: RefObject<HTMLElement | null>;
  readonly side: Side;
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly role?: "dialog" | "menu" | "group";
  readonly class?: string;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  /** Whether the focus goes into it; otherwise it stays where it is. */
  readonly takesFocus?: boolean;
  /** What is changed in it, and is to be seen meanwhile. */
  readonly clear?: (() => Box | null) | undefined;
}

/** Of a rem. The margin is that of the bars on the board, and this elsewhere. */
const GAP = 0.75;
const MARGIN = 0.5;

export function Popover(props: PopoverProps) {
  const { anchor, side, label, onClose, children, role = "dialog", takesFocus = true } = props;
  const panel = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  const clear = useRef(props.clear);
  clear.current = props.clear;

  useLayoutEffect(() => {
    const place = (): void => {
      if (panel.current === null || anchor.current === null) return;
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const size = { width: panel.current.offsetWidth, height: panel.current.offsetHeight };
      const room = { width: document.documentElement.clientWidth, height: window.innerHeight };
      const edge = parseFloat(getComputedStyle(anchor.current).getPropertyValue("--edge"));
      const margin = (Number.isNaN(edge) ? MARGIN : edge) * rem;
      const at = placeBeside(anchor.current.getBoundingClientRect(), size, room, side, GAP * rem, margin, clear.current?.() ?? null);
      panel.current.style.left = `${at.left}px`;
      panel.current.style.top = `${at.top}px`;
    };
    place();
    const observer = new ResizeObserver(place);
    if (panel.current !== null) observer.observe(panel.current);
    window.addEventListener("resize", place);
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", place);
    };
  }, [anchor, side]);

  // Before anything is painted: the next key may come at once.
  useLayoutEffect(() => {
    const inside = panel.current;
    const control = anchor.current;
    if (takesFocus && inside !== null) {
      (inside.querySelector<HTMLElement>("[data-first]") ?? operable(inside)[0] ?? inside).focus({ preventScroll: true });
    }
    const press = (event: Event): void => {
      const { target } = event;
      if (!(target instanceof Node)) return;
      if (!inside?.contains(target) && !control?.contains(target)) close.current();
      // A button that got the focus from here gets it from the hand now: no ring, then, where it goes on to.
      const held = document.activeElement;
      if (held instanceof HTMLButtonElement && inside?.contains(held) && held.contains(target)) held.blur();
    };
    document.addEventListener("pointerdown", press, true);
    return () => {
      document.removeEventListener("pointerdown", press, true);
      // Only from within: whoever pressed elsewhere wants to be there.
      const now = document.activeElement;
      if (control !== null && (now === document.body || now === null || inside?.contains(now))) control.focus({ preventScroll: true });
    };
  }, [anchor, takesFocus]);

  return (
    <div
      class={`popover ${props.class ?? ""}`}
      ref={panel}
      role={role}
      aria-label={label}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (belongsToComposition(event)) return;
        props.onKeyDown?.(event);
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        event.stopPropagation();
        anchor.current?.focus({ preventScroll: true });
        onClose();
      }}
      onBlur={(event) => {
        // The tab key leaves it, and it does not stay open behind.
        const { relatedTarget } = event;
        if (relatedTarget instanceof Node && !panel.current?.contains(relatedTarget) && !anchor.current?.contains(relatedTarget)) onClose();
      }}
    >
      {children}
    </div>
  );
}
