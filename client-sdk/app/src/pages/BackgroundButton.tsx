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
const SAMPLE = { width: 288, height: 180 };
/** Pixels a page unit: about as many as the sample has on a laptop, so that its lines stay lines. */
const SAMPLE_SCALE = 0.5;
/** Where that part begins: a little before a line, or around the middle where the axes cross. */
const CORNERS: Readonly<Partial<Record<Background, readonly [number, number]>>> = { graph: [816, 450], kanji: [-24, -30], staves: [40, 54] };

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
    const [x, y] = CORNERS[background] ?? [-24, -24];
    ctx.fillStyle = "#ffffff";
    ctx.fillRect(0, 0, SAMPLE.width, SAMPLE.height);
    ctx.setTransform(SAMPLE_SCALE, 0, 0, SAMPLE_SCALE, -x * SAMPLE_SCALE, -y * SAMPLE_SCALE);
    paintSheet(ctx, background, { ...SAMPLE, x, y });
  }, [background]);
  return <canvas ref={canvas} width={SAMPLE.width * SAMPLE_SCALE} height={SAMPLE.height * SAMPLE_SCALE} aria-hidden="true" />;
}
