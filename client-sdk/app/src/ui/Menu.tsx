/** A button with a menu. Arrow keys walk through it, as the ARIA practice for menu buttons says. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { IconButton } from "./IconButton";
import { operable, stepOf } from "./focus";
import { Popover } from "./Popover";
import type { Side } from "./place";

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
}

export function Menu({ label, icon, side, items }: MenuProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);

  const walk = (event: KeyboardEvent): void => {
    if (event.key === "Tab") {
      setOpen(false);
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
        expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <Popover anchor={anchor} side={side} label={label} role="menu" class="menu" onClose={() => setOpen(false)} onKeyDown={walk}>
          {items.filter((group) => group.length > 0).flatMap((group, i) => [
            i > 0 && <hr key={`line-${i}`} />,
            ...group.map((item) => (
              <button
                key={item.name}
                type="button"
                role="menuitem"
                onClick={() => {
                  // First, so that what opens now gives the focus back to the menu's button.
                  anchor.current?.focus({ preventScroll: true });
                  setOpen(false);
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
