/** A link to another screen of the app, which is not loaded again for it. */
import type { ComponentChildren } from "preact";
import { go } from "../route";

export interface WayProps {
  readonly to: string;
  readonly look: string;
  readonly children: ComponentChildren;
}

export function Way({ to, look, children }: WayProps) {
  return (
    <a
      class={look}
      href={to}
      onClick={(event) => {
        event.preventDefault();
        go(to);
      }}
    >
      {children}
    </a>
  );
}
