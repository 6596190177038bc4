/** What the chosen tool is set to. */
import { useStore } from "../../state/store";
import { COLOR_NAMES, COLORS, WIDTH_NAMES, WIDTHS } from "../../tools/palette";
import { words } from "../../words";
import type { Session } from "../session";

export function ToolOptions({ session }: { session: Session }) {
  const tool = useStore(session.tool);
  switch (tool) {
    case "pen":
    case "text":
      return <PenOptions session={session} widths={tool === "pen"} />;
    default:
      return null;
  }
}

function PenOptions({ session, widths }: { session: Session; widths: boolean }) {
  const pen = useStore(session.pen);
  return (
    <div class="pen-choices">
      <div class="choices" role="group" aria-label={words.color}>
        {COLOR_NAMES.map((name) => (
          <button
            key={name}
            type="button"
            class="choice"
            aria-pressed={pen.color === name}
            aria-label={words.colors[name]}
            title={words.colors[name]}
            onClick={() => session.pen.set({ ...pen, color: name })}
          >
            <svg class="swatch" viewBox="0 0 24 24" aria-hidden="true">
              <circle cx="12" cy="12" r="9" fill={COLORS[name].slice(0, 7)} />
            </svg>
          </button>
        ))}
      </div>
      {widths && (
        <div class="choices" role="group" aria-label={words.width}>
          {WIDTH_NAMES.map((name) => (
            <button
              key={name}
              type="button"
              class="choice"
              aria-pressed={pen.width === name}
              aria-label={words.widths[name]}
              title={words.widths[name]}
              onClick={() => session.pen.set({ ...pen, width: name })}
            >
              <svg class="swatch" viewBox="0 0 24 24" aria-hidden="true">
                <circle cx="12" cy="12" r={1.5 + WIDTHS[name] * 0.37} />
              </svg>
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
