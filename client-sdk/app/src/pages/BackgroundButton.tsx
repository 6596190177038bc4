/** How the current page is ruled. */
import type { Background, PageEntry } from "@kakehashi/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { icons } from "../board/icons";
import type { Session } from "../board/session";
import { paintSheet } from "../canvas/paint";
import { IconButton } from "../ui/IconButton";
import { Popover } from "../ui/Popover";
import { words } from "../words";
import { setBackground } from "./actions";

const BACKGROUNDS: readonly Background[] = ["plain", "grid", "dots", "ruled", "kanji", "staves", "graph"];

/** The part of a sheet that a sample shows, in page units: some squares of each kind. */
const SAMPLE = { x: 0, y: 0, width: 480, height: 300 };
/** Pixels a page unit: sharp at twice the size it has on a laptop. */
const SAMPLE_SCALE = 0.5;

export function BackgroundButton({ session, entry }: { session: Session; entry: PageEntry }) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  return (
    <>
      <IconButton
        label={words.background}
        icon={icons.background}
        anchor={anchor}
        popup="dialog"
        expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <Popover anchor={anchor} side="above" label={words.background} class="backgrounds" onClose={() => setOpen(false)}>
          {BACKGROUNDS.map((background) => (
            <button
              key={background}
              type="button"
              class="background-choice quiet"
              aria-pressed={entry.background === background}
              data-first={entry.background === background ? "" : undefined}
              onClick={() => setBackground(session, entry.id, background)}
            >
              <Sample background={background} />
              <span>{words.backgrounds[background]}</span>
            </button>
          ))}
        </Popover>
      )}
    </>
  );
}

function Sample({ background }: { background: Background }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const ctx = canvas.current?.getContext("2d", { alpha: false }) ?? null;
    if (ctx === null) return;
    ctx.setTransform(SAMPLE_SCALE, 0, 0, SAMPLE_SCALE, 0, 0);
    if (background === "graph") ctx.translate(-720, -390);
    paintSheet(ctx, background, background === "graph" ? { ...SAMPLE, x: 720, y: 390 } : SAMPLE);
  }, [background]);
  return <canvas ref={canvas} width={SAMPLE.width * SAMPLE_SCALE} height={SAMPLE.height * SAMPLE_SCALE} aria-hidden="true" />;
}
