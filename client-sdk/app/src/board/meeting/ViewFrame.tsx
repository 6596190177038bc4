/** The part of a page that is in sight on another's screen, as a frame on the page's picture. */
import type { Board, PageId } from "@kakehashi/client";
import { useEffect, useState } from "preact/hooks";
import { overlap, PAGE, type Rect } from "../../canvas/rect";

/** Milliseconds between two looks: a view that glides is not followed in every step. */
const PACE = 200;

export interface ViewFrameProps {
  readonly board: Board;
  readonly page: PageId;
  readonly actor: string;
}

export function ViewFrame({ board, page, actor }: ViewFrameProps) {
  const [seen, setSeen] = useState<Rect | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      timer = undefined;
      const view = board.reader(page).presence().find((other) => other.actor === actor)?.viewport ?? null;
      setSeen((before) => (JSON.stringify(before) === JSON.stringify(view) ? before : view));
    };
    look();
    const stop = board.on((event) => {
      if (event.type === "presence") timer ??= setTimeout(look, PACE);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [board, page, actor]);
  if (seen === null) return null;
  const part = overlap(seen, PAGE);
  // All of the page is in sight: there is nothing to frame.
  if (part.width >= PAGE.width && part.height >= PAGE.height) return null;
  const share = (length: number, of: number): string => `${(100 * Math.max(0, length)) / of}%`;
  return (
    <span
      class="screen-view"
      aria-hidden="true"
      style={{
        left: share(part.x, PAGE.width),
        top: share(part.y, PAGE.height),
        width: share(part.width, PAGE.width),
        height: share(part.height, PAGE.height),
      }}
    />
  );
}
