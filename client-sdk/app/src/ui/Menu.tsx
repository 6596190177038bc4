/** A button with a menu. Arrow keys walk through it, as the ARIA practice for menu buttons says. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { IconButton } from "./IconButton";
import { operable, stepOf } from "./focus";
import { Popover } from "./Popover";
import type { Box, Side } from "./place";

export interface MenuItem {
  readonly name: string;
  readonly icon: ComponentChildren;
  readonly hotkey?: string;
  readonly act: () => void;
}

export interface MenuProps {
  readonly label: string;
  readonly icon: ComponentChildren;
  readonly side: Side;
  /** Groups, with a line between them. */
  readonly items: readonly (readonly MenuItem[])[];
  /** What its items are about, and is to be seen meanwhile. */
  readonly clear?: (() => Box | null) | undefined;
}

export function Menu({ label, icon, side, items, clear }: MenuProps) {
  /** The items as they were when it was opened: what others do meanwhile must not move one from under a press. */
  const [shown, setShown] = useState<MenuProps["items"] | null>(null);
  const anchor = useRef<HTMLButtonElement>(null);

  const walk = (event: KeyboardEvent): void => {
    if (event.key === "Tab") {
      setShown(null);
      return;
    }
    if (!(event.currentTarget instanceof HTMLElement)) return;
    const all = operable(event.currentTarget);
    const at = all.findIndex((element) => element === document.activeElement);
    const to = stepOf(event.key, at, all.length);
    if (to === null) return;
    event.preventDefault();
    event.stopPropagation();
    all[to]?.focus();
  };

  return (
    <>
      <IconButton
        label={label}
        icon={icon}
        anchor={anchor}
        popup="menu"
        expanded={shown !== null}
        onClick={() => setShown(shown === null ? items : null)}
      />
      {shown !== null && (
        <Popover anchor={anchor} side={side} label={label} role="menu" class="menu" onClose={() => setShown(null)} onKeyDown={walk} clear={clear}>
          {shown.filter((group) => group.length > 0).map((group, i) => [
            i > 0 && <hr key={`line-${i}`} />,
            ...group.map((item) => (
              <button
                key={item.name}
                type="button"
                role="menuitem"
                onClick={() => {
                  // First, so that what opens now gives the focus back to the menu's button.
                  anchor.current?.focus({ preventScroll: true });
                  setShown(null);
                  item.act();
                }}
              >
                {item.icon}
                <span>{item.name}</span>
                {item.hotkey !== undefined && (
                  <span class="menu-key" aria-hidden="true">
                    {item.hotkey}
                  </span>
                )}
              </button>
            )),
          ])}
        </Popover>
      )}
    </>
  );
}
