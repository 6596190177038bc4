/** A person as a disc of their colour with the first letter of their name. */

/** `color` is `#rrggbb`, with or without its opacity, and dark enough for white letters. */
export function Avatar({ name, color }: { name: string; color: string }) {
  return (
    <span class="avatar" style={{ background: color.slice(0, 7) }} aria-hidden="true">
      {Array.from(name)[0] ?? ""}
    </span>
  );
}
