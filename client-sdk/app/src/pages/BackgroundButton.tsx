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
/** Where that part begins: so that as much is free at one edge as at the other, and around the middle where axes cross. */
const CORNERS: Readonly<Record<Background, readonly [number, number]>> = {
  plain: [0, 0],
  grid: [36, 30],
  dots: [24, 30],
  ruled: [36, 54],
  kanji: [96, 90],
  staves: [40, 54],
  graph: [816, 450],
};

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
    const { current } = canvas;
    const ctx = current?.getContext("2d", { alpha: false }) ?? null;
    if (current === null || ctx === null) return;
    const scale = (current.clientWidth * devicePixelRatio) / SAMPLE.width;
    current.width = Math.round(SAMPLE.width * scale);
    current.height = Math.round(SAMPLE.height * scale);
    const [x, y] = CORNERS[background];
    ctx.setTransform(scale, 0, 0, scale, -x * scale, -y * scale);
    paintSheet(ctx, background, { ...SAMPLE, x, y });
    // Lines as pale as a page's are lost in so small a picture: laid over itself, it has darker ones.
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalCompositeOperation = "multiply";
    ctx.drawImage(current, 0, 0);
  }, [background]);
  return <canvas ref={canvas} {...SAMPLE} aria-hidden="true" />;
}
