/** A button that shows a picture alone; its name is said to screen readers and in a tooltip. */
import type { ComponentChildren, RefObject } from "preact";

export interface IconButtonProps {
  readonly label: string;
  readonly icon: ComponentChildren;
  readonly onClick: () => void;
  /** The key that does the same, for the tooltip. */
  readonly hotkey?: string | undefined;
  readonly pressed?: boolean | undefined;
  readonly expanded?: boolean | undefined;
  readonly popup?: "menu" | "dialog" | undefined;
  readonly disabled?: boolean | undefined;
  readonly tabIndex?: number | undefined;
  readonly class?: string | undefined;
  readonly anchor?: RefObject<HTMLButtonElement | null> | undefined;
  /** Words beside or below the picture, where there is room for them. */
  readonly children?: ComponentChildren;
}

export function IconButton(props: IconButtonProps) {
  return (
    <button
      type="button"
      ref={props.anchor ?? null}
      class={`icon-button ${props.class ?? ""}`}
      aria-label={props.label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-haspopup={props.popup}
      data-tip={props.label}
      data-key={props.hotkey}
      disabled={props.disabled}
      tabIndex={props.tabIndex}
      onClick={props.onClick}
    >
      {props.icon}
      {props.children}
    </button>
  );
}
