/** A person as a disc of their colour with the first letter of their name. */

import { lettersOn, opaque } from "./on-color";

/** `color` is `#rrggbb`, with or without its opacity. */
export function Avatar({ name, color }: { name: string; color: string }) {
  return (
    <span class="avatar" style={{ background: opaque(color), color: lettersOn(color) }} aria-hidden="true">
      {Array.from(name)[0] ?? ""}
    </span>
  );
}
