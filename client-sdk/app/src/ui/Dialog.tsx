/**
 * A dialog over everything else: the focus stays within it, Escape and a press beside it close it, and the
 * focus goes back to where it was. Not the browser's own <dialog>, so that it is the same in old browsers.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { icons } from "../board/icons";
import { words } from "../words";
import { belongsToComposition } from "./composing";
import { keepTabWithin, operable } from "./focus";
import { IconButton } from "./IconButton";

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Buttons at the foot; they stay in sight when the rest scrolls. */
  readonly actions?: ComponentChildren;
  readonly wide?: boolean;
  readonly class?: string;
}

export function Dialog({ title, onClose, children, actions, wide = false, class: kind = "" }: DialogProps) {
  const panel = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const pressedBeside = useRef(false);
  const titleId = useId();

  // Before anything is painted: the next key may come at once.
  useLayoutEffect(() => {
    const before = document.activeElement;
    const first = panel.current?.querySelector<HTMLElement>("[data-first]");
    (first ?? panel.current)?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  // What holds nothing to operate must still be scrolled by keys.
  useEffect(() => {
    if (body.current !== null && operable(body.current).length === 0) body.current.tabIndex = 0;
  }, []);

  const key = (event: KeyboardEvent): void => {
    // What is typed here is not meant for the screen below.
    event.stopPropagation();
    if (belongsToComposition(event)) return;
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      onClose();
    } else if (panel.current !== null) {
      keepTabWithin(event, panel.current);
    }
  };

  return (
    <div
      class="scrim"
      onPointerDown={(event) => (pressedBeside.current = event.target === event.currentTarget)}
      onClick={(event) => {
        if (pressedBeside.current && event.target === event.currentTarget) onClose();
      }}
      onKeyDown={key}
    >
      <div
        class={`dialog ${wide ? "wide" : ""} ${kind}`}
        ref={panel}
        role="dialog"
        aria-modal="true"
        aria-labelledby={titleId}
        tabIndex={-1}
      >
        <div class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <IconButton label={words.close} icon={icons.close} onClick={onClose} />
        </div>
        <div class="dialog-body" ref={body} role="group" aria-labelledby={titleId}>
          {children}
        </div>
        {actions !== undefined && <div class="dialog-actions">{actions}</div>}
      </div>
    </div>
  );
}
