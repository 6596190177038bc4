/** A page in small, kept in step while it is in sight. */
import type { PageId } from "@kakehashi/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { words } from "../words";
import type { Thumbnails } from "./thumbnails";

/** Milliseconds; a page that is on its way is not said to be missing. */
const PATIENCE = 1500;

export function Thumbnail({ page, thumbnails }: { page: PageId; thumbnails: Thumbnails }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [here, setHere] = useState(true);
  const [late, setLate] = useState(false);

  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    let stop = (): void => undefined;
    const leave = (): void => {
      stop();
      stop = () => undefined;
      thumbnails.hide(element);
    };
    let inSight = false;
    const observer = new IntersectionObserver(
      (entries) => {
        // A card that was moved is told of again: a page that stays in sight is not let go.
        const now = entries[entries.length - 1]?.isIntersecting === true;
        if (now === inSight) return;
        inSight = now;
        if (!now) {
          leave();
          return;
        }
        const arrived = thumbnails.show(page, element);
        setHere(arrived.get());
        stop = arrived.on(setHere);
      },
      { rootMargin: "10%" },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      leave();
    };
  }, [page, thumbnails]);

  return (
    <span class="thumbnail">
      <canvas ref={canvas} width={16} height={9} aria-hidden="true" />
      {!here && late && <span class="thumbnail-missing">{words.pageNotHere}</span>}
    </span>
  );
}
