/** A code in three groups, to be read from across the room; a screen reader says it in one. */
import { showCode } from "../door/code";
import { words } from "../words";

export function BoardDigits({ code }: { code: string }) {
  return (
    <p class="digits">
      <span class="unseen">
        {words.code} {showCode(code)}
      </span>
      {showCode(code)
        .split("-")
        .map((group, i) => (
          <span key={i} aria-hidden="true">
            {group}
          </span>
        ))}
    </p>
  );
}
